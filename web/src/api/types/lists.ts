// Lists of enterprises by rule, and figures of them by group.
import type { Id, Text, Value } from './base'
import type { AttributeType } from './reference'

/** How a rule may come out for an enterprise. */
export type Verdict = 'holds' | 'fails' | 'unknown'

export interface ListColumn {
  name: string
  label: Text
  type: AttributeType
  unit: Text
}

export interface ListValue {
  value: Value
  shown: Text
}

export interface ListRow {
  id: Id
  credit_code: string
  name: string
  values: ListValue[]
}

export interface ListQuery {
  expression?: string
  outcome?: Verdict
  columns?: string[]
  sort?: string
  page?: number
  per_page?: number
}

export interface EnterpriseList {
  columns: ListColumn[]
  items: ListRow[]
  total: number
  page: number
  per_page: number
  tried: number
  holds: number
  fails: number
  unknown: number
  seq: number
}

export interface GroupsQuery {
  expression?: string
  outcome?: Verdict
  by?: string
  measure?: string
}

export interface ListGroup {
  label: Text
  enterprises: number
  of: number
  known: number
  sum: ListValue
  average: ListValue
  median: ListValue
  least: ListValue
  most: ListValue
}

export interface EnterpriseGroups {
  by: ListColumn
  measure?: ListColumn | null
  all: ListGroup
  items: ListGroup[]
}

/** A list that the county's pack brings. */
export interface Roster {
  code: string
  label: Text
  explains: Text
  expression: string
  columns: string[]
  group_by: string
  enterprises: number
}
