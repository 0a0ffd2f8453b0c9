// An enterprise as an institution may know it: nameless until its need is claimed.
import type { NeedEnterprise } from '@/api/types/finance'
import { t } from '@/app/i18n'

export const isMasked = (firm: Pick<NeedEnterprise, 'id'>): boolean => !firm.id || firm.id === '0'

export const firmName = (firm: Pick<NeedEnterprise, 'id' | 'name'>): string =>
  isMasked(firm) ? t('institution.needs.masked') : firm.name
