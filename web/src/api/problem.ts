// Problem documents (RFC 9457), as the program sends them: already in the reader's language, with what to do.
export interface ProblemBody {
  type?: string
  title: string
  status: number
  code?: string
  detail?: string | null
  cure?: string | null
  field?: string | null
  errors?: { pointer: string; message: string }[] | null
}

export class Problem extends Error {
  constructor(readonly body: ProblemBody) {
    super(body.title)
    this.name = 'Problem'
  }

  get status() {
    return this.body.status
  }

  get code() {
    return this.body.code ?? ''
  }

  /** Messages by field name (the pointer without its slash), for showing beside the fields. */
  get fields(): Record<string, string> {
    const found: Record<string, string> = {}
    for (const entry of this.body.errors ?? []) found[fieldName(entry.pointer)] = entry.message
    if (this.body.field && !Object.keys(found).length) found[fieldName(this.body.field)] = this.message
    return found
  }
}

const fieldName = (pointer: string) => pointer.replace(/^\//, '').replace(/\//g, '.')

export function isProblem(error: unknown, ...codes: string[]): error is Problem {
  return error instanceof Problem && (codes.length === 0 || codes.includes(error.code))
}

/** What can be said about an answer that was not a problem document. Zero: no answer at all. */
export function problemFrom(status: number, body: unknown): Problem {
  if (body && typeof body === 'object' && 'title' in body) {
    return new Problem({ ...(body as ProblemBody), status })
  }
  return new Problem({ title: '', status, code: status === 0 ? 'web.offline' : `web.status_${status}` })
}
