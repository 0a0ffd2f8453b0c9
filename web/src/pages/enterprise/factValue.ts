// A fact typed by the enterprise, as the value the program keeps: money in 分, rates in ppm, dates as text.
import type { Value } from '@/api/types/base'
import { fenFromWan, ppmFromPercent } from '@/app/format'

/** Undefined when it is not a value of that type. */
export function valueOf(type: string, typed: string): Value | undefined {
  const text = typed.trim()
  if (!text) return undefined
  switch (type) {
    case 'boolean':
      return text === 'true'
    case 'integer':
      return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined
    case 'number':
      return /^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined
    case 'money':
      return fenFromWan(text) ?? undefined
    case 'rate':
      return ppmFromPercent(text) ?? undefined
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined
    case 'text_list':
      return text
        .split(/[,，、]/)
        .map((part) => part.trim())
        .filter(Boolean)
    default:
      return text
  }
}

/** What stands in the input before anything is typed. */
export function typedOf(type: string, value: Value): string {
  if (value === null || value === undefined) return ''
  if (type === 'money' && typeof value === 'number') return String(value / 1_000_000)
  if (type === 'rate' && typeof value === 'number') return String(value / 10_000)
  return Array.isArray(value) ? value.join('，') : String(value)
}
