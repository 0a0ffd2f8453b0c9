// finance: needs, claims and their clocks.
import type { DateText, Fen, Id, InstantText, Named, PageQuery, Ppm, Text } from './base'

export type NeedState =
  | 'draft'
  | 'submitted'
  | 'published'
  | 'claimed'
  | 'accepted'
  | 'granted'
  | 'disbursed'
  | 'settled'
  | 'in_repair'
  | 'refused'
  | 'withdrawn'
  | 'expired'

export type ClaimState =
  | 'pushed'
  | 'claimed'
  | 'due_diligence'
  | 'offered'
  | 'accepted'
  | 'granted'
  | 'disbursed'
  | 'refused'
  | 'withdrawn'
  | 'lapsed'

export type ClockState = 'running' | 'paused' | 'met' | 'breached'

export interface ClockView {
  code: string
  name: Text
  state: ClockState
  started_at: InstantText
  due_at: InstantText
  ended_at: InstantText | null
  /** Working minutes. */
  limit_minutes: number
  used_minutes: number
  /** How far the clock has run against its limit; 1,000,000 is exactly due. */
  used_ppm: Ppm
  pause_reason: Text | null
  /** Who answers for it. */
  owner: string
}

export interface NeedRow {
  id: Id
  number: string
  enterprise: Id
  enterprise_name: string
  credit_code: string
  state: NeedState
  amount: Fen
  term_months: number
  kind: Named
  area: Named
  industry: Named
  posted_at: InstantText
  /** The clock that is nearest to its limit, or past it. */
  clock: ClockView | null
  claims: number
  answered: number
  escalation: number
}

export interface NeedQuery extends PageQuery {
  q?: string
  state?: string
  area?: string
  kind?: string
  institution?: string
  overdue?: boolean
  min_amount?: Fen
}

export interface ClaimView {
  id: Id
  institution: Id
  institution_name: string
  product_name: Text | null
  state: ClaimState
  rate: Ppm | null
  amount: Fen | null
  term_months: number | null
  officer: string
  clock: ClockView | null
  refusal: Named | null
  refusal_text: string
  repairable: boolean
}

export interface NeedEvent {
  at: InstantText
  kind: string
  title: Text
  text: string
  actor: string
  party_name: string
  /** Working minutes since the event before. */
  gap_minutes: number | null
}

export interface NeedView extends NeedRow {
  purpose: string
  security: Named[]
  wanted_rate: Ppm | null
  first_loan: boolean
  clocks: ClockView[]
  claim_list: ClaimView[]
  events: NeedEvent[]
  loans: { id: Id; number: string; institution_name: string; amount: Fen; rate: Ppm; started_on: DateText }[]
  /** Who may be urged, and whom an escalation would reach. */
  next_supervisor: string
  may_urge: boolean
  may_escalate: boolean
}

export interface Urge {
  claims: Id[]
  reason: string
}

export interface Escalate {
  reason: string
}

export interface LeagueRow {
  id: Id
  institution_name: string
  kind: Named
  pushed: number
  claimed: number
  answered_in_time: number
  overdue: number
  paused_minutes: number
  overdue_minutes: number
  median_answer_minutes: number | null
  offered: number
  refused: number
  granted: Fen
  disbursed: Fen
  loans: number
  first_loans: number
  average_rate: Ppm | null
}

export interface LeagueQuery extends PageQuery {
  period?: string
  kind?: string
}
