// What every journey uses: a person at a browser, checks that count, screens that are looked at by axe and kept as pictures.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { violations } from './browser.mjs'

export { violations }

const shots = fileURLToPath(new URL('../../build/shots', import.meta.url))
mkdirSync(shots, { recursive: true })

export const score = { passed: 0, failed: 0 }

/** One test: it passes, or its failure is printed and counted; the next one runs in any case. */
export async function test(name, act) {
  const start = Date.now()
  try {
    await act()
    score.passed += 1
    console.log(`ok    ${name} (${Date.now() - start} ms)`)
  } catch (error) {
    score.failed += 1
    console.log(
      `FAIL  ${name}\n      ${String(error?.stack ?? error)
        .split('\n')
        .slice(0, 6)
        .join('\n      ')}`,
    )
    for (const words of await Promise.all(pages.map(shown))) console.log(`      ${words}`)
  }
}

const pages = []

/** Where a page stands and what it complains of, for whoever reads of a failure without having seen it. */
async function shown(page) {
  const words = await page
    .locator('[role=alert], .problem')
    .allInnerTexts()
    .catch(() => [])
  return [page.url(), ...words.map((one) => one.replace(/\s+/g, ' ').slice(0, 200))].join(' | ')
}

export function expect(condition, words) {
  if (!condition) throw new Error(words)
}

export const DESKTOP = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }

/** How a screen may be looked at. Each screen is checked in all of them. */
export const LOOKS = [
  { name: 'zh-light', prefs: { locale: 'zh', theme: 'light' }, size: DESKTOP },
  { name: 'en-dark', prefs: { locale: 'en', theme: 'dark' }, size: DESKTOP },
  { name: 'zh-dark-phone', prefs: { locale: 'zh', theme: 'dark' }, size: PHONE },
  { name: 'en-light-phone-large', prefs: { locale: 'en', theme: 'light', size: 'large' }, size: PHONE },
]

/** A person with a browser of their own. Whatever the page complains about is collected and must be empty at the end. */
export async function person(browser, program) {
  const context = await browser.newContext({
    viewport: DESKTOP,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    baseURL: program.url,
    acceptDownloads: true,
  })
  const page = await context.newPage()
  // Generous, because the machines of a build farm are slow; nothing waits longer than it must.
  page.setDefaultTimeout(30_000)
  pages.push(page)
  page.once('close', () => pages.splice(pages.indexOf(page), 1))
  const complaints = []
  page.on('pageerror', (error) => complaints.push(`page error: ${error}`))
  page.on('console', (message) => {
    // A refusal that a test asks for shows as a failed request; the rest is ours.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
      complaints.push(message.text())
  })
  // Preferences can only be stored where the program's own pages are.
  await page.goto('/favicon.svg')
  return { context, page, complaints, program }
}

export async function look(page, { prefs, size }) {
  await page.setViewportSize(size)
  await page.evaluate((wanted) => localStorage.setItem('rongqiao.prefs', JSON.stringify(wanted)), prefs)
}

/** Somebody of that kind who has the right (any of several); the one with the most rights when nothing is asked for. */
export function whoMay(program, kind, right) {
  const fits = (one) => !right || [right].flat().some((wanted) => one.rights.includes(wanted))
  const kinds = kind === 'department' ? ['department', 'platform'] : [kind]
  return kinds
    .flatMap((wanted) => program.people.filter((one) => one.kind === wanted && fits(one)))
    .sort((a, b) => (a.kind === b.kind ? b.rights.length - a.rights.length : 0))[0]
}

export async function signIn(someone, kind, right) {
  const who = whoMay(someone.program, kind, right)
  expect(who, `the demo has no ${kind} to sign in as${right ? ` with ${right}` : ''}`)
  await someone.page.goto('/sign-in')
  await someone.page.fill('#login', who.login)
  await someone.page.fill('#password', who.password)
  await someone.page.click('button[type=submit]')
  await someone.page.waitForURL(new RegExp(`/(${kind}|department|profile)`))
  return who
}

/** Waits until nothing is being read any more, so that axe and the picture see the whole screen. */
export async function settled(page) {
  await page.waitForSelector('h1')
  await page.waitForFunction(() => !document.querySelector('.skeleton, [aria-busy="true"]'), null, {
    timeout: 30_000,
  })
  await page.waitForTimeout(60)
}

/** Where the first such link of a list leads; null when the list is empty. */
export async function firstLink(page, list, link) {
  await page.goto(list)
  await settled(page)
  const first = page.locator(link).first()
  return (await first.count()) ? first.getAttribute('href') : null
}

/** Where a picture or a printed page is kept. */
export const shot = (file) => join(shots, file)

export async function picture(page, name) {
  await page.screenshot({ path: shot(`${name}.png`) })
}

/** Goes to an address and checks it in every look: axe clean, nothing wider than the screen, no error shown. */
export async function screen(someone, name, address, options = {}) {
  for (const view of options.looks ?? LOOKS) {
    await test(`${name} ${view.name}`, async () => {
      const { page } = someone
      await look(page, view)
      await page.goto(address)
      await settled(page)
      await options.before?.(page)
      await picture(page, `${name}-${view.name}`)
      const problems = await page.locator('.problem .title').allInnerTexts()
      expect(options.mayFail || problems.length === 0, `an error is shown: ${problems.join('; ')}`)
      const found = await violations(page)
      expect(found.length === 0, found.join('\n      '))
      const width = await page.evaluate(() =>
        Math.max(document.scrollingElement.scrollWidth, document.querySelector('main')?.scrollWidth ?? 0),
      )
      expect(width <= view.size.width, `the page is ${width} px wide on a screen of ${view.size.width}`)
    })
  }
  await look(someone.page, LOOKS[0])
}

/** Waits until the file can be had: a proof file is there once the act is under a signed checkpoint. */
export async function available(page, address) {
  const end = Date.now() + 30_000
  for (;;) {
    const answer = await page.request.get(address)
    if (answer.ok()) return answer.text()
    if (Date.now() > end) throw new Error(`${address}: ${answer.status()} ${await answer.text()}`)
    await page.waitForTimeout(200)
  }
}
