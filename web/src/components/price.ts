// A price in words: LPR (1 year) + 30 bp.
import type { PriceBase } from '@/api/types/product'
import { t } from '@/app/i18n'

export function priceWords(price: { base: PriceBase; spread_bp: number }): string {
  if (price.base === 'fixed') return t('product.fixed')
  const sign = price.spread_bp < 0 ? '−' : '+'
  return `${t(`product.base.${price.base}`)} ${sign} ${Math.abs(price.spread_bp)} bp`
}
