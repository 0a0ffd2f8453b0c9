// Commands: changes a person asks for. Each carries an Idempotency-Key that stays the same while the same wish is sent
// again, so that a retry after a lost answer does nothing twice.
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/vue-query'
import type { Problem } from './problem'

/** 128 random bits in hex. crypto.randomUUID is missing in the older browsers we serve. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Remembers the key of the wish that is under way: same wish, same key; answered or changed wish, new key. */
export function keyKeeper() {
  let wish = ''
  let key = ''
  return {
    keyFor(input: unknown) {
      const text = JSON.stringify(input) ?? ''
      if (!key || text !== wish) {
        wish = text
        key = newKey()
      }
      return key
    },
    answered() {
      key = ''
    },
  }
}

export interface Command<Input, Answer> {
  send: (input: Input, headers: { 'Idempotency-Key': string }) => Promise<Answer>
  /** Queries whose answer may have changed. */
  touches?: readonly QueryKey[]
  done?: (answer: Answer, input: Input) => void
}

export function useCommand<Input, Answer>(command: Command<Input, Answer>) {
  const queries = useQueryClient()
  const keys = keyKeeper()
  return useMutation<Answer, Problem, Input>({
    mutationFn: (input) => command.send(input, { 'Idempotency-Key': keys.keyFor(input) }),
    onSuccess: (result, input) => {
      keys.answered()
      for (const queryKey of command.touches ?? []) void queries.invalidateQueries({ queryKey })
      command.done?.(result, input)
    },
    onError: (problem) => {
      // A refused key stays refused; only a lost answer is asked for again under the same key.
      if (problem.status !== 0 && problem.status < 500) keys.answered()
    },
  })
}
