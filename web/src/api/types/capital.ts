// Registrations of security, strategic agreements and joint limits, guarantees, public money.
import type { Choice, DateText, Fen, Id, InstantText, PageQuery, Party, Ppm, Text } from './base'
import type { PartyKind } from './session'

// Registrations

export type RegistrationStatus = 'active' | 'expired' | 'discharged'
export type RegistrationAct =
  | 'initial'
  | 'change'
  | 'extend'
  | 'file'
  | 'end_claim'
  | 'discharge'
  | 'object'
  | 'withdraw_objection'
  | 'renamed'

export interface Collateral {
  asset: Choice
  description: string
  mark: string
}

export interface Filing {
  registrar: Choice
  statutory: boolean
  number: string
  at: InstantText
}

export interface Registration {
  id: Id
  number: string
  kind: Choice
  secured: Party
  debtor?: Id | null
  debtor_code: string
  debtor_name: string
  claim: Fen
  contract: string
  items: Collateral[]
  registered_at: InstantText
  expires_on: DateText
  extension_opens: DateText
  status: RegistrationStatus
  purchase_money: boolean
  delivered_at?: InstantText | null
  notified_at?: InstantText | null
  filing?: Filing | null
  claim_ended_on?: DateText | null
  discharge_by?: DateText | null
  rename_by?: DateText | null
  discharged_at?: InstantText | null
  objected_at?: InstantText | null
  version: number
}

export interface RegistrationDeed {
  at: InstantText
  act: RegistrationAct
  party: Party
  person_name: string
  text: Text
}

export interface Ranked {
  number: string
  secured: Party
  rank: number
  share: Ppm
}

export interface RankReason {
  first: string
  second: string
  equal: boolean
  ground:
    | 'retention'
    | 'purchase_money'
    | 'registered_first'
    | 'delivered_first'
    | 'published_at_once'
    | 'registered_only'
    | 'delivered_only'
    | 'notified_first'
    | 'notified_only'
    | 'pro_rata'
  article: string
  explains: Text
}

export interface RegistrationView extends Registration {
  deeds: RegistrationDeed[]
  order: Ranked[]
  reasons: RankReason[]
  duties: Text[]
}

/** What is left out stays as it is. */
export interface RegistrationChange {
  debtor_name?: string
  claim?: Fen
  contract?: string
  items?: { asset: string; description: string; mark: string }[]
  delivered_at?: InstantText
  notified_at?: InstantText
}

export interface RegistrationQuery extends PageQuery {
  text?: string
  kind?: string
  state?: string
  secured?: Id
}

export interface SecurityRules {
  code: string
  from: DateText
  source: Text
  kinds: {
    code: string
    label: Text
    interest: 'mortgage' | 'pledge' | 'factoring' | 'lease' | 'retention' | 'other'
    assets: string[]
    clause: Text
  }[]
  assets: { code: string; label: Text; receivable: boolean; mark: Text }[]
  exclusions: { code: string; label: Text; registrar: Text; clause: Text }[]
  registrars: { code: string; label: Text; statutory: boolean }[]
  term_months_least: number
  term_months_most: number
  extend_days: number
  discharge_days: number
  name_change_months: number
  purchase_money_days: number
  remind_days: number[]
}

export interface FilingWish {
  registrar: string
  number: string
  at: InstantText
}

export interface Register {
  kind: string
  debtor_code: string
  debtor_name: string
  claim: Fen
  contract: string
  items: { asset: string; description: string; mark: string }[]
  term_months: number
  purchase_money: boolean
  delivered_at?: InstantText | null
  notified_at?: InstantText | null
  filing?: FilingWish | null
}

export interface DebtorEntries {
  debtor_code: string
  debtor_name: string
  at: InstantText
  items: Registration[]
}

export interface Certificate {
  id: Id
  number: string
  debtor_code: string
  debtor_name: string
  at: InstantText
  found: number
  as_of: number
  digest: string
  /** Journal number under which it has its entry in the verifiable log. */
  event: number
}

// Agreements and joint limits

export interface Agreement {
  id: Id
  number: string
  bank: Party
  title: string
  agreed: Fen
  approved: Fen
  drawn: Fen
  signed_on: DateText
  until: DateText
  use: string
}

export interface CreditProject {
  id: Id
  agreement: Id
  bank: Party
  name: string
  industry: Choice
  enterprise?: Party | null
  approved: Fen
  drawn: Fen
  at: InstantText
}

export interface AgreementView extends Agreement {
  projects: CreditProject[]
}

export interface CreditSum {
  code: string
  label: Text
  agreed: Fen
  approved: Fen
  drawn: Fen
}

export interface CreditSummary {
  total: CreditSum
  banks: CreditSum[]
  industries: CreditSum[]
}

export interface CreditLine {
  id: Id
  borrower: Party
  bank: Party
  amount: Fen
  contract: string
  until: DateText
  at: InstantText
  closed_at?: InstantText | null
}

export interface JointLimit {
  borrower: Party
  limit?: Fen | null
  used: Fen
  room?: Fen | null
  banks: number
  reason: string
  set_on: DateText
  lines: CreditLine[]
}

// Guarantees

export interface Guarantor {
  guarantor: Party
  net_assets: Fen
  as_of: DateText
  outstanding: Fen
  outstanding_small: Fen
  multiple: number
  capacity: Fen
  room: Fen
  used_times_ppm: number
  single_most: Fen
  related_most: Fen
  compensated_this_year: Fen
  compensation_rate?: Ppm | null
  tolerance: Ppm
  fee_most: Ppm
  contracts: number
}

export type GuaranteeState = 'in_force' | 'released' | 'compensated' | 'closed'

export interface Guarantee {
  id: Id
  number: string
  guarantor: Party
  client: Party
  group?: Party | null
  bank?: Party | null
  small: boolean
  amount: Fen
  outstanding: Fen
  fee: Ppm
  paper: string
  from: DateText
  until: DateText
  state: GuaranteeState
  compensated: Fen
  recovered: Fen
  issued_at: InstantText
}

export interface GuaranteeView extends Guarantee {
  borne: { bearer: Choice; share: Ppm; compensated: Fen; recovered: Fen }[]
  deeds: {
    at: InstantText
    act: 'issue' | 'release' | 'compensate' | 'recover' | 'write_off'
    amount: Fen
    text: string
  }[]
}

export interface GuaranteeQuery extends PageQuery {
  state?: GuaranteeState
}

export interface IssueGuarantee {
  client: Id
  related_to?: Id | null
  bank?: Id | null
  amount: Fen
  fee: Ppm
  paper: string
  from: DateText
  until: DateText
}

// Public money

export type ProgrammeKind =
  'interest_subsidy' | 'risk_compensation' | 'premium_subsidy' | 'bridge_loan' | 'quota'
export type MoneyEffect = 'none' | 'hold' | 'pay' | 'release' | 'give_back'

export interface Programme {
  code: string
  label: Text
  kind: ProgrammeKind
  applicant: PartyKind
  decides: Choice
  pays: Choice
  clause: Text
  object: Text
  case_most: Fen
  share: Ppm
  days_most: number
  stop_line: Ppm
  levels: { code: string; label: Text; shares: Ppm[] }[]
  states: Choice[]
  year: number
  in_force: boolean
  budget: Fen
  reserved: Fen
  paid: Fen
  left: Fen
}

export interface MoneyFigures {
  principal: Fen
  rate: Ppm
  days: number
  loss: Fen
  premium: Fen
  insured: Fen
  level: string
  policy_year: number
}

export interface MoneyCase {
  id: Id
  number: string
  programme: Choice
  kind: ProgrammeKind
  year: number
  applicant: Party
  enterprise?: Party | null
  bank?: Party | null
  object: string
  asked: Fen
  granted: Fen
  state: Choice
  ended: boolean
  since: InstantText
  due_on?: DateText | null
  overdue: boolean
  paid_at?: InstantText | null
  back_at?: InstantText | null
  applied_at: InstantText
}

export interface MoneyAct {
  act: string
  label: Text
  effect: MoneyEffect
  reason_required: boolean
}

export interface MoneyCaseView extends MoneyCase {
  figures: MoneyFigures
  days_used?: number | null
  deeds: {
    at: InstantText
    act: Choice
    party: Party
    person_name: string
    to: Choice
    amount: Fen
    text: string
  }[]
  acts: MoneyAct[]
}

export interface MoneyCaseQuery extends PageQuery {
  programme?: string
  state?: string
  year?: number
}

export interface MoneyApplication {
  programme: string
  object: string
  enterprise?: Id | null
  bank?: Id | null
  figures: MoneyFigures
}

export interface RiskPool {
  bank: Party
  programme: Choice
  pool: Fen
  compensated: Fen
  ratio?: Ppm | null
  stop_line: Ppm
  stopped: boolean
}
