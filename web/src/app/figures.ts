// Figures of indicators: integers in the minor unit of their kind, shown in the unit that the plan prints.
import type { Text } from '@/api/types/base'
import type { FigureKind } from '@/api/types/plan'
import { figure, NONE } from './format'
import { prefs } from './prefs'

const FEN_PER: Record<string, number> = { 元: 100, 万元: 1_000_000, 亿元: 10_000_000_000 }

const ENGLISH: Record<string, string> = {
  元: 'CNY',
  万元: '10k CNY',
  亿元: '100M CNY',
  个: '',
  家: 'firms',
  支: 'funds',
  场: 'events',
  笔: 'loans',
  项: 'items',
  户: 'households',
}

/** How many of the minor unit make one of what people read. */
export function minorPer(kind: FigureKind, unit: string): number {
  if (kind === 'money') return FEN_PER[unit] ?? 100
  return kind === 'rate' ? 10_000 : 1
}

export function shownFigure(
  kind: FigureKind,
  unit: string,
  value: number | null | undefined,
  decimals = 2,
): string {
  return value == null ? NONE : figure(value / minorPer(kind, unit), decimals)
}

export const unitWord = (unit: string) => (prefs.locale === 'en' ? (ENGLISH[unit] ?? unit) : unit)

/** A typed figure in the shown unit, as the integer the program keeps; null when it is no number. */
export function typedFigure(kind: FigureKind, unit: string, typed: string): number | null {
  const clean = typed.replace(/[,，\s%]/g, '')
  if (!/^-?\d{1,12}(\.\d{1,6})?$/.test(clean)) return null
  return Math.round(Number(clean) * minorPer(kind, unit))
}

export const isText = (value: unknown): value is Text =>
  typeof value === 'object' && value !== null && 'zh' in value
