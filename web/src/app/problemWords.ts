// Words for whatever went wrong. The program's problem documents already speak the reader's language; what it could not
// say itself (no answer, an answer from a proxy) is said here.
import { Problem } from '@/api/problem'
import { t } from './i18n'

export interface ProblemWords {
  title: string
  detail: string
  cure: string
  code: string
}

function title(problem: Problem): string {
  if (problem.body.title) return problem.body.title
  if (problem.status === 0) return t('problem.offline')
  if (problem.status === 403) return t('problem.forbidden')
  if (problem.status === 404) return t('problem.notFound')
  return t('problem.server', { status: problem.status })
}

export function problemWords(error: unknown): ProblemWords {
  if (error instanceof Problem) {
    return {
      title: title(error),
      detail: error.body.detail ?? '',
      cure: error.body.cure ?? (error.status === 0 ? t('problem.offlineCure') : ''),
      code: error.code,
    }
  }
  return {
    title: t('problem.unexpected'),
    detail: error instanceof Error ? error.message : '',
    cure: '',
    code: '',
  }
}
