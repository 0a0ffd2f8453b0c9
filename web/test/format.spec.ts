import { beforeEach, describe, expect, it } from 'vitest'
import {
  capital,
  day,
  duration,
  fenFromWan,
  moment,
  money,
  moneyIn,
  percent,
  ppmFromPercent,
  workingTime,
} from '@/app/format'
import { minorPer, shownFigure, typedFigure } from '@/app/figures'
import { prefs } from '@/app/prefs'

beforeEach(() => (prefs.locale = 'zh'))

describe('money', () => {
  it.each([
    [0, '0 元'],
    [12_345, '123.45 元'],
    [999_999, '9,999.99 元'],
    [1_000_000, '1 万元'],
    [40_490_000_00, '4,049 万元'],
    [10_000_000_000, '1 亿元'],
    [-46_800_000_000, '-4.68 亿元'],
  ])('%d 分 reads %s', (fen, words) => expect(money(fen)).toBe(words))

  it('says nothing for nothing', () => expect(money(null)).toBe('—'))

  it('speaks English in millions and billions', () => {
    prefs.locale = 'en'
    expect(money(120_000_000)).toBe('CNY 1.2 m')
    expect(money(86_400_000_000_00)).toBe('CNY 86.4 bn')
  })

  it('keeps to the unit of a column', () => expect(moneyIn('yi', 4_680_000_000_000)).toBe('468'))
})

describe('what people type', () => {
  it.each([
    ['1200', 1_200_000_000],
    ['1,200.5', 1_200_500_000],
    ['0.0001', 100],
    ['', null],
    ['-3', null],
    ['12万', null],
    ['1e9', null],
  ])('%s 万元 is %s 分', (typed, fen) => expect(fenFromWan(typed)).toBe(fen))

  it.each([
    ['3.85', 38_500],
    ['3.85%', 38_500],
    ['100', 1_000_000],
    ['abc', null],
    ['3.85001', null],
  ])('%s percent is %s ppm', (typed, ppm) => expect(ppmFromPercent(typed)).toBe(ppm))

  it('typed figures of indicators come back as they were shown', () => {
    for (const [kind, unit] of [
      ['money', '亿元'],
      ['rate', '%'],
      ['count', '个'],
    ] as const) {
      for (const value of [0, 3, 848, 66.15]) {
        if (kind === 'count' && !Number.isInteger(value)) continue
        const kept = typedFigure(kind, unit, String(value))!
        expect(kept).toBe(Math.round(value * minorPer(kind, unit)))
        expect(Number(shownFigure(kind, unit, kept).replace(/,/g, ''))).toBe(value)
      }
    }
  })
})

describe('time', () => {
  it('is shown in China’s zone whatever the browser’s', () => {
    expect(moment('2023-07-17T16:30:00Z')).toBe('2023-07-18 00:30')
    expect(day('2023-07-17T16:30:00Z')).toBe('2023-07-18')
    expect(day('2023-07-17')).toBe('2023-07-17')
  })

  it.each([
    [45, '45 分钟'],
    [378, '6.3 小时'],
    [2880, '2 天'],
  ])('%d minutes read %s', (minutes, words) => expect(duration(minutes)).toBe(words))

  it('leaves working time in hours', () => expect(workingTime(2880)).toBe('48 小时'))
})

describe('percent', () => {
  it('keeps two decimals', () => expect(percent(38_500)).toBe('3.85%'))
})

describe('capital form of amounts', () => {
  it.each([
    [1_200_000_000, '人民币壹仟贰佰万元整'],
    [4_049_000_000, '人民币肆仟零肆拾玖万元整'],
    [100, '人民币壹元整'],
    [1_000_500_00, '人民币壹佰万零伍佰元整'],
    [10_000_000_000, '人民币壹亿元整'],
    [150, ''],
    [0, ''],
  ])('%d 分 is %s', (fen, words) => expect(capital(fen)).toBe(words))
})
