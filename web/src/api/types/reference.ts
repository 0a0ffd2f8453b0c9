// Words and tables of the pack: GET /v1/catalogue is read once and kept.
import type { Choice, DateText, Id, Ppm, Text } from './base'
import type { PartyKind } from './session'

export type AttributeType =
  | 'boolean'
  | 'integer'
  | 'number'
  | 'text'
  | 'choice'
  | 'date'
  | 'money'
  | 'rate'
  | 'text_list'
  | 'duration'
  | 'integer_list'

export interface Attribute {
  name: string
  label: Text
  type: AttributeType
  unit?: string | null
  choices: Choice[]
  source: string
  scope: string
  /** JR/T 0197-2020: 1 open … 5. */
  grade: number
  cadence: string
  editable: boolean
  ordered: boolean
  note?: Text | null
}

export interface RefusalReason {
  code: string
  label: Text
  repairable: boolean
  owner?: string | null
  cure: Text
}

export interface ProcessStep {
  act: string
  label: Text
  from: string[]
  to: string
  by: PartyKind
  reason_required: boolean
}

export interface Catalogue {
  attributes: Attribute[]
  scopes: { code: string; label: Text; explains: Text }[]
  sources: Choice[]
  purposes: Choice[]
  product_kinds: Choice[]
  guarantee_modes: Choice[]
  repayment_modes: Choice[]
  tags: Choice[]
  loan_uses: Choice[]
  refusals: RefusalReason[]
  units: { code: string; name: Text; leads: boolean }[]
  institutions: { id: Id; code: string; name: Text; kind?: string | null }[]
  towns: Choice[]
  industries: { code: string; label: Text; section: string }[]
  institution_kinds: Choice[]
  sizes: Choice[]
  roles: { code: string; label: Text; kind: PartyKind }[]
  process: {
    need_states: Choice[]
    claim_states: Choice[]
    need_steps: ProcessStep[]
    claim_steps: ProcessStep[]
    clocks: { code: string; label: Text; on: string; budget: number; unit: string; owner: string }[]
  }
  lpr: { date: DateText; one_year: Ppm; five_year: Ppm }
}

export interface SearchHit {
  kind: 'enterprise' | 'need' | 'indicator' | 'product' | 'task' | 'institution'
  id: string
  title: Text
  hint: Text
  path: string
}

export interface CreditCodeCheck {
  valid: 'valid' | 'check_digit' | 'malformed'
  message: Text
  parts?: { department: Text; category: Text; area: Text } | null
}
