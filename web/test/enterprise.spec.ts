import { describe, expect, it } from 'vitest'
import type { Fact } from '@/api/types/enterprise'
import type { Need } from '@/api/types/finance'
import { factsToState, needState, profileState } from '@/pages/enterprise/homeTasks'
import { typedOf, valueOf } from '@/pages/enterprise/factValue'
import { dayAfter, emptyForm, errorsOf, formOf, openStep, termOf, wishOf } from '@/pages/enterprise/needForm'
import { allInRate, cheapest, totalCost } from '@/pages/enterprise/offerCost'

const today = '2023-07-18'
const complete = () => ({
  ...emptyForm(today),
  amount: '1,200',
  term: '12',
  purpose: 'equipment',
  purposeText: '采购数控加工中心 6 台用于产线改造',
  firstLoan: 'no' as const,
  guarantee: ['credit'],
})
const ids = (errors: readonly { id: string }[]) => errors.map((error) => error.id)

describe('the form that posts a need', () => {
  it('sends money in 分, a rate in ppm and nothing for what is not filled in', () => {
    const wish = wishOf({ ...complete(), rateMost: '4.35' })
    expect([wish.amount, wish.term_months, wish.rate_most]).toEqual([1_200_000_000, 12, 43_500])
    expect(wishOf(emptyForm(today))).toMatchObject({
      amount: 0,
      term_months: 0,
      rate_most: null,
      purpose: '',
    })
  })

  it('names on each step what has to be corrected', () => {
    const empty = emptyForm(today)
    expect(ids(errorsOf(1, empty, today))).toEqual(['amount', 'term'])
    expect(ids(errorsOf(2, empty, today))).toEqual(['purpose', 'purpose-text', 'first-loan'])
    expect(ids(errorsOf(3, empty, today))).toEqual(['guarantee'])
    for (const step of [1, 2, 3, 4] as const) expect(errorsOf(step, complete(), today)).toEqual([])
  })

  it.each([
    ['0', ['amount']],
    ['-5', ['amount']],
    ['abc', ['amount']],
    ['0.01', []],
  ])('judges the amount %s', (amount, wrong) =>
    expect(ids(errorsOf(1, { ...complete(), amount }, today))).toEqual(wrong),
  )

  it('takes another term between 1 and 360 months', () => {
    const term = (otherTerm: string) => ({ ...complete(), term: 'other', otherTerm })
    expect(termOf(term('18'))).toBe(18)
    for (const wrong of ['', '0', '361', '1.5', 'x']) {
      expect(ids(errorsOf(1, term(wrong), today)), wrong).toEqual(['other-term'])
    }
  })

  it('asks for agreement only when data are to be read, and for two years at most', () => {
    const scopes = ['tax']
    expect(ids(errorsOf(4, { ...complete(), scopes }, today))).toEqual(['agreed'])
    expect(errorsOf(4, { ...complete(), scopes, agreed: true }, today)).toEqual([])
    for (const until of ['', '2023-07-17', dayAfter(today, 731)]) {
      expect(ids(errorsOf(4, { ...complete(), scopes, agreed: true, until }, today)), until).toEqual([
        'until',
      ])
    }
  })

  it('opens a kept draft at its first incomplete step, as it was typed', () => {
    const need = {
      ...wishOf(complete()),
      guarantee_modes: [] as string[],
      rate_most: 43_500,
    } as unknown as Need
    const form = formOf(need, today)
    expect([form.amount, form.term, form.rateMost, form.firstLoan]).toEqual(['1200', '12', '4.35', 'no'])
    expect(openStep(form, today)).toBe(3)
    expect(openStep(emptyForm(today), today)).toBe(1)
    expect(openStep(complete(), today)).toBe(4)
  })
})

describe('what an offer costs', () => {
  const offer = {
    amount: 120_000_000,
    rate: 36_000,
    fee_rate: 0,
    term_months: 12,
    repayment_mode: 'single_payment',
  }
  it('adds yearly fees to the rate', () => expect(allInRate({ rate: 38_500, fee_rate: 10_000 })).toBe(48_500))

  it('counts interest on the whole amount when it is repaid at the end', () =>
    expect(totalCost(offer)).toBe(4_320_000))

  it('counts less for instalments, and least for equal principal', () => {
    const principal = totalCost({ ...offer, repayment_mode: 'equal_principal' })
    const instalments = totalCost({ ...offer, repayment_mode: 'equal_instalments' })
    expect(principal).toBe(2_340_000)
    expect(instalments).toBeGreaterThan(principal)
    expect(instalments).toBeLessThan(totalCost(offer))
  })

  it('costs nothing without interest, and fees for as long as the term', () => {
    expect(totalCost({ ...offer, rate: 0 })).toBe(0)
    expect(totalCost({ ...offer, rate: 0, fee_rate: 10_000, term_months: 24 })).toBe(2_400_000)
  })

  it('names the cheapest only among several', () => {
    const claim = (id: string, rate: number) => ({ id, offer: { ...offer, rate } as never })
    expect(cheapest([claim('a', 1)])).toBeNull()
    expect(cheapest([claim('a', 40_000), claim('b', 39_000), { id: 'c', offer: null }])).toBe('b')
  })
})

describe('facts the enterprise states', () => {
  it.each([
    ['money', '12.5', 12_500_000],
    ['money', 'x', undefined],
    ['rate', '12.5', 125_000],
    ['integer', '38', 38],
    ['integer', '3.8', undefined],
    ['boolean', 'false', false],
    ['date', '2023-07-18', '2023-07-18'],
    ['date', '18.7.2023', undefined],
    ['text', ' 模具 ', '模具'],
    ['text', '  ', undefined],
  ])('reads %s “%s”', (type, typed, value) => expect(valueOf(type, typed)).toEqual(value))

  it('splits lists at Chinese and English commas', () =>
    expect(valueOf('text_list', '模具，注塑、 冲压,')).toEqual(['模具', '注塑', '冲压']))

  it('shows what it would read again', () => {
    for (const [type, value] of [
      ['money', 12_500_000],
      ['rate', 125_000],
      ['integer', 38],
      ['boolean', true],
    ] as const) {
      expect(valueOf(type, typedOf(type, value))).toBe(value)
    }
  })
})

describe('the tasks of the home page', () => {
  const fact = (value: number | null, stale = false, editable = true) => ({ value, stale, editable }) as Fact
  it('count facts to state: missing or stale, and only our own', () =>
    expect(factsToState([fact(null), fact(1), fact(1, true), fact(null, false, false)])).toHaveLength(2))

  it('know three states', () => {
    expect(profileState([fact(null)])).toBe('open')
    expect(profileState([fact(null), fact(1)])).toBe('started')
    expect(profileState([fact(1)])).toBe('done')
    expect(needState([])).toBe('open')
    expect(needState([{ state: 'draft' } as never])).toBe('started')
    expect(needState([{ state: 'draft' } as never, { state: 'published' } as never])).toBe('done')
  })
})
