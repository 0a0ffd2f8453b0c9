// A notice's level: 0 a reminder or news, 1 to 3 an escalation, as the rungs of the pack's clocks say.
import { t } from '@/app/i18n'
import type { Tone } from '@/app/tone'

export function noticeTone(level: number | string): Tone {
  const step = Number(level)
  if (step >= 2) return 'bad'
  return step === 1 ? 'warn' : 'primary'
}

export function noticeLabel(level: number | string): string {
  const step = Number(level)
  return step >= 1 ? t('notices.escalated', { n: step }) : t('notices.reminder')
}
