// Live updates: the program names what has changed, and the screens that show it ask again. When the stream cannot be
// kept, everything on screen is asked for again at a slow pace until it is back.
import { onBeforeUnmount, reactive } from 'vue'
import { useQueryClient } from '@tanstack/vue-query'

export interface Change {
  topic: string
  id?: string
}

/** The first word of the keys of what is recorded each time it is read: news must not make a screen read it again. */
export const LOOK = 'look'

/** Which lists show a topic, beside the topic's own queries. */
const ALSO: Record<string, string[]> = {
  need: ['needs', 'plan', 'timeline', 'overview', 'league', 'desk'],
  claim: ['needs', 'need', 'timeline', 'league', 'overview', 'desk'],
  loan: [
    'loans',
    'need',
    'indicators',
    'indicator',
    'records',
    'overview',
    'enterprise',
    'desk',
    'lists',
    'portrait',
  ],
  product: ['products', 'matches', 'portrait'],
  notice: ['notices', 'session', 'desk', 'overview'],
  indicator: ['indicators', 'records', 'overview'],
  task: ['tasks', 'overview'],
  allotment: ['allotments', 'plan', 'given'],
  fact: ['facts', 'portrait', 'matches', 'quality', 'lists'],
  consent: ['consents', 'readings'],
  import: ['imports', 'import-report', 'quality'],
  instrument: ['instruments', 'pushes', 'deals', 'instrument-notices'],
  risk: ['risk-cases', 'risk-case', 'risk-rules', 'risk-desk', 'stream', 'portrait'],
  credit: ['portrait'],
  guarantee: ['portrait'],
  registration: ['portrait'],
  party: ['enterprises', 'enterprise', 'portrait', 'people', 'lists'],
}

/** The first words of the query keys that a change makes stale. */
export const staleAfter = (change: Change): string[] => [change.topic, ...(ALSO[change.topic] ?? [])]

export const live = reactive({ connected: false })

const POLL_MS = 20_000

/** Keeps one stream open for as long as the calling component lives. */
export function useLive() {
  const queries = useQueryClient()
  let source: EventSource | null = null
  let waitMs = 1000
  let retry = 0
  let poll = 0

  const askAll = () =>
    queries.invalidateQueries({ type: 'active', predicate: (query) => query.queryKey[0] !== LOOK })

  function open() {
    source = new EventSource('/v1/live')
    source.onopen = () => {
      live.connected = true
      waitMs = 1000
      clearInterval(poll)
      poll = 0
    }
    source.addEventListener('change', (event: MessageEvent<string>) => {
      const change = JSON.parse(event.data) as Change
      for (const name of staleAfter(change)) void queries.invalidateQueries({ queryKey: [name] })
    })
    source.onerror = () => {
      live.connected = false
      source?.close()
      if (!poll) poll = window.setInterval(() => void askAll(), POLL_MS)
      retry = window.setTimeout(open, waitMs)
      waitMs = Math.min(waitMs * 2, 60_000)
    }
  }

  if (typeof EventSource === 'function') open()
  onBeforeUnmount(() => {
    source?.close()
    live.connected = false
    clearTimeout(retry)
    clearInterval(poll)
  })
}
