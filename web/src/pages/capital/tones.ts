// How states of registrations, guarantees and public money look, and how full a limit is.
import type { GuaranteeState, MoneyCase, Registration } from '@/api/types/capital'
import type { Key } from '@/app/i18n'
import type { Tone } from '@/app/tone'

export function registrationTone(row: Registration): { tone: Tone; label: Key } {
  if (row.objected_at) return { tone: 'warn', label: 'registration.state.objected' }
  if (row.status === 'discharged') return { tone: 'info', label: 'registration.state.discharged' }
  if (row.status === 'expired') return { tone: 'bad', label: 'registration.state.expired' }
  if (row.discharge_by) return { tone: 'warn', label: 'registration.state.toDischarge' }
  return { tone: 'ok', label: 'registration.state.active' }
}

export const guaranteeTone: Record<GuaranteeState, Tone> = {
  in_force: 'ok',
  released: 'info',
  compensated: 'bad',
  closed: 'info',
}

export function caseTone(row: MoneyCase): Tone {
  if (row.overdue) return 'bad'
  if (row.paid_at && !row.back_at) return 'ok'
  return row.ended ? 'info' : 'primary'
}

/** Parts per million of a limit that are used. */
export const share = (used: number, limit: number | null | undefined) =>
  limit ? Math.round((used / limit) * 1_000_000) : 0

/** A limit is calm below 80 %, close below 95 %, and full from there on. */
export const fillTone = (ppm: number): Tone => (ppm >= 950_000 ? 'bad' : ppm >= 800_000 ? 'warn' : 'ok')
