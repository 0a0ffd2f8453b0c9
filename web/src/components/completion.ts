// Completing a word of the rule language at the cursor.
export interface Word {
  kind: string
  text: string
  name: string
  signature: string
  label: { zh: string; en: string }
}

// Letters, digits, underscore and Chinese make up names.
const NAME = /[\p{L}\p{N}_]+$/u

/** The unfinished name before the cursor; empty when the cursor follows none. */
export const nameBefore = (text: string, cursor: number): string =>
  NAME.exec(text.slice(0, cursor))?.[0] ?? ''

/** Words that begin with, or contain, what was typed: by name or label; those that begin with it first. */
export function suggestions<W extends Word>(words: readonly W[], typed: string, most = 8): W[] {
  const wanted = typed.toLowerCase()
  if (!wanted) return []
  const haystack = (word: W) =>
    [word.text, word.name, word.label.zh, word.label.en].map((s) => s.toLowerCase())
  const begins = words.filter((word) => haystack(word).some((s) => s.startsWith(wanted)))
  const contains = words.filter(
    (word) => !begins.includes(word) && haystack(word).some((s) => s.includes(wanted)),
  )
  return [...begins, ...contains].slice(0, most)
}

/** The text with the unfinished name replaced by the word, and where the cursor then stands. */
export function complete(text: string, cursor: number, word: Word): { text: string; cursor: number } {
  const start = cursor - nameBefore(text, cursor).length
  return { text: text.slice(0, start) + word.text + text.slice(cursor), cursor: start + word.text.length }
}

/** A clause with its fields by their labels: tax_paid_12m >= 5万元 becomes 近12个月纳税额 >= 5万元. Quoted text stays. */
export const readable = (clause: string, labels: ReadonlyMap<string, string>): string =>
  clause.replace(/"[^"]*"|[\p{L}_][\p{L}\p{N}_]*/gu, (word) => labels.get(word) ?? word)
