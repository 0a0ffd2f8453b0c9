// Who is signed in, and what anybody may know of the program. Asked once at start, again after signing in or out.
import { computed } from 'vue'
import { useQuery, type QueryClient } from '@tanstack/vue-query'
import { answer, api } from '@/api/client'
import { isProblem } from '@/api/problem'
import type { About, Me, PartyKind, Right } from '@/api/types/session'
import type { Id } from '@/api/types/base'

const aboutOptions = {
  queryKey: ['about'] as const,
  queryFn: () => answer(api.GET('/v1/about')),
  staleTime: 10 * 60_000,
}

const sessionOptions = {
  queryKey: ['session'] as const,
  queryFn: readSession,
  staleTime: 5 * 60_000,
  retry: false,
}

/** Null when nobody is signed in. */
async function readSession(): Promise<Me | null> {
  try {
    return await answer(api.GET('/v1/session'), { expects401: true })
  } catch (error) {
    if (isProblem(error) && error.status === 401) return null
    throw error
  }
}

/** For guards, which run outside components. */
export const loadAbout = (queries: QueryClient): Promise<About> => queries.ensureQueryData(aboutOptions)
export const loadSession = (queries: QueryClient): Promise<Me | null> =>
  queries.ensureQueryData(sessionOptions)

export function keepSession(queries: QueryClient, me: Me | null) {
  queries.setQueryData(sessionOptions.queryKey, me)
}

/** Forgets everything that was read under the session that ended. */
export function forgetSession(queries: QueryClient) {
  queries.removeQueries({
    predicate: (query) => query.queryKey[0] !== 'about' && query.queryKey[0] !== 'session',
  })
  keepSession(queries, null)
}

/** Asks again who is signed in and what the program is (after set-up). */
export async function askAgain(queries: QueryClient) {
  await Promise.all([
    queries.invalidateQueries({ queryKey: aboutOptions.queryKey, refetchType: 'all' }),
    queries.invalidateQueries({ queryKey: sessionOptions.queryKey, refetchType: 'all' }),
  ])
}

export function useAbout() {
  return useQuery(aboutOptions).data
}

export function useSession() {
  const { data } = useQuery(sessionOptions)
  const may = (right: Right) => data.value?.rights.includes(right) ?? false
  const kind = computed<PartyKind | undefined>(() => data.value?.party.kind)
  const partyId = computed<Id>(() => data.value?.party.id ?? '')
  return { session: data, may, kind, partyId }
}
