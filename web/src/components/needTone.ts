// States of needs and claims, and acts in a timeline, are codes of the pack's process. How they look goes by the code; one
// that nobody here has thought of still shows its word, in the neutral tone.
import type { Tone } from '@/app/tone'

const tones: Record<string, Tone> = {
  // waiting for somebody
  published: 'warn',
  pushed: 'warn',
  waiting_documents: 'warn',
  repairing: 'warn',
  urge: 'warn',
  request_documents: 'warn',
  // reached
  accepted: 'ok',
  chosen: 'ok',
  granted: 'ok',
  contracted: 'ok',
  financing: 'ok',
  financed: 'ok',
  disbursed: 'ok',
  settled: 'ok',
  repaired: 'ok',
  choose: 'ok',
  grant: 'ok',
  disburse: 'ok',
  fulfil: 'ok',
  // over without money
  draft: 'info',
  refused: 'info',
  declined: 'info',
  withdrawn: 'info',
  expired: 'info',
  ended_unmet: 'info',
  refuse: 'info',
  withdraw: 'info',
  expire: 'info',
  // somebody has to answer for it
  complain: 'bad',
  escalate: 'bad',
}

export const stateTone = (code: string): Tone => tones[code] ?? 'primary'
