// Every pair of text and ground in tokens.css against WCAG 2.2: 4.5:1 for words, 3:1 for the edges of controls.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync('src/styles/tokens.css', 'utf8')

function tokens(selector: string): Record<string, string> {
  const found: Record<string, string> = {}
  const start = css.indexOf(selector + ' {')
  for (const match of css
    .slice(start, css.indexOf('}', start))
    .matchAll(/--(c-[\w-]+):\s*(#[0-9a-fA-F]{6})/g)) {
    found[match[1]!] = match[2]!
  }
  return found
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

const GROUNDS = ['c-bg', 'c-surface', 'c-surface-2', 'c-hover']
const PAIRS: [string, string, number][] = [
  ...GROUNDS.flatMap((ground) =>
    ['c-text', 'c-text-2', 'c-text-3'].map((text) => [text, ground, 4.5] as [string, string, number]),
  ),
  ...['ok', 'warn', 'bad', 'info'].map(
    (tone) => [`c-${tone}`, `c-${tone}-soft`, 4.5] as [string, string, number],
  ),
  ['c-primary', 'c-surface', 4.5],
  ['c-primary', 'c-primary-soft', 4.5],
  ['c-nav-text', 'c-nav', 4.5],
  ['c-nav-text-2', 'c-nav', 4.5],
  ['c-ctl', 'c-surface', 3],
]

describe.each([':root', 'html.dark'])('%s', (selector) => {
  const found = tokens(selector)
  it.each(PAIRS)('%s on %s is at least %d:1', (text, ground, least) => {
    expect(found[text], text).toBeDefined()
    expect(contrast(found[text]!, found[ground]!)).toBeGreaterThanOrEqual(least)
  })

  it.each(['c-primary-btn', 'c-primary-hover'])('white on %s is readable', (button) =>
    expect(contrast('#ffffff', found[button]!)).toBeGreaterThanOrEqual(4.5),
  )
})
