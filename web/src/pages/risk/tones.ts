import type { RiskListed, RiskSeverity } from '@/api/types/risk'
import { say, t } from '@/app/i18n'
import type { Tone } from '@/app/tone'

/** The gravest is bad, the least a note. */
export const severityTone = (severity: RiskSeverity): Tone =>
  severity.rank === 0 ? 'info' : severity.rank + 1 >= severity.of ? 'bad' : 'warn'

type Standing = Pick<RiskListed, 'state' | 'outcome'> & { overdue?: boolean }

export function stateTone(of: Standing): Tone {
  if (of.state === 'closed') return of.outcome === 'confirmed' ? 'bad' : 'ok'
  if (of.overdue) return 'bad'
  return of.state === 'open' ? 'warn' : 'primary'
}

export function stateWords(of: Standing): string {
  if (of.state === 'closed' && of.outcome) return t(`risk.outcomes.${of.outcome}`)
  return of.overdue ? t('risk.overdue') : t(`risk.states.${of.state}`)
}

const KINDS = ['transfer', 'card', 'cash', 'guarantee'] as const
export const kindWords = (kind: string): string => {
  const known = KINDS.find((one) => one === kind)
  return known ? t(`risk.kinds.${known}`) : kind || '—'
}

/** A length of time as rules write it, `3d` or `1d12h`, in words. */
export const lengthWords = (length: string): string =>
  length.replace(/(\d+)([dhm])/g, (_, n: string, unit: 'd' | 'h' | 'm') => t(`risk.lengths.${unit}`, { n }))

export const ruleWords = (of: { rule: { label: { zh: string; en: string } } }) => say(of.rule.label)
