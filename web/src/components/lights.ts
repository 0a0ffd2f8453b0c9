// Traffic lights of indicators and targets.
import type { Light } from '@/api/types/plan'
import type { Tone } from '@/app/tone'

export const lightTone = {
  reached: 'ok',
  near: 'warn',
  behind: 'bad',
  none: 'info',
} as const satisfies Record<Light, Tone>
export const LIGHTS = ['reached', 'near', 'behind', 'none'] as const satisfies readonly Light[]
