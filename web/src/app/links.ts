// The program names things by their resource (`/needs/12`); each kind of reader has pages of its own for them.
import type { PartyKind } from '@/api/types/session'

const AREAS: Record<PartyKind, string> = {
  department: '/department',
  platform: '/department',
  institution: '/institution',
  enterprise: '/enterprise',
}

/** The page for a resource's path, with or without the `/v1` of the API; empty when there is none to go to. */
export function pageOf(kind: PartyKind | undefined, path: string): string {
  if (!kind || !path.startsWith('/') || path.startsWith('//')) return ''
  if (/^\/(department|institution|enterprise|profile|notices|help)(\/|$)/.test(path)) return path
  return AREAS[kind] + path.replace(/^\/v1(?=\/)/, '')
}
