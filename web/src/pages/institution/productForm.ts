// A product as it is typed, as it is sent, and what has to be corrected.
import type { EditProduct, PriceBase, ProductView } from '@/api/types/product'
import { fenFromWan, ppmFromPercent } from '@/app/format'
import { t } from '@/app/i18n'
import { lines, spreadOf, type FormError } from './claimForm'

export interface ProductForm {
  code: string
  nameZh: string
  nameEn: string
  kind: string
  summaryZh: string
  summaryEn: string
  /** 万元 */
  least: string
  most: string
  termLeast: string
  termMost: string
  base: string
  spread: string
  fixed: string
  fee: string
  subsidy: string
  guarantee: string[]
  repayment: string[]
  answerDays: string
  documents: string
  scopes: string[]
  tags: string[]
  from: string
  to: string
  eligibility: string
  unknown: string
}

export const emptyProduct = (today: string): ProductForm => ({
  code: '',
  nameZh: '',
  nameEn: '',
  kind: '',
  summaryZh: '',
  summaryEn: '',
  least: '',
  most: '',
  termLeast: '1',
  termMost: '12',
  base: 'lpr_1y',
  spread: '',
  fixed: '',
  fee: '0',
  subsidy: '0',
  guarantee: [],
  repayment: [],
  answerDays: '3',
  documents: '',
  scopes: [],
  tags: [],
  from: today,
  to: '',
  eligibility: '',
  unknown: 'ask',
})

export function formOf(product: ProductView): ProductForm {
  const fixed = product.price.base === 'fixed'
  return {
    code: product.code,
    nameZh: product.name.zh,
    nameEn: product.name.en,
    kind: product.kind,
    summaryZh: product.summary.zh,
    summaryEn: product.summary.en,
    least: String(product.amount_min / 1_000_000),
    most: String(product.amount_max / 1_000_000),
    termLeast: String(product.term_min_months),
    termMost: String(product.term_max_months),
    base: product.price.base,
    spread: fixed ? '' : String(product.price.spread_bp),
    fixed: fixed ? String(product.price.spread_bp / 100) : '',
    fee: String(product.fee_rate / 10_000),
    subsidy: String(product.subsidy_rate / 10_000),
    guarantee: [...product.guarantee_modes],
    repayment: [...product.repayment_modes],
    answerDays: String(product.answer_days),
    documents: product.documents.map((text) => (text.en ? `${text.zh} | ${text.en}` : text.zh)).join('\n'),
    scopes: [...product.scopes],
    tags: [...product.tags],
    from: product.valid_from,
    to: product.valid_to ?? '',
    eligibility: product.eligibility,
    unknown: product.when_unknown,
  }
}

const text = (zh: string, en: string) => ({ zh: zh.trim(), en: en.trim() })

function documentsOf(typed: string) {
  return lines(typed).map((line) => {
    const [zh, en] = line.split('|')
    return text(zh ?? '', en ?? zh ?? '')
  })
}

export const wishOf = (form: ProductForm): EditProduct => ({
  code: form.code.trim(),
  name: text(form.nameZh, form.nameEn),
  kind: form.kind,
  summary: text(form.summaryZh, form.summaryEn || form.summaryZh),
  amount_min: fenFromWan(form.least) ?? 0,
  amount_max: fenFromWan(form.most) ?? 0,
  term_min_months: Number(form.termLeast) || 0,
  term_max_months: Number(form.termMost) || 0,
  price: { base: form.base as PriceBase, spread_bp: spreadOf(form) ?? 0 },
  fee_rate: ppmFromPercent(form.fee) ?? 0,
  subsidy_rate: ppmFromPercent(form.subsidy) ?? 0,
  guarantee_modes: form.guarantee,
  repayment_modes: form.repayment,
  answer_days: Number(form.answerDays) || 0,
  documents: documentsOf(form.documents),
  scopes: form.scopes,
  tags: form.tags,
  valid_from: form.from,
  valid_to: form.to || null,
  eligibility: form.eligibility.trim(),
  when_unknown: form.unknown as EditProduct['when_unknown'],
})

const whole = (typed: string, least: number, most: number) =>
  /^\d{1,3}$/.test(typed.trim()) && Number(typed) >= least && Number(typed) <= most

function basics(form: ProductForm): FormError[] {
  const found: FormError[] = []
  if (!/^[a-z][a-z0-9_]{1,63}$/.test(form.code.trim()))
    found.push({ id: 'code', text: t('institution.edit.errCode') })
  if (!form.nameZh.trim() || !form.nameEn.trim()) {
    found.push({ id: form.nameZh.trim() ? 'name-en' : 'name-zh', text: t('institution.edit.errName') })
  }
  if (!form.kind) found.push({ id: 'kind', text: t('institution.edit.errKind') })
  return found
}

function terms(form: ProductForm): FormError[] {
  const found: FormError[] = []
  const least = fenFromWan(form.least) ?? 0
  const most = fenFromWan(form.most) ?? 0
  if (!least || least > most) found.push({ id: 'least', text: t('institution.edit.errLimits') })
  if (
    !whole(form.termLeast, 1, 360) ||
    !whole(form.termMost, 1, 360) ||
    Number(form.termLeast) > Number(form.termMost)
  ) {
    found.push({ id: 'term-least', text: t('institution.edit.errTerms') })
  }
  if (spreadOf(form) === null) {
    found.push(
      form.base === 'fixed'
        ? { id: 'fixed', text: t('institution.act.errFixed') }
        : { id: 'spread', text: t('institution.act.errSpread') },
    )
  }
  for (const [id, typed] of [
    ['fee', form.fee],
    ['subsidy', form.subsidy],
  ] as const) {
    const rate = ppmFromPercent(typed)
    if (rate === null || rate < 0 || rate > 360_000) found.push({ id, text: t('institution.act.errFee') })
  }
  if (!form.guarantee.length) {
    found.push({
      id: 'guarantee',
      text: t('institution.edit.errModes', { what: t('institution.act.guarantee') }),
    })
  }
  if (!form.repayment.length) {
    found.push({
      id: 'repayment',
      text: t('institution.edit.errModes', { what: t('institution.act.repayment') }),
    })
  }
  if (!whole(form.answerDays, 1, 60)) found.push({ id: 'answer-days', text: t('institution.edit.errDays') })
  return found
}

/** What keeps a draft from being saved; the rule itself is judged by the program. */
export function errorsOf(form: ProductForm, ruleSound: boolean): FormError[] {
  return [
    ...basics(form),
    ...terms(form),
    ...(ruleSound ? [] : [{ id: 'rule', text: t('institution.edit.errRule') }]),
    ...(form.from ? [] : [{ id: 'from', text: t('institution.edit.errFrom') }]),
  ]
}
