// identity: who is signed in, and the people and roles of an organisation.
import type { Id, InstantText, Named, PageQuery, Text } from './base'

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

export interface SessionView {
  /** False before anybody has signed in; then only `platform`, `demo` and `needs_setup` mean anything. */
  signed_in: boolean
  /** True on the very first start: nobody exists yet. */
  needs_setup: boolean
  /** The county's name for its platform, from the pack. */
  platform: Text
  /** True when every firm and figure is invented. */
  demo: boolean
  now: InstantText
  person: Id
  name: string
  login: string
  party: Id
  party_name: string
  kind: PartyKind
  unit: string
  rights: Right[]
  must_change_password: boolean
  unread: number
}

export interface SignIn {
  login: string
  password: string
}

export interface SetUp {
  code: string
  login: string
  name: string
  password: string
}

export interface ChangePassword {
  old_password: string
  new_password: string
}

export interface SessionRow {
  id: string
  started_at: InstantText
  seen_at: InstantText
  address: string
  agent: string
  current: boolean
}

export interface PersonRow {
  id: Id
  login: string
  name: string
  party: Id
  party_name: string
  roles: Named[]
  active: boolean
  locked_until: InstantText | null
  last_sign_in: InstantText | null
}

export interface PersonQuery extends PageQuery {
  q?: string
  role?: string
}

export interface AddPerson {
  login: string
  name: string
  party: Id
  roles: string[]
}

export interface AddedPerson {
  id: Id
  /** Shown once; the person has to change it at the first sign-in. */
  one_time_password: string
}

export interface RoleView {
  code: string
  name: Text
  kind: PartyKind
  rights: Right[]
  /** Roles that one person may not hold beside this one. */
  excludes: string[]
}
