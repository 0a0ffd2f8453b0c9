// The form that posts a need: what is typed, what is sent, and what has to be corrected on each of its steps.
import type { Need, WriteNeed } from '@/api/types/finance'
import { day, fenFromWan, ppmFromPercent } from '@/app/format'
import { t } from '@/app/i18n'

export type Step = 1 | 2 | 3 | 4
export const TERMS = ['6', '12', '24', '36', '60'] as const
const PURPOSE_LEAST = 10
const CONSENT_DAYS_MOST = 730

export interface NeedForm {
  /** 万元 */
  amount: string
  /** One of TERMS, or "other". */
  term: string
  otherTerm: string
  urgency: 'normal' | 'urgent'
  purpose: string
  purposeText: string
  firstLoan: '' | 'yes' | 'no'
  guarantee: string[]
  repayment: string[]
  /** Percent a year. */
  rateMost: string
  tags: string[]
  products: string[]
  institutions: string[]
  scopes: string[]
  until: string
  agreed: boolean
}

export interface FormError {
  id: string
  text: string
}

/** The day so many days after, both YYYY-MM-DD. */
export const dayAfter = (from: string, days: number): string =>
  new Date(Date.parse(from + 'T00:00:00Z') + days * 86_400_000).toISOString().slice(0, 10)

export const emptyForm = (today: string): NeedForm => ({
  amount: '',
  term: '',
  otherTerm: '',
  urgency: 'normal',
  purpose: '',
  purposeText: '',
  firstLoan: '',
  guarantee: [],
  repayment: [],
  rateMost: '',
  tags: [],
  products: [],
  institutions: [],
  scopes: [],
  until: dayAfter(today, 180),
  agreed: false,
})

/** A kept draft as it was typed. Whether a firm has borrowed before is only known once the step was passed. */
export function formOf(need: Need, today: string): NeedForm {
  const months = String(need.term_months || '')
  const listed = (TERMS as readonly string[]).includes(months)
  return {
    ...emptyForm(today),
    amount: need.amount ? String(need.amount / 1_000_000) : '',
    term: !months ? '' : listed ? months : 'other',
    otherTerm: listed ? '' : months,
    urgency: need.urgency,
    purpose: need.purpose,
    purposeText: need.purpose_text,
    firstLoan: need.first_loan ? 'yes' : need.purpose ? 'no' : '',
    guarantee: [...need.guarantee_modes],
    repayment: [...need.repayment_modes],
    rateMost: need.rate_most ? String(need.rate_most / 10_000) : '',
    tags: [...need.tags],
    products: [...need.products],
    institutions: [...need.institutions],
    scopes: [...need.scopes],
  }
}

export const termOf = (form: NeedForm): number => {
  const months = form.term === 'other' ? form.otherTerm.trim() : form.term
  return /^\d{1,3}$/.test(months) ? Number(months) : 0
}

/** What is sent: an unfinished field as nothing, because a draft may be incomplete. */
export const wishOf = (form: NeedForm): WriteNeed => ({
  amount: fenFromWan(form.amount) ?? 0,
  term_months: termOf(form),
  purpose: form.purpose,
  purpose_text: form.purposeText.trim(),
  rate_most: form.rateMost.trim() ? ppmFromPercent(form.rateMost) : null,
  guarantee_modes: form.guarantee,
  repayment_modes: form.repayment,
  urgency: form.urgency,
  first_loan: form.firstLoan === 'yes',
  tags: form.tags,
  products: form.products,
  institutions: form.institutions,
  scopes: form.scopes,
})

function amountErrors(form: NeedForm): FormError[] {
  const found: FormError[] = []
  if (!(fenFromWan(form.amount) ?? 0)) found.push({ id: 'amount', text: t('enterprise.form.badAmount') })
  const months = termOf(form)
  if (months < 1 || months > 360) {
    found.push({ id: form.term === 'other' ? 'other-term' : 'term', text: t('enterprise.form.badTerm') })
  }
  return found
}

function purposeErrors(form: NeedForm): FormError[] {
  const found: FormError[] = []
  if (!form.purpose) found.push({ id: 'purpose', text: t('enterprise.form.noPurpose') })
  if (form.purposeText.trim().length < PURPOSE_LEAST) {
    found.push({ id: 'purpose-text', text: t('enterprise.form.noPurposeText') })
  }
  if (!form.firstLoan) found.push({ id: 'first-loan', text: t('enterprise.form.noFirstLoan') })
  return found
}

function wishErrors(form: NeedForm): FormError[] {
  const found: FormError[] = []
  if (!form.guarantee.length) found.push({ id: 'guarantee', text: t('enterprise.form.noGuarantee') })
  if (form.rateMost.trim()) {
    const rate = ppmFromPercent(form.rateMost)
    if (rate === null || rate <= 0 || rate > 360_000) {
      found.push({ id: 'rate-most', text: t('enterprise.form.badRate') })
    }
  }
  return found
}

function consentErrors(form: NeedForm, today: string): FormError[] {
  if (!form.scopes.length) return []
  const found: FormError[] = []
  if (!form.until || day(form.until) < today || form.until > dayAfter(today, CONSENT_DAYS_MOST)) {
    found.push({ id: 'until', text: t('enterprise.form.badUntil') })
  }
  if (!form.agreed) found.push({ id: 'agreed', text: t('enterprise.form.noAgree') })
  return found
}

/** What has to be corrected before this step is left; the last step asks for all of them. */
export function errorsOf(step: Step, form: NeedForm, today: string): FormError[] {
  if (step === 1) return amountErrors(form)
  if (step === 2) return purposeErrors(form)
  if (step === 3) return wishErrors(form)
  return consentErrors(form, today)
}

/** The first step that is not complete; a draft is opened there. */
export function openStep(form: NeedForm, today: string): Step {
  for (const step of [1, 2, 3] as const) if (errorsOf(step, form, today).length) return step
  return 4
}
