// Indicators, tasks of the plan, notices.
import type { DateText, Fen, Id, InstantText, Page, PageQuery, Party, PeriodText, Ppm, Text } from './base'

export type Light = 'reached' | 'near' | 'behind' | 'none'
export type Measure = 'flow' | 'stock' | 'ratio' | 'rate' | 'count'
/** What a figure's integer counts: money in 分, rate in ppm, count in ones. */
export type FigureKind = 'money' | 'rate' | 'count'
export type Comparator = 'above' | 'at_least' | 'at_most' | 'below' | 'reach'

export interface Flag {
  check: string
  label: Text
  explains: Text
  /** The numbers that disagree, in a sentence. */
  figures: Text
  indicators: string[]
}

export interface Indicator {
  code: string
  /** 1…32 in the annex; two indicators share a row when it prints a pair. */
  row: number
  part: number
  label: Text
  group: Text
  group_code: string
  measure: Measure
  printed_type: string
  direction: 'up' | 'down' | 'band'
  figure: FigureKind
  unit: string
  year: number
  target?: { value: number; printed: string; vintage: string } | null
  actual?: {
    value: number
    as_of: DateText
    source: 'computed' | 'reported'
    source_label: Text
    reported_at?: InstantText | null
    complete: boolean
    /** Of a computed stock: the reported part, to which this platform's records are added. */
    base?: number | null
    base_as_of?: DateText | null
  } | null
  previous?: { value: number } | null
  attainment?: Ppm | null
  growth?: Ppm | null
  pace?: { expected: number; ratio?: Ppm | null } | null
  forecast?: { value: number; low: number; high: number; confidence: Ppm; method: Text } | null
  light: Light
  flags: Flag[]
  reporter: { code: string; name: Text }
  definition: Text
  task_numbers: number[]
}

export interface IndicatorGroup {
  code: string
  label: Text
  reached: number
  near: number
  behind: number
  none: number
  total: number
}

export interface Indicators {
  year: number
  as_of: DateText
  groups: IndicatorGroup[]
  items: Indicator[]
  flags: Flag[]
}

export interface IndicatorView {
  indicator: Indicator
  series: { period: PeriodText; value: number; source: string; cumulative: number }[]
  targets: { year: number; value: number; printed: string; vintage: string }[]
  years: { year: number; target?: number | null; actual?: number | null }[]
  restatements: {
    at: InstantText
    period: PeriodText
    before: number
    after: number
    by: string
    reason: string
  }[]
}

export interface IndicatorQuery {
  year?: number
  as_of?: DateText
}

/** One record behind a figure: a loan, or a report. */
export interface IndicatorRecord {
  loan?: Id | null
  institution?: Party | null
  enterprise?: Party | null
  /** 借据号, or the period of a report. */
  number: string
  day: DateText
  /** What it adds to the figure, in its minor unit. */
  counted: number
  amount?: Fen | null
  balance?: Fen | null
  rate?: Ppm | null
  source_note: string
  person_name: string
}

export interface IndicatorRecords extends Page<IndicatorRecord> {
  kind: 'loan' | 'reported'
  /** Of what the records add, all pages together. */
  sum: number
  /** The reported part of a computed stock. */
  base?: number | null
  base_as_of?: DateText | null
}

export interface ReportValue {
  period: PeriodText
  /** In the minor unit of the indicator's figure. */
  value: number
  as_of?: DateText
  source_note: string
  /** There is a value of this period already, and this one is to stand beside it. */
  restates: boolean
  reason?: string
}

export interface SetTarget {
  year: number
  value: number
  vintage: string
  reason: string
}

export interface TaskTarget {
  code: string
  label: Text
  comparator: Comparator
  figure: FigureKind
  unit: string
  value: number
  printed: string
  by?: DateText | null
  reading: Text
  actual?: number | null
  light: Light
}

export interface Milestone {
  code: string
  label: Text
  due: DateText
  unit: Unit
  state: 'open' | 'done' | 'late'
  done_at?: DateText | null
  evidence?: string | null
}

export interface Unit {
  code: string
  name: Text
}

export interface Task {
  /** 1…18; safeguards are 101…103. */
  number: number
  code: string
  group: Text
  title: Text
  summary: Text
  lead: Unit[]
  support: Unit[]
  printed_units: string[]
  indicators: { code: string; label: Text; light: Light; attainment?: Ppm | null }[]
  targets: TaskTarget[]
  milestones: Milestone[]
  progress: Ppm
  light: Light
  last_report?: { at: InstantText; by: string; text: string } | null
  /** The reader's unit leads or supports the task. */
  may_report: boolean
}

export interface TaskView extends Task {
  reports: {
    at: InstantText
    person_name: string
    unit: string
    text: string
    progress: Ppm
    blocker?: string | null
  }[]
}

export interface ReportProgress {
  text: string
  progress: Ppm
  blocker?: string
}

export type NoticeLevel = 'news' | 'work' | 'overdue'

export interface Notice {
  id: Id
  at: InstantText
  title: Text
  body: Text
  path: string
  level: NoticeLevel
  read_at?: InstantText | null
}

export interface NoticeQuery extends PageQuery {
  unread?: boolean
}
