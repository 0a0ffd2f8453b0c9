// The pack's words, read once: labels for the codes that lists and forms carry.
import { computed } from 'vue'
import { useQuery } from '@tanstack/vue-query'
import { answer, api } from '@/api/client'
import type { Choice, Party, Text } from '@/api/types/base'
import { say } from './i18n'

type ChoiceList =
  | 'purposes'
  | 'product_kinds'
  | 'guarantee_modes'
  | 'repayment_modes'
  | 'tags'
  | 'loan_uses'
  | 'towns'
  | 'institution_kinds'
  | 'sizes'
  | 'scopes'
  | 'sources'

export function useCatalogue() {
  const { data: catalogue } = useQuery({
    queryKey: ['catalogue'],
    queryFn: ({ signal }) => answer(api.GET('/v1/catalogue', { signal })),
    staleTime: Infinity,
  })
  const choices = (list: ChoiceList): Choice[] => catalogue.value?.[list] ?? []

  /** The words for a code; the code itself until the catalogue is there. */
  function label(list: ChoiceList, code: string): string {
    const found = choices(list).find((choice) => choice.code === code)
    return found ? say(found.label) : code
  }

  function unitName(code: string): string {
    const found = catalogue.value?.units.find((unit) => unit.code === code)
    return found ? say(found.name) : code
  }

  const needStates = computed(() => catalogue.value?.process.need_states ?? [])
  return { catalogue, choices, label, unitName, needStates }
}

/** A party's name; enterprises have one in Chinese only. */
export function nameOf(party: Party | { name: Text | string } | null | undefined): string {
  if (!party) return ''
  return typeof party.name === 'string' ? party.name : say(party.name)
}
