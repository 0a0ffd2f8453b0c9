// Session, set-up, people, audit, system.
import type { Choice, Id, InstantText, Job, PageQuery, Party, Text, DateText } from './base'

export type PartyKind = 'enterprise' | 'institution' | 'department' | 'platform'

export type Right =
  | 'need_post'
  | 'need_answer'
  | 'need_supervise'
  | 'loan_record'
  | 'product_edit'
  | 'consent_give'
  | 'fact_read'
  | 'fact_import'
  | 'fact_dispute'
  | 'indicator_read'
  | 'indicator_report'
  | 'task_read'
  | 'task_report'
  | 'people_manage'
  | 'system_manage'
  | 'security_manage'
  | 'audit_read'
  | 'registry_register'
  | 'registry_search'
  | 'credit_manage'
  | 'guarantee_issue'
  | 'budget_decide'
  | 'budget_pay'
  | 'instrument_hold'
  | 'instrument_fund'
  | 'instrument_oversee'
  | 'risk_handle'

/** What anybody may know of this program. */
export interface About {
  product: string
  version: string
  pack: { code: string; title: Text; county: Text; notice: Text }
  demo: boolean
  now: InstantText
  today: DateText
  set_up: boolean
}

export interface Me {
  id: Id
  login: string
  name: string
  party: { id: Id; kind: PartyKind; code: string; name: Text }
  roles: Choice[]
  rights: Right[]
  must_change_password: boolean
  /** How much work is waiting. */
  badge: number
}

export interface SignIn {
  login: string
  password: string
}

export interface FirstPerson {
  login: string
  name: string
  password: string
  role: string
}

export interface SetUp {
  code: string
  people: FirstPerson[]
}

export type ChangePassword = { old: string; new: string }

export interface SessionRow {
  id: Id
  from: string
  at: InstantText
  last: InstantText
  current: boolean
}

export type PersonState = 'active' | 'locked' | 'disabled'

export interface PersonRow {
  id: Id
  login: string
  name: string
  party: Party
  roles: string[]
  state: PersonState
  last?: InstantText | null
  version: number
}

export interface PersonQuery extends PageQuery {
  text?: string
}

export interface AddPerson {
  login: string
  name: string
  party?: Id
  roles: string[]
}

export interface ChangePerson {
  name: string
  roles: string[]
  state: PersonState
}

/** Shown once; the person has to change it at the first sign-in. */
export interface OneTimePassword {
  one_time_password: string
}

export interface AuditRow {
  seq: number
  at: InstantText
  person?: { id: Id; name: string } | null
  party?: Party | null
  kind: string
  label: Text
  subject: string
  /** Null for sensitive events, whose bodies nobody is shown. */
  body: unknown
}

export interface AuditQuery extends PageQuery {
  kind?: string
  person?: Id
  subject?: string
  from?: DateText
  to?: DateText
}

export interface SystemView {
  version: string
  uptime_s: number
  journal_seq: number
  database_bytes: number
  memory_bytes: number
  commits: number
  sessions: number
  live_clients: number
  jobs: Job[]
  pack: { code: string; version: string }
  /** How many events each relay has still to handle. */
  relays: { name: string; behind: number }[]
}
