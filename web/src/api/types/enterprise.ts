// Enterprises, facts, consent, data quality, imports.
import type {
  Choice,
  DateText,
  Fen,
  Id,
  InstantText,
  PageQuery,
  Party,
  PeriodText,
  Ppm,
  Text,
  Value,
} from './base'
import type { GuaranteeState } from './capital'
import type { LoanGrade } from './finance'
import type { Outcome } from './product'
import type { RiskListed } from './risk'

export type Size = 'large' | 'medium' | 'small' | 'micro' | 'not_applicable' | 'unknown'

export interface EnterpriseRow {
  id: Id
  credit_code: string
  name: string
  industry: string
  industry_label: Text
  town_label: Text
  size: Size
  founded: DateText
  needs: number
  loans: number
}

export interface EnterpriseQuery extends PageQuery {
  text?: string
  industry?: string
  town?: string
  size?: string
}

export interface Enterprise {
  id: Id
  credit_code: string
  name: string
  industry: string
  industry_label: Text
  town: string
  town_label: Text
  founded: DateText
  legal_representative: string
  contact: string
  phone: string
  registered_capital: Fen
  size: Size
  code_override?: string | null
  version: number
}

export type RegisterEnterprise = Pick<
  Enterprise,
  | 'credit_code'
  | 'name'
  | 'industry'
  | 'town'
  | 'founded'
  | 'legal_representative'
  | 'contact'
  | 'phone'
  | 'registered_capital'
  | 'code_override'
>

export interface Fact {
  attribute: string
  label: Text
  value: Value
  display: Text
  period?: PeriodText | null
  source: string
  source_label: Text
  learned_at?: InstantText | null
  as_of?: DateText | null
  stale: boolean
  disputed: boolean
  editable: boolean
  scope: string
  /** False: the reader may not see it; `why` says so. */
  allowed: boolean
  why?: Text | null
}

export type Severity = 'error' | 'warning' | 'note'

export interface QualityFinding {
  rule: string
  label: Text
  severity: Severity
  attributes: string[]
  message: Text
  cure: Text
}

export interface Dispute {
  number: number
  attribute: string
  reason: string
  at: InstantText
  answered_at?: InstantText | null
  accepted?: boolean | null
  answer: string
}

export interface DisputeQuery extends PageQuery {
  /** Only those that wait for an answer. */
  open?: boolean
}

/** A dispute as departments see it. */
export interface DisputeRow extends Dispute {
  enterprise: Party
  label: Text
  display: Text
  source_label: Text
  owner_name?: Text | null
  /** The reader's own unit answers. */
  may_answer: boolean
}

export interface Facts {
  enterprise: Id
  facts: Fact[]
  quality: QualityFinding[]
  disputes: Dispute[]
}

export interface FactHistoryEntry {
  value: Value
  display: Text
  period?: PeriodText | null
  source_label: Text
  learned_at: InstantText
  superseded: boolean
}

export interface Trends {
  months: PeriodText[]
  sales: Fen[]
  purchases: Fen[]
  invoices: number[]
  void_rate: Ppm[]
}

export interface FactSeries {
  attribute: string
  points: { on: DateText; value: Value; display: Text }[]
}

export type PortraitPart =
  | 'trends'
  | 'findings'
  | 'loans'
  | 'lines'
  | 'guarantees'
  | 'securities'
  | 'warnings'
  | 'rosters'
  | 'products'

/** How much of a part the reader sees: nothing, its own rows, sums of all beside its own rows, everything. */
export type Extent = 'none' | 'own' | 'sums' | 'all'

export interface Portrait {
  at: InstantText
  reader_name: string
  reader: Party
  enterprise: Enterprise
  parts: { part: PortraitPart; extent: Extent; why?: Text | null }[]
  /** Under which an institution looks. */
  consents: {
    id: Id
    purpose_label: Text
    scopes: Choice[]
    mode: 'once' | 'period'
    valid_until: InstantText
  }[]
  facts: Facts
  series: FactSeries[]
  trends?: Trends | null
  sums: {
    loans: number
    lenders: number
    owed: Fen
    line_banks: number
    lines: Fen
    joint_limit?: Fen | null
    joint_room?: Fen | null
    guarantees: number
    guaranteed: Fen
    securities: number
    secured: Fen
  }
  loans: {
    id: Id
    institution: Party
    number: string
    amount: Fen
    balance: Fen
    rate: Ppm
    start: DateText
    due: DateText
    guarantee_mode: string
    grade: LoanGrade
  }[]
  lines: { id: Id; bank: Party; amount: Fen; contract: string; until: DateText }[]
  guarantees: {
    id: Id
    number: string
    guarantor: Party
    bank?: Party | null
    group?: Party | null
    outstanding: Fen
    until: DateText
    state: GuaranteeState
  }[]
  securities: {
    id: Id
    number: string
    kind: Choice
    secured: Party
    claim: Fen
    expires_on: DateText
  }[]
  warnings: RiskListed[]
  rosters: Choice[]
  /** The best that the enterprise may have, best first. */
  products: {
    product: Id
    name: Text
    kind_label: Text
    institution: Party
    outcome: Outcome
    sentence: Text
    gaps: Text[]
    all_in_cost: Ppm
  }[]
}

export type ConsentStatus = 'active' | 'paused' | 'revoked' | 'expired' | 'used'

export interface Consent {
  id: Id
  enterprise: Party
  receiver: Party
  purpose: string
  purpose_label: Text
  scopes: Choice[]
  mode: 'once' | 'period'
  valid_from: InstantText
  valid_until: InstantText
  status: ConsentStatus
  need?: Id | null
  given_at: InstantText
  revoked_at?: InstantText | null
  reads: number
}

export interface GiveConsent {
  receiver: Id
  purpose: string
  scopes: string[]
  mode: 'once' | 'period'
  valid_until: DateText
  need?: Id
}

export interface Reading {
  at: InstantText
  enterprise: Party
  reader: Party
  person_name: string
  consent: Id
  purpose_label: Text
  attributes: { name: string; label: Text }[]
}

export interface QualityRow extends QualityFinding {
  enterprise: Party
  owner?: string | null
  owner_name?: Text | null
}

export interface QualitySummary {
  rule: string
  label: Text
  count: number
  kind: 'completeness' | 'range' | 'cross_field' | 'freshness'
  owner_name?: Text | null
}

export interface QualityQuery extends PageQuery {
  rule?: string
}

export type ImportKind =
  'vat_invoices' | 'facts' | 'enterprises' | 'loans' | 'indicator_values' | 'receivables'

export interface Import {
  id: Id
  kind: ImportKind
  file: string
  bytes: number
  at: InstantText
  by: { id: Id; name: string }
  state: 'running' | 'done' | 'refused' | 'cancelled'
  progress: Ppm
  rows: number
  accepted: number
  unchanged: number
  reported: number
  rejected: number
  message?: Text | null
}

export interface ImportReportRow {
  row: number
  column: string
  column_label: string
  value: string
  code: string
  severity: Severity
  reason: Text
  cure: Text
}

export interface ImportReportQuery extends PageQuery {
  severity?: Severity
}
