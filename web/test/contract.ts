// Compiled, never run: what the screens expect of an endpoint must be what docs/openapi.json says of it. A difference is a
// type error here that names the endpoint. `npm run typecheck` makes schema.d.ts anew from that document first.
import type { paths as Written } from '@/api/contract'
import type { paths as Generated } from '@/api/schema'

type Method = 'get' | 'post' | 'put' | 'delete'
type Answer<Endpoint> = Endpoint extends { responses: infer Responses }
  ? Responses extends { 200: { content: { 'application/json': infer Json } } }
    ? Json
    : Responses extends { 201: { content: { 'application/json': infer Json } } }
      ? Json
      : never
  : never
type Body<Endpoint> = Endpoint extends { requestBody: { content: { 'application/json': infer Json } } }
  ? Json
  : null
type Query<Endpoint> = Endpoint extends { parameters: { query?: infer Given } }
  ? Exclude<Given, undefined>
  : never

/** Nothing when they agree, otherwise the part that differs. */
type Differs<Ours, Theirs> = [Answer<Theirs>] extends [Answer<Ours>]
  ? [Body<Ours>] extends [Body<Theirs>]
    ? [keyof Query<Ours>] extends [keyof Query<Theirs>]
      ? never
      : { query: Exclude<keyof Query<Ours>, keyof Query<Theirs>> }
    : { body: Body<Ours>; theirs: Body<Theirs> }
  : { answer: Answer<Ours>; theirs: Answer<Theirs> }

type Differences = {
  [Path in keyof Written & keyof Generated]: {
    [Verb in keyof Written[Path] & keyof Generated[Path] & Method]: Differs<
      Written[Path][Verb],
      Generated[Path][Verb]
    >
  }[keyof Written[Path] & keyof Generated[Path] & Method]
}
// The catalogue's attribute types travel as plain text; the screens know the names that rule::Type has.
type Narrower = '/v1/catalogue'
type Wrong = {
  [
    Path in Exclude<keyof Differences, Narrower> as [Differences[Path]] extends [never] ? never : Path
  ]: Differences[Path]
}

/** An endpoint whose shape differs appears here with the part that does. */
export const agree: Record<string, never> extends Wrong ? true : Wrong = true

/** Nor may the screens call what the program does not have. */
type Missing = Exclude<keyof Written, keyof Generated>
export const complete: [Missing] extends [never] ? true : Missing = true
