// States of needs and claims are codes of the pack's process, so their look is decided by what the code ends in. A state
// nobody has thought of still gets its word, in the neutral tone.
import type { Tone } from '@/app/tone'

const tones: Record<string, Tone> = {
  published: 'warn',
  financed: 'ok',
  disbursed: 'ok',
  settled: 'ok',
  granted: 'ok',
  contracted: 'ok',
  chosen: 'ok',
  ended_unmet: 'info',
  refused: 'info',
  withdrawn: 'info',
  expired: 'info',
  declined: 'info',
  draft: 'info',
  repairing: 'warn',
  waiting_documents: 'warn',
}

export const stateTone = (code: string): Tone => tones[code] ?? 'primary'
