import type { Words } from '@/app/i18n'
import type zh from '../zh/enterprise'

const words: Words<typeof zh> = {
  enterprise: {},
}
export default words
