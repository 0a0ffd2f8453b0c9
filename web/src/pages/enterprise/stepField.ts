import type { FormError } from './needForm'

/** The words beside a field: what is wrong with it, or nothing. */
export const errorAt = (errors: readonly FormError[], id: string): string | undefined =>
  errors.find((error) => error.id === id)?.text
