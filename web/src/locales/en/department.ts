import type { Words } from '@/app/i18n'
import type zh from '../zh/department'

const words: Words<typeof zh> = {
  department: {},
}
export default words
