import type { Words } from '@/app/i18n'
import type zh from '../zh/institution'

const words: Words<typeof zh> = {
  institution: {},
}
export default words
