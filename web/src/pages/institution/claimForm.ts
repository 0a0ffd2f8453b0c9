// What an institution writes for each act on a claim: what is typed, what is sent, what has to be corrected.
import type { Fen, Ppm } from '@/api/types/base'
import type { Claim, Need, RecordLoan } from '@/api/types/finance'
import type { PriceBase } from '@/api/types/product'
import { fenFromWan, money, ppmFromPercent } from '@/app/format'
import { t } from '@/app/i18n'

export interface ClaimForm {
  name: string
  phone: string
  visit: string
  note: string
  documents: string
  reason: string
  /** 万元 */
  amount: string
  base: string
  spread: string
  fixed: string
  term: string
  guarantee: string
  repayment: string
  fee: string
  validUntil: string
  refusal: string
  refusalText: string
  number: string
  rate: string
  start: string
  due: string
  use: string
  green: boolean
}

export interface FormError {
  id: string
  text: string
}

export interface Lpr {
  date: string
  one_year: Ppm
  five_year: Ppm
}

const SPREAD_LEAST = -500
const SPREAD_MOST = 3000
const RATE_MOST = 360_000

const wan = (fen: Fen) => (fen ? String(fen / 1_000_000) : '')
const percentText = (ppm: Ppm) => String(ppm / 10_000)

/** The same day of a later month, or that month's last day. */
export function monthsAfter(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const first = new Date(Date.UTC(year, month - 1 + months, 1))
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  first.setUTCDate(Math.min(date, last))
  return first.toISOString().slice(0, 10)
}

/** Filled with what is known already, so that nobody types it twice. */
export function formFor(need: Need, claim: Claim, today: string): ClaimForm {
  const offer = claim.offer
  const term = offer?.term_months ?? need.term_months
  return {
    name: claim.officer?.name ?? '',
    phone: claim.officer?.phone ?? '',
    visit: '',
    note: offer?.note ?? '',
    documents: '',
    reason: '',
    amount: wan(offer?.amount ?? need.amount),
    base: offer?.price.base ?? 'lpr_1y',
    spread: offer && offer.price.base !== 'fixed' ? String(offer.price.spread_bp) : '',
    fixed: offer && offer.price.base === 'fixed' ? percentText(offer.rate) : '',
    term: String(term),
    guarantee: offer?.guarantee_mode ?? need.guarantee_modes[0] ?? '',
    repayment: offer?.repayment_mode ?? need.repayment_modes[0] ?? '',
    fee: offer ? percentText(offer.fee_rate) : '0',
    validUntil: offer?.valid_until ?? monthsAfter(today, 1),
    refusal: '',
    refusalText: '',
    number: claim.contract ?? '',
    rate: offer ? percentText(offer.rate) : '',
    start: today,
    due: monthsAfter(today, term),
    use: need.purpose,
    green: need.tags.includes('green'),
  }
}

export const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

const whole = (typed: string): number | null => (/^-?\d{1,5}$/.test(typed.trim()) ? Number(typed) : null)

/** Basis points over the base; of a fixed price the whole rate. */
export function spreadOf(form: Pick<ClaimForm, 'base' | 'spread' | 'fixed'>): number | null {
  if (form.base !== 'fixed') {
    const spread = whole(form.spread)
    return spread !== null && spread >= SPREAD_LEAST && spread <= SPREAD_MOST ? spread : null
  }
  const rate = ppmFromPercent(form.fixed)
  return rate !== null && rate > 0 && rate <= RATE_MOST ? Math.round(rate / 100) : null
}

/** The yearly rate an offer comes to at the LPR of the day; nothing while it cannot be said. */
export function rateOf(form: Pick<ClaimForm, 'base' | 'spread' | 'fixed'>, lpr: Lpr | undefined): Ppm | null {
  const spread = spreadOf(form)
  if (spread === null) return null
  if (form.base === 'fixed') return spread * 100
  if (!lpr) return null
  return (form.base === 'lpr_5y' ? lpr.five_year : lpr.one_year) + spread * 100
}

const missing = (id: string, what: string): FormError => ({
  id,
  text: t('institution.act.errChoose', { what }),
})

function offerErrors(form: ClaimForm, need: Need, today: string): FormError[] {
  const found = amountErrors(form, need.amount)
  if (spreadOf(form) === null) {
    found.push(
      form.base === 'fixed'
        ? { id: 'fixed', text: t('institution.act.errFixed') }
        : { id: 'spread', text: t('institution.act.errSpread') },
    )
  }
  const term = whole(form.term)
  if (term === null || term < 1 || term > 360) found.push({ id: 'term', text: t('institution.act.errTerm') })
  if (!form.guarantee) found.push(missing('guarantee', t('institution.act.guarantee')))
  if (!form.repayment) found.push(missing('repayment', t('institution.act.repayment')))
  const fee = ppmFromPercent(form.fee)
  if (fee === null || fee < 0 || fee > RATE_MOST) found.push({ id: 'fee', text: t('institution.act.errFee') })
  if (!form.validUntil || form.validUntil < today) {
    found.push({ id: 'valid-until', text: t('institution.act.errDate') })
  }
  return found
}

function amountErrors(form: ClaimForm, most: Fen): FormError[] {
  const amount = fenFromWan(form.amount)
  if (!amount) return [{ id: 'amount', text: t('institution.act.errAmount') }]
  if (amount > most) return [{ id: 'amount', text: t('institution.act.errTooMuch', { amount: money(most) }) }]
  return []
}

function loanErrors(form: ClaimForm): FormError[] {
  const found: FormError[] = []
  if (!form.number.trim()) found.push({ id: 'number', text: t('institution.act.errNumber') })
  if (!fenFromWan(form.amount)) found.push({ id: 'amount', text: t('institution.act.errAmount') })
  const rate = ppmFromPercent(form.rate)
  if (rate === null || rate < 0 || rate > RATE_MOST) {
    found.push({ id: 'rate', text: t('institution.act.errFixed') })
  }
  if (!form.start || !form.due || form.due <= form.start) {
    found.push({ id: 'due', text: t('institution.act.errDue') })
  }
  if (!form.guarantee) found.push(missing('guarantee', t('institution.act.guarantee')))
  if (!form.repayment) found.push(missing('repayment', t('institution.act.repayment')))
  if (!form.use) found.push(missing('use', t('institution.act.use')))
  return found
}

function acceptErrors(form: ClaimForm): FormError[] {
  const found: FormError[] = []
  if (!form.name.trim()) found.push({ id: 'officer', text: t('institution.act.errName') })
  if (form.phone.trim().length < 5) found.push({ id: 'phone', text: t('institution.act.errPhone') })
  return found
}

function refusalErrors(form: ClaimForm): FormError[] {
  const found: FormError[] = []
  if (!form.refusal) found.push(missing('refusal', t('institution.act.refusal')))
  if (form.refusalText.trim().length < 10) {
    found.push({ id: 'refusal-text', text: t('institution.act.errText') })
  }
  return found
}

const reasonErrors = (form: ClaimForm): FormError[] =>
  form.reason.trim().length < 5 ? [{ id: 'reason', text: t('institution.act.errReason') }] : []

/** What keeps an act from being sent. */
export function errorsOf(act: string, form: ClaimForm, need: Need, today: string): FormError[] {
  switch (act) {
    case 'accept':
      return acceptErrors(form)
    case 'request_documents':
      return [
        ...(lines(form.documents).length
          ? []
          : [{ id: 'documents', text: t('institution.act.errDocuments') }]),
        ...reasonErrors(form),
      ]
    case 'offer':
      return offerErrors(form, need, today)
    case 'refuse':
      return refusalErrors(form)
    case 'grant':
      return amountErrors(form, need.amount)
    case 'contract':
      return form.number.trim() ? [] : [{ id: 'number', text: t('institution.act.errNumber') }]
    case 'disburse':
      return loanErrors(form)
    case 'withdraw':
      return reasonErrors(form)
    default:
      return []
  }
}

/** What is sent with an act. A visit's time is China's. */
export function deedOf(act: string, form: ClaimForm): Record<string, unknown> {
  switch (act) {
    case 'accept':
      return { officer: { name: form.name.trim(), phone: form.phone.trim() } }
    case 'due_diligence':
      return {
        note: form.note.trim(),
        ...(form.visit ? { at: new Date(form.visit + ':00+08:00').toISOString() } : {}),
      }
    case 'request_documents':
      return { documents: lines(form.documents), reason: form.reason.trim() }
    case 'offer':
      return {
        amount: fenFromWan(form.amount),
        base: form.base as PriceBase,
        spread_bp: spreadOf(form),
        term_months: Number(form.term),
        guarantee_mode: form.guarantee,
        repayment_mode: form.repayment,
        fee_rate: ppmFromPercent(form.fee),
        valid_until: form.validUntil,
        note: form.note.trim(),
      }
    case 'refuse':
      return { reason: form.refusal, text: form.refusalText.trim() }
    case 'grant':
      return { amount: fenFromWan(form.amount) }
    case 'contract':
      return { number: form.number.trim() }
    case 'withdraw':
      return { reason: form.reason.trim() }
    default:
      return form.reason.trim() ? { reason: form.reason.trim() } : {}
  }
}

export const loanOf = (form: ClaimForm): RecordLoan => ({
  number: form.number.trim(),
  amount: fenFromWan(form.amount) ?? 0,
  rate: ppmFromPercent(form.rate) ?? 0,
  start: form.start,
  due: form.due,
  guarantee_mode: form.guarantee,
  repayment_mode: form.repayment,
  use: form.use,
  green: form.green,
})
