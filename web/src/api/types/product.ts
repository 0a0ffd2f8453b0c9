// Products, the rules that open them, and matching.
import type { Choice, DateText, Fen, Id, InstantText, PageQuery, Party, Ppm, Text } from './base'
import type { AttributeType } from './reference'

export type PriceBase = 'lpr_1y' | 'lpr_5y' | 'fixed'

export interface Price {
  base: PriceBase
  /** Basis points over the base; for `fixed` the whole yearly rate. */
  spread_bp: number
  rate: Ppm
}

export type ProductState = 'draft' | 'published' | 'retired'

export interface ProductView {
  id: Id
  code: string
  institution: Party
  name: Text
  kind: string
  kind_label: Text
  summary: Text
  amount_min: Fen
  amount_max: Fen
  term_min_months: number
  term_max_months: number
  price: Price
  fee_rate: Ppm
  subsidy_rate: Ppm
  guarantee_modes: string[]
  repayment_modes: string[]
  answer_days: number
  documents: Text[]
  scopes: string[]
  tags: string[]
  valid_from: DateText
  valid_to?: DateText | null
  eligibility: string
  when_unknown: 'ask' | 'refuse' | 'pass'
  state: ProductState
  effective_from?: DateText | null
  version: number
}

/** What an institution writes; the price without the rate, which follows from the LPR of the day. */
export type EditProduct = Omit<
  ProductView,
  'id' | 'institution' | 'kind_label' | 'price' | 'state' | 'effective_from' | 'version'
> & {
  price: Omit<Price, 'rate'>
}

export interface ProductQuery extends PageQuery {
  institution?: Id
  kind?: string
  tag?: string
  text?: string
  state?: ProductState
}

export interface ProductVersion {
  version: number
  at: InstantText
  by: { id: Id; name: string }
  state: ProductState
  effective_from?: DateText | null
  reason: string
  changes: { field: string; before: unknown; after: unknown }[]
}

export type Outcome = 'eligible' | 'nearly' | 'unknown' | 'not_eligible'

export interface Clause {
  text: string
  outcome: 'holds' | 'fails' | 'unknown'
  sentence: Text
  attributes: { name: string; label: Text; display: Text }[]
  gap?: Text | null
}

export interface RuleFinding {
  code: string
  line: number
  column: number
  length: number
  message: Text
  cure: Text
  excerpt: string
}

/** What is odd about a rule that compiles. */
export interface RuleOddity {
  kind:
    | 'never_holds'
    | 'always_holds'
    | 'implied'
    | 'subsumed'
    | 'overlap'
    | 'gap'
    | 'unit'
    | 'admits_all'
    | 'admits_none'
  /** Must be cured before publishing. */
  blocks: boolean
  line: number
  column: number
  length: number
  clause: string
  message: Text
  cure: Text
}

export interface RuleCheck {
  ok: boolean
  findings: RuleFinding[]
  uses: string[]
  clauses: { text: string; sentence: Text }[]
  cost: number
  lint: RuleOddity[]
}

export interface RuleVocabulary {
  attributes: { name: string; label: Text; type: AttributeType; unit: Text; choices: Choice[] }[]
  functions: { name: string; signature: string; explains: Text }[]
  /** Everything the editor may offer; `text` is what it inserts. */
  words: { kind: string; text: string; name: string; signature: string; label: Text; note: Text }[]
}

export interface RulePreview {
  tried: number
  eligible: number
  nearly: number
  unknown: number
  not_eligible: number
  enters: number
  leaves: number
  /** Names only with consent, else masked. */
  sample: PreviewRow[]
  /** The first of those who enter or leave; empty for readers who may not see names. */
  entering: PreviewRow[]
  leaving: PreviewRow[]
  /** By today's data, and beside the institution's other products. */
  lint: RuleOddity[]
}

export interface PreviewRow {
  enterprise: { id?: Id | null; name: string }
  outcome: Outcome
  clauses: Clause[]
}

export interface Match {
  product: ProductView
  outcome: Outcome
  /** The verdict in one sentence. */
  sentence: Text
  /** Where the wish, not the enterprise, does not suit. */
  misfits: Text[]
  /** Of 1,000,000. */
  score: Ppm
  /** A year: interest and fees. */
  all_in_cost: Ppm
  clauses: Clause[]
  missing: { attribute: string; label: Text; scope: string; scope_label: Text; how: Text }[]
  changes: { attribute: string; label: Text; from: Text; to: Text; gap: Text }[]
  rank: number
  components: { code: string; label: Text; value: Ppm; weight: Ppm; display: Text }[]
}

export interface MatchQuery {
  need?: Id
  enterprise?: Id
  amount?: Fen
  term_months?: number
  guarantee_mode?: string
  purpose?: string
}

export interface Matches {
  today: DateText
  lpr?: { date: DateText; one_year: Ppm; five_year: Ppm } | null
  weights: { code: string; label: Text; weight: Ppm }[]
  matches: Match[]
  took_us: number
}

export interface ProductEnterprises {
  eligible: number
  nearly: number
  unknown: number
  not_eligible: number
  items: { enterprise: Party; outcome: Outcome; clauses: Clause[] }[]
}
