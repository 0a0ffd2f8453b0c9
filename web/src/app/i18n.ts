// Typed texts. A key that does not exist, or that English lacks, is a compile error. Write t(`need.state.${state}`), never
// t('need.state.' + state), so that the compiler sees every key.
import { shallowRef, watch } from 'vue'
import zh from '@/locales/zh'
import { prefs } from './prefs'

/** The shape English must have: the same keys as Chinese, any words. */
export type Words<T> = { readonly [K in keyof T]: T[K] extends string ? string : Words<T[K]> }

type Tree = { readonly [key: string]: string | Tree }
type Paths<T, Prefix extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Prefix}${K}` : Paths<T[K], `${Prefix}${K}.`>
}[keyof T & string]

export type Key = Paths<typeof zh>

const words = shallowRef<Tree>(zh)

function find(tree: Tree, key: string): string | undefined {
  let place: string | Tree | undefined = tree
  for (const step of key.split('.')) place = typeof place === 'object' ? place[step] : undefined
  return typeof place === 'string' ? place : undefined
}

/** The words for a key in the reader's language; `{name}` is replaced by args.name. */
export function t(key: Key, args?: Record<string, string | number>): string {
  const sentence = find(words.value, key) ?? find(zh, key) ?? key
  if (!args) return sentence
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(args[name] ?? whole))
}

/** A text of the business data, which the program sends in both languages. */
export function say(text: { zh: string; en: string } | null | undefined): string {
  if (!text) return ''
  return (prefs.locale === 'en' ? text.en || text.zh : text.zh) || text.en
}

/** True while a business text can only be shown in Chinese to a reader of English (for the `lang` attribute). */
export function langOf(text: { zh: string; en: string } | null | undefined): string | undefined {
  return prefs.locale === 'en' && text && !text.en ? 'zh-CN' : undefined
}

/** 金额（万元） · Amount (10k CNY); the word alone when there is no unit. */
export function bracketed(word: string, unit: string): string {
  if (!unit) return word
  return prefs.locale === 'zh' ? `${word}（${unit}）` : `${word} (${unit})`
}

/** 保证、抵押 · Guarantee, mortgage; empty words are left out, and none at all is a dash. */
export const joined = (parts: readonly string[]) =>
  parts.filter(Boolean).join(prefs.locale === 'zh' ? '、' : ', ') || '—'

/** 状态：全部 · Status: all */
export const labelled = (label: string, value: string) =>
  label + (prefs.locale === 'zh' ? '：' : ': ') + value

let englishLoaded: Promise<void> = Promise.resolve()

watch(
  () => prefs.locale,
  (locale) => {
    englishLoaded =
      locale === 'en'
        ? import('@/locales/en').then((module) => void (words.value = module.default))
        : Promise.resolve(void (words.value = zh))
  },
  { immediate: true },
)

/** Resolves when the words of the chosen language are there. */
export const wordsReady = () => englishLoaded
