import { describe, expect, it } from 'vitest'
import en from '@/locales/en'
import zh from '@/locales/zh'
import { bracketed, labelled, say, t } from '@/app/i18n'
import { prefs } from '@/app/prefs'

function entries(tree: object, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[path + key, value] as [string, string]]
      : entries(value as object, `${path}${key}.`),
  )
}
const places = (words: string) => [...words.matchAll(/\{\w+\}/g)].map((match) => match[0]).sort()

describe('words', () => {
  const chinese = new Map(entries(zh))
  const english = new Map(entries(en))

  it('have the same keys in both languages', () =>
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort()))

  it('name the same figures in both languages', () => {
    for (const [key, words] of chinese) expect([key, places(english.get(key)!)]).toEqual([key, places(words)])
  })

  it('are never empty, and English holds no Chinese', () => {
    for (const [key, words] of chinese) expect(words.length, key).toBeGreaterThan(0)
    for (const [key, words] of english) expect(/[\u4e00-\u9fff]/.test(words), `${key}: ${words}`).toBe(false)
  })

  it('take their figures', () => expect(t('grid.total', { n: 7 })).toBe('共 7 条'))

  it('fall back to Chinese for business data without English', () => {
    prefs.locale = 'en'
    expect(say({ zh: '税信贷', en: '' })).toBe('税信贷')
    expect(say({ zh: '税信贷', en: 'Tax credit loan' })).toBe('Tax credit loan')
    expect(bracketed('Amount', '')).toBe('Amount')
    expect(labelled('Status', 'All')).toBe('Status: All')
    prefs.locale = 'zh'
  })
})
