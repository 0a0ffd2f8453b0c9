// Instruments: receivables, receipts, bills …, with their parts, pushes and financings. Amounts are integers in the
// kind's unit: 分, grams, pieces.
import type { Choice, DateText, Fen, Id, InstantText, PageQuery, Ppm, Text } from './base'

export type InstrumentUnit = 'fen' | 'gram' | 'piece'
export type Way = 'pledge' | 'discount' | 'factoring'
export type PushState =
  'pushed' | 'intended' | 'accepted' | 'notified' | 'read' | 'concluded' | 'declined' | 'recalled'
export type DealState = 'open' | 'released' | 'enforced' | 'settled' | 'recoursed'
export type InstrumentViewKind = 'all' | 'held' | 'owed' | 'pledged' | 'funded'

interface Named {
  id: Id
  name: Text
}

export interface InstrumentItem {
  id: Id
  number: string
  kind: Choice
  unit: InstrumentUnit
  creditor: Named
  debtor: Named
  face: number
  redeemed: number
  mine: number
  pledged: number
  issued_on: DateText
  due?: DateText | null
  state: Choice
  confirmed: boolean
  ended: boolean
  overdue: boolean
  uploaded_at: InstantText
}

export interface InstrumentQuery extends PageQuery {
  view?: InstrumentViewKind
  kind?: string
  state?: string
  text?: string
  open_only?: boolean
  due_until?: DateText
}

export interface Part {
  id: Id
  parent?: Id | null
  number: string
  holder: Named
  endorser?: Named | null
  act: Choice
  received: number
  amount: number
  held: number
  free: number
  recourse: boolean
  frozen: boolean
  order: string
  seq: number
  at: InstantText
  ended: boolean
  mine: boolean
}

export interface Deal {
  id: Id
  instrument: Id
  number: string
  part: Id
  part_number: string
  unit: InstrumentUnit
  way: Way
  recourse: boolean
  client: Named
  funder: Named
  amount: number
  held: number
  paid?: Fen | null
  rate?: Ppm | null
  contract: string
  registration: string
  reference: string
  day: DateText
  state: DealState
  surplus?: Fen | null
  mine: boolean
}

export interface DealQuery extends PageQuery {
  state?: DealState
}

export interface Terms {
  way: Way
  recourse: boolean
  amount: number
  paid: Fen
  rate: Ppm
  valid_until: DateText
  note: string
}

export interface Push {
  id: Id
  instrument: Id
  number: string
  kind: Choice
  unit: InstrumentUnit
  due?: DateText | null
  debtor: Named
  part: Id
  holder: Named
  funder: Named
  amount: number
  note: string
  state: PushState
  terms?: Terms | null
  registration: string
  reason: string
  pushed_at: InstantText
  notified_at?: InstantText | null
  read_at?: InstantText | null
  read_by: string
}

export interface PushQuery extends PageQuery {
  state?: PushState
}

export interface Law {
  code: string
  title: Text
  number: string
  clause: string
  says: Text
  from: DateText
}

export interface InstrumentLine {
  seq: number
  at: InstantText
  act: Choice
  party: Named
  person_name: string
  part?: Id | null
  other?: Named | null
  amount: number
  text: string
  state: Choice
}

export interface InstrumentAct {
  act: string
  label: Text
  reason_required: boolean
}

export interface InstrumentView {
  item: InstrumentItem
  fields: { name: string; label: Text; value: string }[]
  on_paper: number
  account: string
  account_locked: boolean
  term_reason: string
  laws: Law[]
  paper: string
  payment_reference: string
  payment_day?: DateText | null
  parts: Part[]
  deals: Deal[]
  pushes: Push[]
  lines: InstrumentLine[]
  acts: InstrumentAct[]
  as_of?: InstantText | null
  version: number
}

export interface InstrumentField {
  name: string
  label: Text
  type: string
  unit?: string | null
  choices: string[]
  required: boolean
  key: boolean
}

export interface InstrumentTerm {
  from: DateText
  usual_months: number
  most_months: number
  law: string
}

export interface InstrumentKind {
  code: string
  label: Text
  creditor: Text
  debtor: Text
  unit: InstrumentUnit
  divisible: boolean
  transferable: boolean
  pledgeable: boolean
  dated: boolean
  notice_first: boolean
  registered: boolean
  locked_account: boolean
  fields: InstrumentField[]
  terms: InstrumentTerm[]
  laws: Law[]
  states: Choice[]
}

export interface IssueInstrument {
  kind: string
  creditor: Id
  debtor: Id
  face: number
  issued_on: DateText
  due?: DateText | null
  fields: { name: string; value: string }[]
  account?: string | null
  term_reason?: string | null
}

export interface InstrumentDeed {
  part?: Id | null
  push?: Id | null
  deal?: Id | null
  amount?: number | null
  to?: Id | null
  funders?: Id[] | null
  way?: Way | null
  recourse?: boolean | null
  paid?: Fen | null
  rate?: Ppm | null
  valid_until?: DateText | null
  day?: DateText | null
  contract?: string | null
  registration?: string | null
  reference?: string | null
  account?: string | null
  paper?: string | null
  order?: string | null
  reason?: string | null
  note?: string | null
}

export interface Counterparty {
  id: Id
  name: Text
  kind: string
}

export interface UploadReport {
  rows: number
  accepted: number
  unchanged: number
  rejected: number
  lines: { row: number; column_label: string; value: string; code: string; reason: Text; cure: Text }[]
}
