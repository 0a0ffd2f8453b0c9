// What can be done to a strategic agreement, and to which part of it.
import type { Agreement, CreditProject } from '@/api/types/capital'

export type AgreementWish =
  | { act: 'sign' }
  | { act: 'approve'; agreement: Agreement }
  | { act: 'draw' | 'give-up'; project: CreditProject }
