import type { Import } from '@/api/types/enterprise'
import type { Tone } from '@/app/tone'

export const importTone = {
  running: 'primary',
  done: 'ok',
  refused: 'bad',
  cancelled: 'info',
} as const satisfies Record<Import['state'], Tone>

/** The state of a job that is not an import may be one that imports do not know. */
export const isImportState = (state: string): state is Import['state'] => state in importTone
