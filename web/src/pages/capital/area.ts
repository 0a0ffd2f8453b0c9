// The same pages serve all audiences; links stay within the reader's own part of the site.
import { computed } from 'vue'
import { pageOf } from '@/app/links'
import { useSession } from '@/app/session'

export function useArea() {
  const { kind } = useSession()
  const area = (path: string) => pageOf(kind.value, path)
  return { area, isFirm: computed(() => kind.value === 'enterprise'), kind }
}
