// notice: the inbox, and what needs a person today.
import type { Id, InstantText, PageQuery, Text } from './base'

export type Urgency = 'overdue' | 'today' | 'soon' | 'news'

export interface NoticeRow {
  id: Id
  at: InstantText
  urgency: Urgency
  title: Text
  body: Text
  /** What it is about, e.g. topic `need` and its id. */
  topic: string
  subject: string
  read_at: InstantText | null
}

export interface NoticeQuery extends PageQuery {
  unread?: boolean
}
