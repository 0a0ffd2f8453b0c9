// What became of a dispute, in a word and a tone.
import { t } from '@/app/i18n'
import type { Tone } from '@/app/tone'

export function disputeOutcome(accepted: boolean | null | undefined): { tone: Tone; label: string } {
  if (accepted == null) return { tone: 'warn', label: t('enterprise.profile.waiting') }
  return accepted
    ? { tone: 'ok', label: t('enterprise.profile.upheld') }
    : { tone: 'info', label: t('enterprise.profile.rejected') }
}
