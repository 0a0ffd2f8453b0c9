import type { NoticeLevel } from '@/api/types/plan'
import type { Tone } from '@/app/tone'

export const noticeTone = { news: 'info', work: 'warn', overdue: 'bad' } as const satisfies Record<
  NoticeLevel,
  Tone
>
