// Amounts of instruments: money in 分, goods in grams or pieces; typed in 万元, kilograms, pieces.
import type { DealState, InstrumentUnit, PushState } from '@/api/types/instrument'
import { fenFromWan, figure, money, moneyUnit } from '@/app/format'
import { t } from '@/app/i18n'
import type { Tone } from '@/app/tone'

const GRAMS_PER_KILOGRAM = 1000
const GRAMS_PER_TONNE = 1_000_000

export function amountText(unit: InstrumentUnit, amount: number): string {
  if (unit === 'fen') return money(amount)
  if (unit === 'piece') return `${figure(amount)} ${t('instrument.unit.piece')}`
  if (amount >= GRAMS_PER_TONNE) return `${figure(amount / GRAMS_PER_TONNE, 3)} ${t('instrument.unit.tonne')}`
  if (amount >= GRAMS_PER_KILOGRAM)
    return `${figure(amount / GRAMS_PER_KILOGRAM, 3)} ${t('instrument.unit.kilogram')}`
  return `${figure(amount)} ${t('instrument.unit.gram')}`
}

/** In which unit a person types it. */
export function typedUnit(unit: InstrumentUnit): string {
  if (unit === 'fen') return moneyUnit('wan')
  return unit === 'gram' ? t('instrument.unit.kilogram') : t('instrument.unit.piece')
}

/** What was typed, in the kind's unit; null when it is no amount above nothing. */
export function amountFrom(unit: InstrumentUnit, typed: string): number | null {
  const amount =
    unit === 'fen'
      ? fenFromWan(typed)
      : /^\d{1,12}(\.\d{1,3})?$/.test(typed.trim())
        ? Math.round(Number(typed) * (unit === 'gram' ? GRAMS_PER_KILOGRAM : 1))
        : null
  return amount && amount > 0 ? amount : null
}

export function stateTone(item: { ended: boolean; overdue: boolean; state: { code: string } }): Tone {
  if (item.state.code === 'defaulted' || item.state.code === 'disputed' || item.overdue) return 'bad'
  if (item.ended) return 'info'
  return item.state.code === 'confirmed' ? 'ok' : 'warn'
}

export const pushTone: Record<PushState, Tone> = {
  pushed: 'warn',
  intended: 'primary',
  accepted: 'primary',
  notified: 'warn',
  read: 'primary',
  concluded: 'ok',
  declined: 'bad',
  recalled: 'info',
}

export const dealTone: Record<DealState, Tone> = {
  open: 'primary',
  released: 'info',
  enforced: 'bad',
  settled: 'ok',
  recoursed: 'bad',
}
