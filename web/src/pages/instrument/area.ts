// The three audiences share these pages; each has them below its own address.
import { computed } from 'vue'
import { useSession } from '@/app/session'

const AREAS = {
  enterprise: '/enterprise',
  institution: '/institution',
  department: '/department',
  platform: '/department',
} as const

export function useArea() {
  const { session } = useSession()
  const kind = computed(() => session.value?.party.kind ?? 'enterprise')
  const area = computed(() => AREAS[kind.value])
  return { kind, area }
}
