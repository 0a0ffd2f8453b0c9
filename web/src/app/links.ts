// Where a thing is shown: every object has one address for each kind of reader.
import type { PartyKind } from '@/api/types/session'

type Pages = Record<string, (subject: string) => string>

const department: Pages = {
  need: (id) => `/department/needs/${id}`,
  indicator: (code) => `/department/indicators/${code}`,
  task: (code) => `/department/tasks/${code}`,
  enterprise: (id) => `/department/enterprises/${id}`,
  import: (id) => `/department/imports/${id}`,
  quality: (rule) => `/department/quality/${rule}`,
  person: () => '/department/people',
}

const institution: Pages = {
  need: (id) => `/institution/needs/${id}`,
  claim: (id) => `/institution/claims/${id}`,
  loan: (id) => `/institution/loans/${id}`,
  product: (id) => `/institution/products/${id}`,
}

const enterprise: Pages = {
  need: (id) => `/enterprise/needs/${id}`,
  offer: (id) => `/enterprise/needs/${id}`,
  consent: () => '/enterprise/consents',
  product: (id) => `/enterprise/products/${id}`,
}

const pages: Record<PartyKind, Pages> = { department, platform: department, institution, enterprise }

/** The address of a subject for this kind of reader; empty when they have no page for it. */
export function linkTo(kind: PartyKind | undefined, topic: string, subject: string): string {
  return (kind && pages[kind][topic]?.(encodeURIComponent(subject))) ?? ''
}
