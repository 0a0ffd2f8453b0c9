// What a department sees first.
import type { Fen, InstantText, PeriodText, Text } from './base'
import type { IndicatorRow, Light } from './indicator'

export type WorkUrgency = 'overdue' | 'today' | 'soon'

export interface WorkItem {
  /** `need`, `indicator`, `task`, `import`, `quality` or `person`. */
  topic: string
  subject: string
  urgency: WorkUrgency
  title: Text
  detail: Text
  due_at: InstantText | null
}

export interface Overview {
  period: PeriodText
  work: WorkItem[]
  headlines: IndicatorRow[]
  lights: Record<Light, number>
  needs_open: number
  needs_overdue: number
  needs_this_month: number
  disbursed_this_year: Fen
  loans_this_year: number
  first_loans_this_year: number
  median_answer_minutes: number | null
}
