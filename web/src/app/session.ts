// Who is signed in. Asked once at start, again after signing in or out.
import { computed } from 'vue'
import { useQuery, type QueryClient } from '@tanstack/vue-query'
import { answer, api } from '@/api/client'
import type { PartyKind, Right, SessionView } from '@/api/types/session'

const KEY = ['session'] as const

const options = {
  queryKey: KEY,
  queryFn: () => answer(api.GET('/v1/session')),
  staleTime: 5 * 60_000,
  retry: false,
}

/** For guards, which run outside components. */
export const loadSession = (queries: QueryClient): Promise<SessionView> => queries.ensureQueryData(options)

export function keepSession(queries: QueryClient, view: SessionView) {
  queries.setQueryData(KEY, view)
}

/** Forgets everything that was read under the session that ended. */
export function forgetSession(queries: QueryClient) {
  queries.clear()
}

export function useSession() {
  const { data } = useQuery(options)
  const may = (right: Right) => data.value?.rights.includes(right) ?? false
  return { session: data, may, kind: computed(() => data.value?.kind) }
}

/** Where each kind of person starts. */
export const homeOf = (kind: PartyKind): string =>
  ({
    department: '/department',
    platform: '/department',
    institution: '/institution',
    enterprise: '/enterprise',
  })[kind]
