// indicator and plan: figures against targets, and the tasks of the plan.
import type { DateText, Fen, Id, InstantText, Named, PageQuery, PeriodText, Ppm, Text } from './base'

export type IndicatorKind = 'stock' | 'flow' | 'ratio' | 'rate' | 'count'
export type Direction = 'up' | 'down' | 'band'
/** The traffic light: met, nearly met, behind, nothing reported. */
export type Light = 'met' | 'near' | 'behind' | 'none'
export type Source = 'platform' | 'reported'

export interface IndicatorRow {
  code: string
  group: Named
  name: Text
  unit: Text
  kind: IndicatorKind
  direction: Direction
  source: Source
  period: PeriodText
  target: number | null
  comparator: string
  actual: number | null
  as_of: DateText | null
  /** Actual against the target of the whole year. */
  attainment: Ppm | null
  /** Actual against where the pace line says it should be by now. */
  pace: Ppm | null
  year_on_year: Ppm | null
  light: Light
  findings: number
  owners: Named[]
}

export interface IndicatorPoint {
  period: PeriodText
  target: number | null
  actual: number | null
  pace: number | null
  forecast: number | null
  forecast_low: number | null
  forecast_high: number | null
}

export interface IndicatorView extends IndicatorRow {
  definition: Text
  series: IndicatorPoint[]
  provenance: Text
  reported_by: string
  learned_at: InstantText | null
  restatements: {
    at: InstantText
    period: PeriodText
    before: number | null
    after: number
    reason: string
    actor: string
  }[]
  finding_list: { rule: string; severity: 'error' | 'warning'; message: Text }[]
  tasks: Named[]
  may_report: boolean
}

export interface IndicatorQuery {
  period?: PeriodText
  group?: string
  light?: string
}

export interface ReportValue {
  period: PeriodText
  value: number
  source: string
  as_of: DateText
  /** Required when a value of this period is already there. */
  reason: string
}

/** One record behind a figure that the platform computed. */
export interface RecordRow {
  id: Id
  number: string
  on: DateText
  enterprise: Id
  enterprise_name: string
  institution_name: string
  amount: Fen
  rate: Ppm | null
  need: Id | null
  contribution: number
}

export interface RecordQuery extends PageQuery {
  period?: PeriodText
}

export type TaskState = 'not_started' | 'on_track' | 'at_risk' | 'late' | 'done'
export type MilestoneState = 'open' | 'late' | 'done'

export interface MilestoneView {
  code: string
  name: Text
  due: DateText
  state: MilestoneState
  done_on: DateText | null
  owner: Named
}

export interface TaskRow {
  code: string
  number: number
  section: Text
  name: Text
  lead: Named
  support: Named[]
  state: TaskState
  progress: Ppm
  milestones_done: number
  milestones: number
  next_due: DateText | null
  reported_at: InstantText | null
  indicators: Named[]
}

export interface TaskView extends TaskRow {
  text: Text
  milestone_list: MilestoneView[]
  reports: {
    id: Id
    at: InstantText
    unit: Named
    actor: string
    text: string
    progress: Ppm
    state: TaskState
    milestone: string
  }[]
  may_report: boolean
}

export interface TaskQuery {
  unit?: string
  state?: string
  q?: string
}

export interface ReportProgress {
  text: string
  progress: Ppm
  state: TaskState
  /** Code of the milestone that is done by this report; empty for none. */
  milestone: string
}
