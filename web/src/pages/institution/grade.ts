// The five grades of loans.
import type { LoanGrade } from '@/api/types/finance'
import type { Tone } from '@/app/tone'

export const GRADES = [
  'normal',
  'attention',
  'substandard',
  'doubtful',
  'loss',
] as const satisfies readonly LoanGrade[]

export const gradeTone = {
  normal: 'ok',
  attention: 'warn',
  substandard: 'bad',
  doubtful: 'bad',
  loss: 'bad',
} as const satisfies Record<LoanGrade, Tone>
