// Unified social credit code, GB 32100-2015: 18 characters without I O S V Z, the last one a check digit mod 31.
// The check only warns: some genuine early codes fail it.
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

export type CreditCodeProblem = 'length' | 'alphabet' | 'checkDigit'

export function creditCodeProblem(typed: string): CreditCodeProblem | null {
  const code = typed.trim().toUpperCase()
  if (code.length !== 18) return 'length'
  if ([...code].some((letter) => !ALPHABET.includes(letter))) return 'alphabet'
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * ALPHABET.indexOf(code[i]!), 0)
  return ALPHABET[(31 - (sum % 31)) % 31] === code[17] ? null : 'checkDigit'
}

/** In the groups people read it in: office, area and body, check digit. Joined by margins, so that copying works. */
export const creditCodeGroups = (code: string) => [code.slice(0, 8), code.slice(8, 17), code.slice(17)]
