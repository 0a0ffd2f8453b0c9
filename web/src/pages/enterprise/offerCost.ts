// What an offer costs, so that offers can be compared: a year in percent, and in money over its whole term.
import type { Offer } from '@/api/types/finance'

type Priced = Pick<Offer, 'amount' | 'rate' | 'fee_rate' | 'term_months' | 'repayment_mode'>

/** Interest and fee of a year, as parts per million of the amount. */
export const allInRate = (offer: Pick<Offer, 'rate' | 'fee_rate'>): number => offer.rate + offer.fee_rate

/** Interest over the term in 分. Instalments are taken as monthly; every other way as if the whole amount were owed
 * until maturity, which is the most it can cost. */
function interest(offer: Priced): number {
  const monthly = offer.rate / 1_000_000 / 12
  const months = offer.term_months
  if (!monthly || !months) return 0
  if (offer.repayment_mode === 'equal_principal') return (offer.amount * monthly * (months + 1)) / 2
  if (offer.repayment_mode === 'equal_instalments') {
    const growth = Math.pow(1 + monthly, months)
    return (offer.amount * monthly * growth * months) / (growth - 1) - offer.amount
  }
  return offer.amount * monthly * months
}

/** Interest and fees over the whole term, in 分. */
export const totalCost = (offer: Priced): number =>
  Math.round(interest(offer) + (offer.amount * (offer.fee_rate / 1_000_000) * offer.term_months) / 12)

/** The cheapest by all-in yearly cost; nothing when fewer than two can be compared. */
export function cheapest<T extends { id: string; offer?: Offer | null }>(
  claims: readonly T[],
): string | null {
  const offers = claims.filter((claim) => claim.offer)
  if (offers.length < 2) return null
  return offers.reduce((best, claim) => (allInRate(claim.offer!) < allInRate(best.offer!) ? claim : best)).id
}
