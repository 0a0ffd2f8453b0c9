import { describe, expect, it } from 'vitest'
import { creditCodeProblem } from '@/app/creditCode'

// Codes published with the standard's examples and by the county's domain reference.
const VALID = ['91350100M000100Y43', '91440101MA5CJQ4N59', '91350200MA31E12PXF', '11330700002592599F']
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'

describe('credit code', () => {
  it.each(VALID)('%s passes', (code) => expect(creditCodeProblem(code)).toBeNull())

  it('finds every change of one character', () => {
    const code = VALID[0]!
    for (let place = 0; place < 18; place++) {
      for (const letter of ALPHABET) {
        if (letter === code[place]) continue
        expect(creditCodeProblem(code.slice(0, place) + letter + code.slice(place + 1))).toBe('checkDigit')
      }
    }
  })

  it.each([
    ['9135010', 'length'],
    ['91350100M000100Y4I', 'alphabet'],
  ])('%s fails for its %s', (code, problem) => expect(creditCodeProblem(code)).toBe(problem))
})
