// What each act asks of the person who does it, and how it travels.
import type {
  Counterparty,
  InstrumentDeed,
  InstrumentView,
  InstrumentUnit,
  Way,
} from '@/api/types/instrument'
import { fenFromWan, ppmFromPercent } from '@/app/format'
import { t } from '@/app/i18n'
import { amountFrom } from './amounts'

export type Ask =
  | 'part'
  | 'frozenPart'
  | 'push'
  | 'deal'
  | 'amount'
  | 'to'
  | 'funder'
  | 'funders'
  | 'way'
  | 'recourse'
  | 'paid'
  | 'rate'
  | 'validUntil'
  | 'day'
  | 'contract'
  | 'registration'
  | 'reference'
  | 'account'
  | 'paper'
  | 'order'
  | 'note'

const ASKS: Record<string, Ask[]> = {
  set_account: ['account'],
  pay: ['reference', 'day', 'account'],
  split: ['part', 'amount'],
  transfer: ['part', 'to', 'amount', 'recourse', 'note'],
  recourse: ['part', 'reference'],
  freeze: ['frozenPart', 'order'],
  unfreeze: ['frozenPart', 'order'],
  retire: ['paper'],
  reissue: ['paper'],
  push: ['part', 'amount', 'funders', 'note'],
  recall: ['push'],
  intend: ['push', 'way', 'amount', 'paid', 'rate', 'validUntil', 'recourse', 'note'],
  decline: ['push'],
  accept: ['push'],
  notify: ['push'],
  read_notice: ['push'],
  register: ['push', 'registration'],
  discount: ['push', 'contract', 'reference', 'registration', 'day'],
  factor: ['push', 'contract', 'reference', 'registration', 'day'],
  release: ['deal', 'amount'],
  enforce: ['deal'],
}

/** A holder pledges a part to an institution; a funder pledges what it has agreed. */
export function asksOf(act: string, funds: boolean): Ask[] {
  if (act !== 'pledge') return ASKS[act] ?? []
  return funds
    ? ['push', 'contract', 'reference', 'registration', 'day']
    : ['part', 'funder', 'amount', 'contract', 'paid', 'rate']
}

export const emptyForm = () => ({
  part: '',
  push: '',
  deal: '',
  amount: '',
  to: null as Counterparty | null,
  funder: '',
  funders: [] as string[],
  way: 'pledge' as Way,
  recourse: false,
  paid: '',
  rate: '',
  validUntil: '',
  day: '',
  contract: '',
  registration: '',
  reference: '',
  account: '',
  paper: '',
  order: '',
  note: '',
  reason: '',
})
export type ActForm = ReturnType<typeof emptyForm>

const OPTIONAL: Ask[] = [
  'amount',
  'note',
  'recourse',
  'day',
  'validUntil',
  'rate',
  'frozenPart',
  'registration',
]

/** The first thing wrong for each asked field. */
export function errorsOf(
  form: ActForm,
  asks: readonly Ask[],
  unit: InstrumentUnit,
  view: InstrumentView,
): Partial<Record<Ask, string>> {
  const errors: Partial<Record<Ask, string>> = {}
  for (const ask of asks) {
    if (ask === 'to' && !form.to) errors.to = t('instrument.act.errTo')
    else if (ask === 'funders' && !form.funders.length) errors.funders = t('instrument.act.errPart')
    else if (ask === 'account' && !form.account && view.account)
      errors.account = t('instrument.act.errMissing')
    else if (ask === 'amount' && form.amount && amountFrom(unit, form.amount) === null)
      errors.amount = t('instrument.act.errNumber')
    else if (ask === 'paid' && !fenFromWan(form.paid)) errors.paid = t('instrument.act.errNumber')
    else if (ask === 'rate' && form.rate && ppmFromPercent(form.rate) === null)
      errors.rate = t('instrument.act.errNumber')
    else if (
      !OPTIONAL.includes(ask) &&
      ['part', 'push', 'deal', 'funder', 'contract', 'reference', 'paper', 'order'].includes(ask) &&
      !form[ask as 'part']
    )
      errors[ask] =
        ask === 'part' || ask === 'push' || ask === 'deal' || ask === 'funder'
          ? t('instrument.act.errPart')
          : t('instrument.act.errMissing')
  }
  return errors
}

export function deedOf(form: ActForm, asks: readonly Ask[], unit: InstrumentUnit): InstrumentDeed {
  const deed: InstrumentDeed = {}
  const asked = (ask: Ask) => asks.includes(ask)
  if ((asked('part') || asked('frozenPart')) && form.part) deed.part = form.part
  if (asked('push') && form.push) deed.push = form.push
  if (asked('deal') && form.deal) deed.deal = form.deal
  if (asked('amount') && form.amount) deed.amount = amountFrom(unit, form.amount)
  if (asked('to') && form.to) deed.to = form.to.id
  if (asked('funder') && form.funder) deed.to = form.funder
  if (asked('funders')) deed.funders = form.funders
  if (asked('way')) deed.way = form.way
  if (asked('recourse')) deed.recourse = form.recourse
  if (asked('paid')) deed.paid = fenFromWan(form.paid)
  if (asked('rate') && form.rate) deed.rate = ppmFromPercent(form.rate)
  if (asked('validUntil') && form.validUntil) deed.valid_until = form.validUntil
  for (const name of [
    'day',
    'contract',
    'registration',
    'reference',
    'account',
    'paper',
    'order',
    'note',
  ] as const)
    if (asked(name) && form[name].trim()) deed[name] = form[name].trim()
  if (form.reason.trim()) deed.reason = form.reason.trim()
  return deed
}
