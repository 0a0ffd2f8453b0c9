// Which parts of a portrait a reader sees, in words.
import type { Extent, Portrait, PortraitPart } from '@/api/types/enterprise'
import { day } from '@/app/format'
import { joined, say, t } from '@/app/i18n'

const partOf = (portrait: Portrait, part: PortraitPart) => portrait.parts.find((one) => one.part === part)

export const extentOf = (portrait: Portrait, part: PortraitPart): Extent =>
  partOf(portrait, part)?.extent ?? 'none'

export const sees = (portrait: Portrait, part: PortraitPart) => extentOf(portrait, part) !== 'none'

export const whyOf = (portrait: Portrait, part: PortraitPart) => say(partOf(portrait, part)?.why)

/** Beside a sum of which others' rows are no part. */
export const ownNote = (portrait: Portrait, part: PortraitPart) =>
  extentOf(portrait, part) === 'own' ? t('portrait.ownOnly') : ''

/** Each source with the newest day it told of. */
export function sourceWords(portrait: Portrait): string {
  const newest = new Map<string, string>()
  for (const fact of portrait.facts.facts) {
    if (!fact.allowed || fact.value === null || !fact.as_of) continue
    const source = say(fact.source_label)
    if (fact.as_of > (newest.get(source) ?? '')) newest.set(source, fact.as_of)
  }
  return joined([...newest].map(([source, asOf]) => t('portrait.sourceOf', { source, day: day(asOf) })))
}
