// Reporting periods as the program writes them: 2023-07, 2023Q3, 2023H2, 2023.
const FORM = /^(\d{4})(?:-(0[1-9]|1[0-2])|Q([1-4])|H([12]))?$/

interface PeriodParts {
  year: number
  /** How many months it has: 1, 3, 6 or 12. */
  months: number
  /** Its last month: 1 to 12. */
  last: number
}

export function periodParts(text: string): PeriodParts | null {
  const found = FORM.exec(text)
  if (!found) return null
  const year = Number(found[1])
  if (found[2]) return { year, months: 1, last: Number(found[2]) }
  if (found[3]) return { year, months: 3, last: Number(found[3]) * 3 }
  if (found[4]) return { year, months: 6, last: Number(found[4]) * 6 }
  return { year, months: 12, last: 12 }
}

export function periodText({ year, months, last }: PeriodParts): string {
  if (months === 1) return `${year}-${String(last).padStart(2, '0')}`
  if (months === 3) return `${year}Q${last / 3}`
  if (months === 6) return `${year}H${last / 6}`
  return String(year)
}

/** What is to be reported next in a year: the period after its last one, as long as that; a year's last stays. */
export function nextPeriod(year: number, reported: string[]): string {
  const last = reported
    .map(periodParts)
    .filter((parts): parts is PeriodParts => parts?.year === year)
    .sort((a, b) => a.last - b.last || b.months - a.months)
    .pop()
  if (!last) return periodText({ year, months: 1, last: 1 })
  return periodText({ ...last, last: Math.min(last.last + last.months, 12) })
}
