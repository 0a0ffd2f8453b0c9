import { describe, expect, it } from 'vitest'
import type { Claim, Need } from '@/api/types/finance'
import type { ProductView } from '@/api/types/product'
import {
  deedOf,
  errorsOf,
  formFor,
  loanOf,
  monthsAfter,
  rateOf,
  spreadOf,
  type ClaimForm,
} from '@/pages/institution/claimForm'
import { complete, nameBefore, readable, suggestions, type Word } from '@/components/completion'
import * as product from '@/pages/institution/productForm'

const today = '2023-07-18'
const lpr = { date: '2023-06-20', one_year: 35_500, five_year: 42_000 }
const need = {
  amount: 120_000_000,
  term_months: 12,
  purpose: 'equipment',
  guarantee_modes: ['credit'],
  repayment_modes: ['single_payment'],
  tags: ['green'],
} as unknown as Need
const claim = { offer: null, officer: null, contract: null } as unknown as Claim
const form = (changes: Partial<ClaimForm> = {}): ClaimForm => ({ ...formFor(need, claim, today), ...changes })
const ids = (act: string, changes: Partial<ClaimForm> = {}) =>
  errorsOf(act, form(changes), need, today).map((error) => error.id)

describe('acts on a claim', () => {
  it('start from the need, so that nobody types it twice', () =>
    expect(form()).toMatchObject({
      amount: '120',
      term: '12',
      guarantee: 'credit',
      repayment: 'single_payment',
      use: 'equipment',
      green: true,
      start: today,
      due: '2024-07-18',
    }))

  it.each([
    ['lpr_1y', '30', '', 38_500],
    ['lpr_5y', '-20', '', 40_000],
    ['fixed', '', '4.1', 41_000],
    ['lpr_1y', '', '', null],
    ['lpr_1y', '3001', '', null],
    ['lpr_1y', '1.5', '', null],
    ['fixed', '', '0', null],
  ])('price %s %s %s at the day’s LPR', (base, spread, fixed, rate) =>
    expect(rateOf({ base, spread, fixed }, lpr)).toBe(rate),
  )

  it('send an offer in 分, basis points and ppm', () =>
    expect(deedOf('offer', form({ spread: '30', fee: '0.5' }))).toMatchObject({
      amount: 120_000_000,
      base: 'lpr_1y',
      spread_bp: 30,
      term_months: 12,
      fee_rate: 5000,
    }))

  it('send a fixed rate as basis points of the whole', () =>
    expect(spreadOf({ base: 'fixed', spread: '', fixed: '4.1' })).toBe(410))

  it('refuse an offer above the need, without price, or for a day gone by', () => {
    expect(ids('offer', { spread: '30' })).toEqual([])
    expect(ids('offer', { spread: '30', amount: '121' })).toEqual(['amount'])
    expect(ids('offer')).toEqual(['spread'])
    expect(ids('offer', { base: 'fixed' })).toEqual(['fixed'])
    expect(ids('offer', { spread: '30', validUntil: '2023-07-17' })).toEqual(['valid-until'])
  })

  it('name a reason by code and in ten characters when refusing', () => {
    expect(ids('refuse')).toEqual(['refusal', 'refusal-text'])
    expect(ids('refuse', { refusal: 'debt_ratio', refusalText: '九个字不够用啊啊' })).toEqual([
      'refusal-text',
    ])
    expect(ids('refuse', { refusal: 'debt_ratio', refusalText: '资产负债率高于产品准入线' })).toEqual([])
    expect(deedOf('refuse', form({ refusal: 'x', refusalText: ' 说明 ' }))).toEqual({
      reason: 'x',
      text: '说明',
    })
  })

  it('list documents one a line', () => {
    expect(ids('request_documents', { documents: ' \n', reason: '核对纳税情况' })).toEqual(['documents'])
    expect(
      deedOf('request_documents', form({ documents: '审计报告\n\n 完税证明 ', reason: '核对' })),
    ).toEqual({
      documents: ['审计报告', '完税证明'],
      reason: '核对',
    })
  })

  it('send a visit’s time as China’s', () =>
    expect(deedOf('due_diligence', form({ visit: '2023-07-19T09:00', note: '' }))).toEqual({
      note: '',
      at: '2023-07-19T01:00:00.000Z',
    }))

  it('record a loan that ends after it starts', () => {
    expect(ids('disburse', { number: 'JJ1', rate: '3.85' })).toEqual([])
    expect(ids('disburse', { number: ' ', rate: 'x', due: today })).toEqual(['number', 'rate', 'due'])
    expect(loanOf(form({ number: ' JJ1 ', rate: '3.85' }))).toMatchObject({
      number: 'JJ1',
      amount: 120_000_000,
      rate: 38_500,
      green: true,
    })
  })

  it.each([
    ['2023-01-31', 1, '2023-02-28'],
    ['2024-01-31', 1, '2024-02-29'],
    ['2023-07-18', 12, '2024-07-18'],
    ['2023-11-30', 3, '2024-02-29'],
  ])('%s and %i months is %s', (day, months, then) => expect(monthsAfter(day, months)).toBe(then))
})

describe('completing a rule', () => {
  const word = (text: string, zh: string): Word => ({
    kind: 'attribute',
    text,
    name: text,
    signature: '',
    label: { zh, en: '' },
  })
  const words = [
    word('annual_sales', '年销售额'),
    word('sales_growth', '销售增长'),
    word('年销售额', '年销售额'),
  ]

  it('knows the unfinished name before the cursor, in either script', () => {
    expect(nameBefore('a >= 1 && sal', 13)).toBe('sal')
    expect(nameBefore('年销', 2)).toBe('年销')
    expect(nameBefore('a >= ', 5)).toBe('')
  })

  it('offers first what begins with it, then what contains it', () => {
    expect(suggestions(words, 'sales').map((one) => one.text)).toEqual(['sales_growth', 'annual_sales'])
    expect(suggestions(words, '年销').map((one) => one.text)).toEqual(['annual_sales', '年销售额'])
    expect(suggestions(words, '')).toEqual([])
  })

  it('reads a clause by the labels of its fields, and leaves quoted text alone', () => {
    const labels = new Map([
      ['grade', '纳税信用'],
      ['paid', '纳税额'],
    ])
    expect(readable('grade in ["grade", "B"] && paid_x > paid', labels)).toBe(
      '纳税信用 in ["grade", "B"] && paid_x > 纳税额',
    )
  })

  it('replaces only the unfinished name and leaves the cursor behind it', () =>
    expect(complete('x && sal > 3', 8, words[0]!)).toEqual({ text: 'x && annual_sales > 3', cursor: 17 }))
})

describe('the form of a product', () => {
  const view = {
    code: 'tax_loan',
    name: { zh: '税信贷', en: 'Tax loan' },
    kind: 'tax_credit_loan',
    summary: { zh: '凭纳税信用', en: 'On tax credit' },
    amount_min: 10_000_000,
    amount_max: 300_000_000,
    term_min_months: 6,
    term_max_months: 36,
    price: { base: 'lpr_1y', spread_bp: 30, rate: 38_500 },
    fee_rate: 5000,
    subsidy_rate: 0,
    guarantee_modes: ['credit'],
    repayment_modes: ['single_payment'],
    answer_days: 3,
    documents: [{ zh: '营业执照', en: 'Licence' }],
    scopes: ['tax'],
    tags: [],
    valid_from: '2023-01-01',
    valid_to: null,
    eligibility: 'true',
    when_unknown: 'ask',
  } as unknown as ProductView

  it('sends back exactly what it was given', () => {
    const price = { base: view.price.base, spread_bp: view.price.spread_bp }
    expect(product.wishOf(product.formOf(view))).toEqual({ ...view, price })
  })

  it('keeps a fixed price fixed', () => {
    const fixed = { ...view, price: { base: 'fixed', spread_bp: 410, rate: 41_000 } } as ProductView
    expect(product.wishOf(product.formOf(fixed)).price).toEqual({ base: 'fixed', spread_bp: 410 })
  })

  it('names what keeps it from being saved', () => {
    expect(product.errorsOf(product.formOf(view), true)).toEqual([])
    expect(product.errorsOf(product.formOf(view), false).map((error) => error.id)).toEqual(['rule'])
    const wrong = { ...product.formOf(view), code: 'Tax Loan', least: '500', termLeast: '40', spread: '' }
    expect(product.errorsOf(wrong, true).map((error) => error.id)).toEqual([
      'code',
      'least',
      'term-least',
      'spread',
    ])
  })
})
