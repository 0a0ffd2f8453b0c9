// A table file chosen and sent: the file, what is wrong with it once it was tried, and what came of it.
import { computed, ref } from 'vue'
import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { sendFile } from '@/api/client'
import { newKey } from '@/api/command'
import { t } from '@/app/i18n'

// `field` is the id of the input that gets the focus when there is nothing to send; `touches` are the queries to read
// again. One choice of a file is one command, however often it is sent.
export function useUpload<Answer>(field: string, touches: string[], path: (file: File) => string) {
  const queries = useQueryClient()
  const file = ref<File | null>(null)
  const key = ref('')
  const tried = ref(false)
  const told = ref<Answer | null>(null)
  const error = computed(() => {
    if (!tried.value) return undefined
    if (!file.value) return t('risk.noFile')
    return /\.(csv|xlsx)$/i.test(file.value.name) ? undefined : t('risk.wrongType')
  })
  function choose(event: Event) {
    file.value = (event.target as HTMLInputElement).files?.[0] ?? null
    key.value = newKey()
  }
  const upload = useMutation({
    mutationFn: (one: File) => sendFile<Answer>(path(one), one, key.value),
    onSuccess: (answer) => {
      told.value = answer
      for (const name of touches) void queries.invalidateQueries({ queryKey: [name] })
    },
  })
  function submit() {
    tried.value = true
    told.value = null
    if (file.value && !error.value) upload.mutate(file.value)
    else document.getElementById(field)?.focus()
  }
  return { error, told, choose, upload, submit }
}
