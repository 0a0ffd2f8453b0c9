import type { Import } from '@/api/types/enterprise'
import type { Tone } from '@/app/tone'

export const importTone = {
  running: 'primary',
  done: 'ok',
  refused: 'bad',
  cancelled: 'info',
} as const satisfies Record<Import['state'], Tone>
