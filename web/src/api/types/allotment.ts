// Allotments: unclaimed needs given to institutions, all at once.
import type { Fen, Id, InstantText, Party, Ppm, Text } from './base'

export type AllotmentOver = 'unclaimed' | 'first_loan'
export type AllotmentMeasure = 'needs' | 'amount'
export type AllotmentFamily = 'none' | 'town' | 'size' | 'first_loan'
export type AllotmentState = 'open' | 'confirmed' | 'cancelled'

export interface AllotmentTerms {
  title: string
  over: AllotmentOver
  town: string
  measure: AllotmentMeasure
  institutions: { institution: Id; floor: number; ceiling?: number | null }[]
  products: { product: Id; ceiling: number }[]
  family: AllotmentFamily
  floors: { group: string; floor: number }[]
  pair_most?: Fen | null
  enterprise_most?: Fen | null
  penalty: Ppm
}

export interface Allotment {
  id: Id
  terms: AllotmentTerms
  state: AllotmentState
  department: Party
  person_name: string
  opened_at: InstantText
  ended_at?: InstantText | null
  needs: number
  version: number
}

export interface AllotmentGroup {
  group: string
  label: Text
  needs: number
}

/** What a department starts from. */
export interface AllotmentStart {
  unclaimed: number
  first_loan: number
  institutions: { institution: Party; open_claims: number; suggested: number }[]
  towns: AllotmentGroup[]
  sizes: AllotmentGroup[]
}

export interface AllotmentQuota {
  institution: Party
  floor: number
  ceiling?: number | null
  used: number
  price: Ppm
  sentence: Text
}

export interface PlannedNeed {
  need: Id
  number: string
  enterprise: Party
  amount: Fen
  town: Text
  first_loan: boolean
  shares: {
    institution: Party
    product: Id
    product_name: Text
    units: number
    cost: Ppm
    chance: Ppm
    expected: Ppm
  }[]
  sentence: Text
  why_not: { institution: Party; sentence: Text }[]
}

export interface AllotmentPlan {
  needs: PlannedNeed[]
  others: number
  quotas: AllotmentQuota[]
  floors: { group: string; label: Text; floor: number; used: number; price: Ppm }[]
  served: number
  unserved: number
  cost: number
  bound: number
  proved: boolean
  digest: string
  conflict?: { bounds: Text[]; demanded: number; allowed: number; proved: boolean; sentence: Text } | null
}

export interface AllotmentGiven {
  need: Id
  number: string
  enterprise: Party
  amount: Fen
  institution: Party
  product_name: Text
  units: number
  cost: Ppm
  /** Why it was not pushed after all; empty when it was. */
  reason: string
}
