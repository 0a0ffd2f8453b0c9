import { describe, expect, it } from 'vitest'
import { nextPeriod, periodParts, periodText } from '@/app/periods'

describe('reporting periods', () => {
  it.each([
    ['2023-07', 1, 7],
    ['2023-12', 1, 12],
    ['2023Q1', 3, 3],
    ['2023Q4', 3, 12],
    ['2023H1', 6, 6],
    ['2023', 12, 12],
  ])('%s has %i months and ends in month %i', (text, months, last) => {
    expect(periodParts(text)).toEqual({ year: 2023, months, last })
    expect(periodText(periodParts(text)!)).toBe(text)
  })

  it.each(['', '2023-13', '2023-7', '2023Q5', '2023H3', '23', '2023Q', 'x2023'])(
    '%s is no period',
    (text) => {
      expect(periodParts(text)).toBeNull()
    },
  )

  it.each([
    [[], '2023-01'],
    [['2022-12', '2024-03'], '2023-01'],
    [['2023-02', '2023-01'], '2023-03'],
    [['2023-12'], '2023-12'],
    [['2022Q4', '2023Q1', '2023Q2'], '2023Q3'],
    [['2023H1'], '2023H2'],
    [['2023'], '2023'],
  ])('after %j comes %s', (reported, next) => {
    expect(nextPeriod(2023, reported)).toBe(next)
  })
})
