// The three things an enterprise does before money comes, and how far it is with each.
import type { Consent, Fact } from '@/api/types/enterprise'
import type { NeedRow } from '@/api/types/finance'
import type { Tone } from '@/app/tone'

export type TaskState = 'open' | 'started' | 'done'

export const taskTone = { open: 'info', started: 'warn', done: 'ok' } as const satisfies Record<
  TaskState,
  Tone
>

/** Facts the enterprise states itself and that are missing or out of date. */
export const factsToState = (facts: readonly Fact[]): Fact[] =>
  facts.filter((fact) => fact.editable && (fact.value === null || fact.stale))

export function profileState(facts: readonly Fact[]): TaskState {
  const own = facts.filter((fact) => fact.editable)
  const left = factsToState(facts).length
  if (!left) return 'done'
  return left === own.length ? 'open' : 'started'
}

export function consentState(consents: readonly Consent[]): TaskState {
  if (consents.some((consent) => consent.status === 'active')) return 'done'
  return consents.some((consent) => consent.status === 'paused') ? 'started' : 'open'
}

export function needState(needs: readonly NeedRow[]): TaskState {
  if (needs.some((need) => need.state !== 'draft')) return 'done'
  return needs.length ? 'started' : 'open'
}
