// An enterprise's portrait, as the reader may see it.
import { computed } from 'vue'
import { useQuery } from '@tanstack/vue-query'
import { answer, api } from '@/api/client'
import type { Id } from '@/api/types/base'
import { LOOK } from './live'
import { useSession } from './session'

export function usePortrait(enterprise: () => Id) {
  const { kind } = useSession()
  // An institution's look is recorded where the enterprise sees it: it is never repeated without being asked for.
  const recorded = kind.value === 'institution'
  return useQuery({
    queryKey: computed(() => [recorded ? LOOK : 'portrait', enterprise()]),
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/enterprises/{id}/portrait', { signal, params: { path: { id: enterprise() } } })),
    enabled: computed(() => !!enterprise()),
    ...(recorded ? { staleTime: Infinity, retry: false } : {}),
  })
}
