// party and fact: enterprises and what is known about them; imports; data quality; products; audit; system.
import type { DateText, Fen, Id, InstantText, Named, PageQuery, PeriodText, Ppm, Text } from './base'

export interface EnterpriseRow {
  id: Id
  name: string
  credit_code: string
  industry: Named
  area: Named
  size: Named | null
  founded: DateText | null
  sales_12m: Fen | null
  active_months: number | null
  needs: number
  loans: number
  balance: Fen
  completeness: Ppm
}

export interface EnterpriseQuery extends PageQuery {
  q?: string
  area?: string
  industry?: string
  scale?: string
}

export interface FactView {
  attribute: string
  name: Text
  group: Named
  /** Already in the reader's language and unit. Empty when masked. */
  shown: string
  masked: boolean
  period: PeriodText | null
  source: string
  learned_at: InstantText
  grade: string
}

export interface EnterpriseView extends EnterpriseRow {
  tags: Named[]
  facts: FactView[]
  missing: Named[]
  needs_list: { id: Id; number: string; amount: Fen; state: string; posted_at: InstantText }[]
  loans_list: {
    id: Id
    number: string
    institution_name: string
    amount: Fen
    rate: Ppm
    started_on: DateText
  }[]
  series: { attribute: string; name: Text; unit: Text; points: { period: PeriodText; value: number }[] }[]
}

export type ImportState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'

export interface ImportRow {
  id: Id
  kind: Named
  file_name: string
  state: ImportState
  started_at: InstantText
  ended_at: InstantText | null
  actor: string
  bytes: number
  bytes_read: number
  rows: number
  accepted: number
  unchanged: number
  rejected: number
  failure: Text | null
}

export interface ImportKind {
  code: string
  name: Text
  note: Text
  columns: { name: string; required: boolean; note: Text }[]
}

export interface ImportErrorRow {
  sheet: string
  row: number
  column: string
  value: string
  code: string
  reason: Text
  cure: Text
}

export interface QualityRow {
  rule: string
  name: Text
  dimension: Named
  severity: 'error' | 'warning'
  checked: number
  failed: number
  passed: Ppm
  checked_at: InstantText
  owner: Named | null
}

export interface QualityFinding {
  enterprise: Id
  enterprise_name: string
  attribute: Named
  shown: string
  message: Text
  cure: Text
}

export interface ProductRow {
  id: Id
  code: string
  name: Text
  institution: Id
  institution_name: string
  kind: Named
  min_amount: Fen | null
  max_amount: Fen | null
  max_term_months: number | null
  /** LPR plus or minus basis points, or a plain rate, in words. */
  price: Text
  answer_minutes: number
  active: boolean
  eligible: number
  nearly: number
  unknown: number
  offered: number
  disbursed: Fen
}

export interface ProductQuery extends PageQuery {
  q?: string
  kind?: string
  institution?: string
}

export interface AuditRow {
  sequence: number
  at: InstantText
  actor: string
  party_name: string
  event: string
  subject: string
  summary: Text
  /** Digest of the journal entry, in hex. */
  digest: string
}

export interface AuditQuery extends PageQuery {
  q?: string
  event?: string
  from?: DateText
  to?: DateText
}

export interface SystemView {
  version: string
  started_at: InstantText
  pack: { code: string; name: Text; version: string; digest: string; effective_from: DateText }
  checks: { code: string; name: Text; state: 'ok' | 'warning' | 'failed'; detail: Text }[]
  journal: { entries: number; last_at: InstantText | null; bytes: number }
  outbox_waiting: number
  outbox_oldest_seconds: number
  sessions: number
}
