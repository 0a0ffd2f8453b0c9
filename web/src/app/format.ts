// Figures as people read them. Money arrives as integer 分, rates as integer parts per million, moments as RFC 3339.
import { prefs } from './prefs'

const language = () => (prefs.locale === 'en' ? 'en-GB' : 'zh-CN')

/** What is shown where there is no figure. */
export const NONE = '—'

export function figure(value: number | null | undefined, decimals = 2): string {
  if (value == null || !Number.isFinite(value)) return NONE
  return new Intl.NumberFormat(language(), { maximumFractionDigits: decimals }).format(value)
}

export type MoneyUnit = 'yuan' | 'wan' | 'yi'

const FEN_PER: Record<MoneyUnit, number> = { yuan: 100, wan: 1_000_000, yi: 10_000_000_000 }
const UNIT_WORD: Record<'zh' | 'en', Record<MoneyUnit, string>> = {
  zh: { yuan: '元', wan: '万元', yi: '亿元' },
  en: { yuan: 'CNY', wan: '×10k CNY', yi: '×100M CNY' },
}

/** Only the figure, in the unit asked for; the unit stands in the column's heading. */
export function moneyIn(unit: MoneyUnit, fen: number | null | undefined, decimals = 2): string {
  return fen == null ? NONE : figure(fen / FEN_PER[unit], decimals)
}

export const moneyUnit = (unit: MoneyUnit) => UNIT_WORD[prefs.locale][unit]

/** The figure with the unit that suits its size: 1,200 万元 · 4.68 亿元 · CNY 12 m in English. */
export function money(fen: number | null | undefined): string {
  if (fen == null) return NONE
  const size = Math.abs(fen)
  if (prefs.locale === 'en') {
    if (size >= 100_000_000_000) return `CNY ${figure(fen / 100_000_000_000)} bn`
    if (size >= 100_000_000) return `CNY ${figure(fen / 100_000_000)} m`
    return `CNY ${figure(fen / 100)}`
  }
  const unit: MoneyUnit = size >= FEN_PER.yi ? 'yi' : size >= FEN_PER.wan ? 'wan' : 'yuan'
  return `${figure(fen / FEN_PER[unit])} ${UNIT_WORD.zh[unit]}`
}

/** 38500 ppm → 3.85% */
export function percent(ppm: number | null | undefined, decimals = 2): string {
  return ppm == null ? NONE : (ppm / 10_000).toFixed(decimals) + '%'
}

/** What a person typed in 万元, as 分; null when it is no amount. */
export function fenFromWan(typed: string): number | null {
  const clean = typed.replace(/[,，\s]/g, '')
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(clean)) return null
  return Math.round(Number(clean) * FEN_PER.wan)
}

/** What a person typed in percent, as parts per million; null when it is no rate. */
export function ppmFromPercent(typed: string): number | null {
  const clean = typed.replace(/[%\s]/g, '')
  return /^-?\d{1,4}(\.\d{1,4})?$/.test(clean) ? Math.round(Number(clean) * 10_000) : null
}

// China keeps one time zone without daylight saving, and every clock of a county runs in it.
const CHINA_MS = 8 * 3_600_000

/** Moment (RFC 3339, UTC) or day → YYYY-MM-DD in China. */
export function day(text: string | null | undefined): string {
  if (!text) return NONE
  if (text.length <= 10) return text
  return new Date(Date.parse(text) + CHINA_MS).toISOString().slice(0, 10)
}

/** Moment → YYYY-MM-DD HH:MM in China. */
export function moment(text: string | null | undefined): string {
  if (!text) return NONE
  if (text.length <= 10) return text
  return new Date(Date.parse(text) + CHINA_MS).toISOString().slice(0, 16).replace('T', ' ')
}

/** Minutes on the clock on the wall: 45 分钟 · 6.3 小时 · 2.5 天 */
export function duration(minutes: number): string {
  if (Math.abs(minutes) < 1440) return workingTime(minutes)
  return `${figure(minutes / 1440, 1)} ${prefs.locale === 'zh' ? '天' : 'days'}`
}

/** Working minutes stay hours however many they are: how long a working day is differs between calendars. */
export function workingTime(minutes: number): string {
  const zh = prefs.locale === 'zh'
  if (Math.abs(minutes) < 60) return `${Math.round(minutes)} ${zh ? '分钟' : 'min'}`
  return `${figure(minutes / 60, 1)} ${zh ? '小时' : 'h'}`
}

const DIGITS = '零壹贰叁肆伍陆柒捌玖'
const PLACES = ['', '拾', '佰', '仟']
const SECTIONS = ['', '万', '亿', '万亿']

/** An amount in 分 in the capital form printed on Chinese application forms; empty when it has 角 or 分. */
export function capital(fen: number): string {
  if (!Number.isSafeInteger(fen) || fen <= 0 || fen % 100 !== 0) return ''
  const digits = String(fen / 100)
  if (digits.length > 16) return ''
  let out = ''
  let zeroPending = false
  let sectionHasDigit = false
  for (let i = 0; i < digits.length; i++) {
    const place = digits.length - 1 - i
    const digit = Number(digits[i])
    if (digit === 0) {
      zeroPending = true
    } else {
      if (zeroPending && out) out += '零'
      zeroPending = false
      sectionHasDigit = true
      out += DIGITS[digit]! + PLACES[place % 4]!
    }
    if (place % 4 === 0 && place > 0) {
      if (sectionHasDigit) out += SECTIONS[place / 4]!
      sectionHasDigit = false
    }
  }
  return `人民币${out}元整`
}
