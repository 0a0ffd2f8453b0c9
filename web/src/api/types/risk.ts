// Risk warnings: cases, what raised them, the graph around a subject, the rules' records, the stream of payments.
import type { Choice, Fen, Id, InstantText, PageQuery, Party, Ppm, Text } from './base'
import type { Clock } from './finance'

export type RiskState = 'open' | 'in_hand' | 'closed'
export type RiskOutcome = 'confirmed' | 'false_alarm' | 'known'
export type RiskSource = 'transactions' | 'post_loan' | 'list' | 'model'

export interface RiskSeverity {
  code: string
  label: Text
  /** 0 the least, of so many. */
  rank: number
  of: number
}

export interface RiskListed {
  id: Id
  number: string
  source: RiskSource
  rule: Choice
  subject: string
  enterprise?: Party | null
  severity: RiskSeverity
  score: number
  warnings: number
  state: RiskState
  owner_name: string
  mine: boolean
  opened_at: InstantText
  first_at: InstantText
  last_at: InstantText
  due_at?: InstantText | null
  overdue: boolean
  clock?: Clock | null
  outcome?: RiskOutcome | null
  closed_at?: InstantText | null
}

export interface RiskWindow {
  rule: string
  rule_label: Text
  looked_at: Text
  value: Text
  bound: Text
  sentence: Text
  shadow: boolean
  holds: boolean
}

export interface RiskPayment {
  id: string
  at: InstantText
  payer: string
  payee: string
  amount: Fen
  kind: string
}

export interface RiskWarning {
  at: InstantText
  score: number
  rules: string
  windows: RiskWindow[]
  payments: RiskPayment[]
  payments_all: number
  superseded: boolean
  superseded_by: string
}

export interface RiskAct {
  at: InstantText
  act: string
  label: Text
  person_name: string
  text: string
}

export interface RiskNear {
  id: Id
  number: string
  rule: Choice
  state: RiskState
  outcome?: RiskOutcome | null
}

export interface RiskCase extends RiskListed {
  clocks: Clock[]
  found: RiskWarning[]
  acts: RiskAct[]
  reason?: Choice | null
  /** Of a signal that still holds for the enterprise. */
  holds_since?: InstantText | null
  near: RiskNear[]
  version: number
}

export interface RiskQuery extends PageQuery {
  state?: RiskState
  outcome?: RiskOutcome
  source?: RiskSource
  rule?: string
  severity?: string
  text?: string
  mine?: boolean
  overdue?: boolean
}

export interface RiskDesk {
  counts: { open: number; in_hand: number; overdue: number; mine: number }
  severities: Choice[]
  actions: Choice[]
  reasons: { code: string; label: Text; outcome: RiskOutcome }[]
  rules: Choice[]
  officers: { id: Id; name: string; unit: string }[]
}

export interface RiskTie {
  from: string
  to: string
  count: number
  amount: Fen
  first_at: InstantText
  last_at: InstantText
  evidence: boolean
  payments: RiskPayment[]
}

export interface RiskGraph {
  nodes: { account: string; hops: number; evidence: boolean; cases: number }[]
  ties: RiskTie[]
  left_out: number
}

export interface RiskRule {
  code: string
  label: Text
  source: RiskSource
  current: boolean
  parts: { code: string; label: Text; when: string; source: string; weight: number; shadow: boolean }[]
  alert: number
  snooze: string
  /** Enterprises for which a signal holds now. */
  holding: number
  warnings: number
  cases: number
  open: number
  confirmed: number
  false_alarm: number
  known: number
  precision?: { share: Ppm; low: Ppm; high: Ppm } | null
}

export interface PaymentStream {
  ready: boolean
  rules: string
  events: number
  watermark?: InstantText | null
  warnings: number
  snoozed: number
  over_budget: number
  learning: number
  can_replay: boolean
  replaying?: Ppm | null
}

/** What a list that was sent says of the county's enterprises. */
export interface ListScreened {
  entries: number
  holding: number
  enterprises: number
  hits: number
  opened: number
  joined: number
  refused: number
  first: { line: number; taken: boolean; code: string; message: Text; cure: Text }[]
}

/** What became of rows that were sent. */
export interface StreamBatch {
  events: number
  known: number
  too_late: number
  refused: number
  first_refused: { line: number; code: string; message: Text; cure: Text }[]
  opened: number
  joined: number
}
