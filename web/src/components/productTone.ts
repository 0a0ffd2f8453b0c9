import type { ProductState } from '@/api/types/product'
import type { Tone } from '@/app/tone'

export const productTone = { draft: 'info', published: 'ok', retired: 'warn' } as const satisfies Record<
  ProductState,
  Tone
>
