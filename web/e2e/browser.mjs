// Debian's chromium through playwright-core, and axe-core on whatever it shows.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'

const require = createRequire(import.meta.url)
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-background-networking',
    ],
  })
}

/** Violations of WCAG 2.2 AA and axe's best practices, as short lines; an empty list is what we want. */
export async function violations(page) {
  // evaluate() goes through the debugger, so the page's content security policy does not stop it.
  await page.evaluate(axeSource)
  return page.evaluate(async (tags) => {
    const result = await globalThis.axe.run(document, { runOnly: { type: 'tag', values: tags } })
    return result.violations.map(
      (found) =>
        `${found.id} ×${found.nodes.length}: ${found.nodes[0].html.slice(0, 160)} | ${found.nodes[0].failureSummary?.split('\n')[1] ?? ''}`,
    )
  }, WCAG)
}
