// What every server-paged list does: reads its page, keeps the one before on screen while the next comes, and has an
// address that gives the same filter as an Excel file.
import { computed, type ComputedRef } from 'vue'
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import type { Page } from '@/api/types/base'

export const PAGE_SIZE = 50

type QueryValue = string | number | boolean | readonly string[] | undefined | null

export function useList<Row, Query extends object>(
  name: string,
  query: ComputedRef<Query>,
  read: (query: Query, signal: AbortSignal) => Promise<Page<Row>>,
) {
  const asked = useQuery({
    queryKey: computed(() => [name, query.value]),
    queryFn: ({ signal }) => read(query.value, signal),
    placeholderData: keepPreviousData,
  })
  return {
    rows: computed(() => asked.data.value?.items as Row[] | undefined),
    total: computed(() => asked.data.value?.total),
    error: asked.error,
    fetching: asked.isFetching,
    refetch: asked.refetch,
  }
}

/** The address that answers the same question as an Excel file. */
export function exportAddress(path: string, query: object): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query as Record<string, QueryValue>)) {
    if (value == null || value === '' || name === 'page' || name === 'per_page') continue
    if (Array.isArray(value)) for (const one of value as readonly string[]) search.append(name, one)
    else search.set(name, String(value))
  }
  search.set('format', 'xlsx')
  return `${path}?${search}`
}
