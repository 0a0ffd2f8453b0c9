// The one place that speaks HTTP. Every answer is either the described struct or a thrown Problem.
import createClient, { type Middleware } from 'openapi-fetch'
import { prefs } from '@/app/prefs'
import { problemFrom } from './problem'
import type { paths } from './contract'

const origin = typeof location === 'undefined' ? 'http://localhost' : location.origin

/** Called when the session has ended; the router sets it, so that this file knows nothing of screens. */
export const session = { ended: () => {} }

const headers: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', prefs.locale === 'en' ? 'en' : 'zh-CN')
    // A header another site's form cannot send: the program refuses a change without it.
    if (request.method !== 'GET') request.headers.set('X-Rongqiao', '1')
    return request
  },
}

export const api = createClient<paths>({ baseUrl: origin, credentials: 'same-origin' })
api.use(headers)

interface Reply<T> {
  data?: T
  error?: unknown
  response: Response
}

/** Unwraps openapi-fetch's answer, so that a query or a command sees a value or a Problem. */
export async function answer<T>(sent: Promise<Reply<T>>, options: { expects401?: boolean } = {}): Promise<T> {
  let reply: Reply<T>
  try {
    reply = await sent
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw problemFrom(0, null)
  }
  if (reply.response.ok) return reply.data as T
  if (reply.response.status === 401 && !options.expects401) session.ended()
  throw problemFrom(reply.response.status, reply.error)
}

/** Sends a file as the request's body, because a spreadsheet is not JSON. */
export async function sendFile<T>(path: string, file: File, key: string): Promise<T> {
  let response: Response
  try {
    response = await fetch(path, {
      method: 'POST',
      body: file,
      credentials: 'same-origin',
      headers: {
        'Accept-Language': prefs.locale === 'en' ? 'en' : 'zh-CN',
        'Content-Type': file.type || 'application/octet-stream',
        'X-Rongqiao': '1',
        'Idempotency-Key': key,
      },
    })
  } catch {
    throw problemFrom(0, null)
  }
  const body: unknown = await response.json().catch(() => null)
  if (response.ok) return body as T
  if (response.status === 401) session.ended()
  throw problemFrom(response.status, body)
}
