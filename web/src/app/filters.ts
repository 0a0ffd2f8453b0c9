// Filters of a list live in the address, so that a view can be shared, bookmarked and come back to.
import { computed, ref, watch, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

export type Filters<Names extends string> = Record<Names, string>

/** One writable text for each name; empty means "not set" and leaves the address. Any change but the page's own
 * goes back to page one. */
export function useFilters<Names extends string>(...names: Names[]) {
  const route = useRoute()
  const router = useRouter()

  const values = computed(() => {
    const found = {} as Filters<Names>
    for (const name of names) found[name] = String(route.query[name] ?? '')
    return found
  })

  function set(changes: Partial<Filters<Names>>) {
    const query = { ...route.query }
    if (!('page' in changes)) delete query.page
    for (const [name, value] of Object.entries(changes)) {
      if (value) query[name] = String(value)
      else delete query[name]
    }
    void router.replace({ query })
  }

  function field(name: Names): WritableComputedRef<string> {
    return computed({
      get: () => values.value[name],
      set: (value) => set({ [name]: value ?? '' } as Partial<Filters<Names>>),
    })
  }

  const clear = () => set(Object.fromEntries(names.map((name) => [name, ''])) as Partial<Filters<Names>>)
  const any = computed(() => names.some((name) => name !== 'page' && name !== 'sort' && values.value[name]))
  return { values, set, field, clear, any }
}

/** A text box's value that reaches the address only when the person has stopped typing. */
export function useDelayed(target: WritableComputedRef<string>, delayMs = 300) {
  const typed = ref(target.value)
  let timer = 0
  watch(typed, (value) => {
    clearTimeout(timer)
    timer = window.setTimeout(() => (target.value = value.trim()), delayMs)
  })
  watch(target, (value) => {
    if (value !== typed.value.trim()) typed.value = value
  })
  return typed
}
