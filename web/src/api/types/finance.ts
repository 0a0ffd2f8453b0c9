// Needs, claims, their clocks; loans; the league table; what waits for whom.
import type { DateText, Fen, Id, InstantText, PageQuery, Party, Ppm, Text } from './base'
import type { Price, PriceBase } from './product'

export type ClockState = 'running' | 'paused' | 'stopped' | 'breached'

export interface Clock {
  code: string
  label: Text
  /** institution, department, enterprise, or the code of a unit: whose time it is. */
  owner: string
  state: ClockState
  started_at: InstantText
  due_at?: InstantText | null
  stopped_at?: InstantText | null
  /** Of the budget; 1,000,000 is exactly due. */
  used: Ppm
  budget_display: Text
  left_display: Text
  paused_total_ms: number
  pauses: { from: InstantText; until?: InstantText | null; reason: Text }[]
  rungs: { percent: number; fired_at?: InstantText | null }[]
}

/** What the reader may do now; it drives the buttons. */
export interface Act {
  act: string
  label: Text
  reason_required: boolean
  target: 'need' | 'claim'
}

export interface NeedEnterprise {
  id: Id
  name: string
  credit_code: string
  industry_label: Text
  town_label: Text
  size: string
}

export interface NeedRow {
  id: Id
  number: string
  enterprise: NeedEnterprise
  state: string
  state_label: Text
  amount: Fen
  term_months: number
  purpose: string
  purpose_label: Text
  purpose_text: string
  rate_most?: Ppm | null
  guarantee_modes: string[]
  repayment_modes: string[]
  urgency: 'normal' | 'urgent'
  first_loan: boolean
  tags: string[]
  products: Id[]
  institutions: Id[]
  scopes: string[]
  posted_at?: InstantText | null
  published_at?: InstantText | null
  ended_at?: InstantText | null
  intended: Fen
  granted: Fen
  disbursed: Fen
  /** How far it has been escalated, 0…3. */
  escalation: number
  round: number
  claims_count: number
  worst_clock?: Clock | null
  version: number
}

export interface Need extends Omit<NeedRow, 'claims_count' | 'worst_clock'> {
  clocks: Clock[]
  claims: Claim[]
  acts: Act[]
}

export interface NeedQuery extends PageQuery {
  /** number, amount, published_at or disbursed; a leading minus means descending. */
  sort?: string
  state?: string
  text?: string
  industry?: string
  town?: string
  breached?: boolean
  mine?: boolean
  from?: DateText
  to?: DateText
}

export interface WriteNeed {
  amount: Fen
  term_months: number
  purpose: string
  purpose_text: string
  rate_most: Ppm | null
  guarantee_modes: string[]
  repayment_modes: string[]
  urgency: 'normal' | 'urgent'
  first_loan: boolean
  tags: string[]
  products: Id[]
  institutions: Id[]
  scopes: string[]
}

export interface Offer {
  amount: Fen
  rate: Ppm
  price: { base: PriceBase; spread_bp: number; lpr_date?: DateText | null }
  term_months: number
  guarantee_mode: string
  repayment_mode: string
  fee_rate: Ppm
  valid_until: DateText
  note: string
}

export interface Refusal {
  reason: string
  label: Text
  text: string
  repairable: boolean
  owner?: string | null
  owner_name?: Text | null
  repair_due?: InstantText | null
  repair_state?: string | null
  cure: Text
}

export interface Claim {
  id: Id
  need: Id
  need_number: string
  institution: Party & { kind?: string | null }
  state: string
  state_label: Text
  round: number
  officer?: { name: string; phone: string } | null
  product?: Party | null
  claimed_at: InstantText
  answered_at?: InstantText | null
  ended_at?: InstantText | null
  offer?: Offer | null
  accepted: boolean
  refusal?: Refusal | null
  contract?: string | null
  /** Asked of the enterprise. */
  documents: string[]
  granted: Fen
  disbursed: Fen
  clocks: Clock[]
  acts: Act[]
}

export interface TimelineEntry {
  at: InstantText
  act: string
  label: Text
  actor: { name: string; organisation: Text }
  text: Text
  elapsed_ms: number
  claim?: Id | null
}

export interface LeagueRow {
  institution: Party & { kind?: string | null }
  /** Needs published in the period, the same for all. */
  published: number
  claimed: number
  answered: number
  /** Kaplan–Meier over answers and open needs, so that silence counts. */
  median_answer_minutes?: number | null
  median_upper?: number | null
  open: number
  overdue: number
  overdue_minutes: number
  paused_minutes: number
  offers: number
  refused: number
  refusals: { reason: string; label: Text; count: number }[]
  conversion: Ppm
  granted: Fen
  disbursed: Fen
  first_loans: number
}

export interface DueItem {
  kind: string
  title: Text
  at: InstantText
  path: string
  overdue: boolean
}

export interface Overview {
  needs: { open: number; breached: number; today: number }
  claims: { open: number; breached: number }
  disbursed_month: Fen
  loans_month: number
  first_loans_year: number
  due: DueItem[]
  indicators: { reached: number; near: number; behind: number; total: number }
  recent: (TimelineEntry & { need: { id: Id; number: string; name: string } })[]
}

export interface Desk {
  due: DueItem[]
  needs_open: number
  claims: Claim[]
  offers: Claim[]
  notices: number
  consents_expiring: number
}

export type LoanGrade = 'normal' | 'attention' | 'substandard' | 'doubtful' | 'loss'

export interface Loan {
  id: Id
  institution: Party
  enterprise: { id: Id; name: string; credit_code: string }
  /** 借据号 */
  number: string
  need?: Id | null
  claim?: Id | null
  amount: Fen
  rate: Ppm
  price?: Price | null
  term_months: number
  start: DateText
  due: DateText
  guarantee_mode: string
  repayment_mode: string
  use: string
  green: boolean
  credit_loan: boolean
  first_loan: boolean
  industry: string
  manufacturing: boolean
  medium_long: boolean
  size: string
  balance: Fen
  grade: LoanGrade
  through_platform: boolean
  recorded_at: InstantText
}

export interface LoanView extends Loan {
  events: {
    at: DateText
    kind: 'disbursed' | 'repaid' | 'graded'
    amount?: Fen | null
    balance: Fen
    text: string
  }[]
}

export interface LoanQuery extends PageQuery {
  institution?: Id
  enterprise?: Id
  need?: Id
  from?: DateText
  to?: DateText
  measure?: string
  as_of?: DateText
}

export interface RecordLoan {
  number: string
  amount: Fen
  rate: Ppm
  start: DateText
  due: DateText
  guarantee_mode: string
  repayment_mode: string
  use: string
  green: boolean
}
