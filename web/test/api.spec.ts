import { describe, expect, it } from 'vitest'
import { keyKeeper, newKey } from '@/api/command'
import { Problem, problemFrom } from '@/api/problem'
import { staleAfter } from '@/app/live'
import { pageOf } from '@/app/links'
import { exportAddress } from '@/app/list'

describe('idempotency keys', () => {
  it('stay while the same wish is sent again', () => {
    const keys = keyKeeper()
    const first = keys.keyFor({ amount: 1 })
    expect(keys.keyFor({ amount: 1 })).toBe(first)
  })

  it('change with the wish, and after an answer', () => {
    const keys = keyKeeper()
    const first = keys.keyFor({ amount: 1 })
    const second = keys.keyFor({ amount: 2 })
    expect(second).not.toBe(first)
    keys.answered()
    expect(keys.keyFor({ amount: 2 })).not.toBe(second)
  })

  it('are 128 random bits', () => {
    expect(newKey()).toMatch(/^[0-9a-f]{32}$/)
    expect(new Set(Array.from({ length: 1000 }, newKey)).size).toBe(1000)
  })
})

describe('problems', () => {
  it('name the fields that are wrong', () => {
    const problem = problemFrom(422, {
      title: '输入有误',
      status: 422,
      errors: [{ pointer: '/offer/amount', message: '太大' }],
    })
    expect(problem).toBeInstanceOf(Problem)
    expect(problem.fields).toEqual({ 'offer.amount': '太大' })
  })

  it('stand for an answer that was none', () => {
    expect(problemFrom(0, null).code).toBe('web.offline')
    expect(problemFrom(502, '<html>').status).toBe(502)
  })
})

describe('links', () => {
  it.each([
    ['department', '/needs/12', '/department/needs/12'],
    ['institution', '/v1/needs/12', '/institution/needs/12'],
    ['enterprise', '/enterprise/consents', '/enterprise/consents'],
    ['department', 'https://elsewhere.example/', ''],
    ['department', '//elsewhere.example/', ''],
  ] as const)('for a %s %s leads to %s', (kind, path, page) => expect(pageOf(kind, path)).toBe(page))

  it('export the filter that is on screen, all its pages', () => {
    expect(
      exportAddress('/v1/needs', { text: '宏达', state: undefined, breached: true, page: 3, per_page: 50 }),
    ).toBe('/v1/needs?text=%E5%AE%8F%E8%BE%BE&breached=true&format=xlsx')
  })
})

describe('live changes', () => {
  it('make the lists stale that show the topic', () => {
    expect(staleAfter({ topic: 'loan' })).toContain('indicators')
    expect(staleAfter({ topic: 'unheard_of' })).toEqual(['unheard_of'])
  })
})
