// What happened to a loan, in words.
import type { LoanGrade, LoanView } from '@/api/types/finance'
import { labelled, t } from './i18n'

/** The event's name; a change of grade also says the new one, which is all that an event's text holds. */
export function loanEvent({ kind, text }: LoanView['events'][number]): string {
  const name = t(`department.loan.happened.${kind}`)
  return text ? labelled(name, t(`department.loan.grades.${text as LoanGrade}`)) : name
}
