// What a person set for this browser: colours, language, text size, row height, columns of each list.
import { reactive, ref, watchEffect } from 'vue'

export type Locale = 'zh' | 'en'

export interface Prefs {
  theme: 'auto' | 'light' | 'dark'
  locale: Locale
  size: 'normal' | 'large'
  density: 'compact' | 'normal'
  /** Hidden columns by list name. */
  hidden: Record<string, string[]>
}

// The same key is read by public/boot.js before first paint.
const KEY = 'rongqiao.prefs'

function load(): Partial<Prefs> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Prefs>
  } catch {
    return {}
  }
}

function mediaMatches(query: string) {
  const list = typeof matchMedia === 'function' ? matchMedia(query) : null
  const matches = ref(list?.matches ?? false)
  list?.addEventListener('change', (event) => (matches.value = event.matches))
  return matches
}

export const prefs = reactive<Prefs>({
  theme: 'auto',
  locale: 'zh',
  size: 'normal',
  density: 'normal',
  hidden: {},
  ...load(),
})

/** True on phones; lists become cards there. */
export const narrow = mediaMatches('(max-width: 760px)')
const systemDark = mediaMatches('(prefers-color-scheme: dark)')

/** State of the frame that is not worth keeping. */
export const frame = reactive({ dark: false, paletteOpen: false, navigationOpen: false })

watchEffect(() => {
  frame.dark = prefs.theme === 'dark' || (prefs.theme === 'auto' && systemDark.value)
  const root = document.documentElement
  root.classList.toggle('dark', frame.dark)
  if (prefs.size === 'large') root.dataset.size = 'large'
  else delete root.dataset.size
  root.lang = prefs.locale === 'en' ? 'en' : 'zh-CN'
  try {
    localStorage.setItem(KEY, JSON.stringify(prefs))
  } catch {
    // Storage is blocked; the choice lasts as long as the page.
  }
})

export function togglePref(pref: 'size' | 'locale' | 'theme') {
  if (pref === 'size') prefs.size = prefs.size === 'large' ? 'normal' : 'large'
  else if (pref === 'locale') prefs.locale = prefs.locale === 'zh' ? 'en' : 'zh'
  else prefs.theme = frame.dark ? 'light' : 'dark'
}
