// The department's screens and what can be done on them.
import { expect, LOOKS, person, screen, settled, signIn, test } from './harness.mjs'

const LISTS = [
  ['overview', '/department'],
  ['indicators', '/department/indicators?year=2023'],
  ['tasks', '/department/tasks'],
  ['needs', '/department/needs'],
  ['league', '/department/league'],
  ['products', '/department/products'],
  ['enterprises', '/department/enterprises'],
  ['imports', '/department/imports'],
  ['quality', '/department/quality'],
  ['people', '/department/people'],
  ['audit', '/department/audit'],
  ['system', '/department/system'],
]

/** Opens the first thing of a list and checks its page; a list may be empty in a fresh county. */
async function firstOf(someone, name, list, link) {
  await someone.page.goto(list)
  await settled(someone.page)
  const first = someone.page.locator(link).first()
  if (await first.count()) await screen(someone, name, await first.getAttribute('href'))
  else console.log(`skip  ${name}: ${list} is empty`)
}

/** What opens on top of a screen: each is looked at by axe as well. */
async function states(someone) {
  const looks = LOOKS.slice(0, 3)
  await screen(someone, 'state-palette', '/department', {
    looks,
    before: async (page) => {
      await page.keyboard.press('Control+k')
      await page.fill('[role=combobox]', 'XQ')
      await page.waitForTimeout(400)
    },
  })
  await screen(someone, 'state-columns', '/department/needs', {
    looks: LOOKS.slice(0, 2),
    before: (page) => page.click('.settings summary'),
  })
  await screen(someone, 'state-empty', '/department/needs?text=no-such-firm', { looks })
  await screen(someone, 'state-flags', '/department/indicators?year=2023', {
    looks,
    before: async (page) => {
      const flags = page.locator('.flags summary')
      if (await flags.count()) await flags.click()
    },
  })
  await someone.page.goto('/department/indicators?year=2023')
  await settled(someone.page)
  const indicator = await someone.page
    .locator('a.button[href^="/department/indicators/"]')
    .getAttribute('href')
  await screen(someone, 'state-chart-table', indicator, {
    looks,
    before: (page) => page.locator('figure .segments button').nth(1).click(),
  })
  await screen(someone, 'state-report', indicator, {
    looks,
    before: async (page) => {
      const report = page.locator('.head .button.primary')
      if (!(await report.count())) return
      await report.click()
      await page.locator('[role=dialog] .button.primary').click()
      await page.locator('[role=dialog] [aria-invalid=true]').first().waitFor()
    },
  })
  await someone.page.goto('/department/needs')
  await settled(someone.page)
  const need = await someone.page.locator('tbody a').first().getAttribute('href')
  await screen(someone, 'state-urge', need, {
    looks,
    before: async (page) => {
      const act = page.locator('.head .button.primary')
      if (!(await act.count())) return
      await act.click()
      await page.locator('[role=dialog] .footer .button').nth(1).click()
    },
  })
  await test('paper shows the table and leaves out what cannot be used on it', async () => {
    await someone.page.goto('/department/indicators?year=2023')
    await settled(someone.page)
    await someone.page.emulateMedia({ media: 'print' })
    expect(!(await someone.page.locator('nav.navigation').isVisible()), 'the navigation is printed')
    expect(await someone.page.locator('table.indicators').isVisible(), 'the table is not printed')
    const pdf = await someone.page.pdf({ format: 'A4' })
    expect(pdf.length > 20_000, `the printed document has only ${pdf.length} bytes`)
    await someone.page.emulateMedia({ media: null })
  })
}

export async function run({ browser, program }) {
  const someone = await person(browser, program)
  const { page } = someone
  await test('department signs in', () => signIn(someone, 'department'))

  const reachable = await page
    .locator('nav .entry')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')))
  for (const [name, address] of LISTS) {
    if (reachable.includes(address.split('?')[0])) await screen(someone, `department-${name}`, address)
    else console.log(`skip  ${name}: not among this person's rights`)
  }
  await firstOf(someone, 'department-need', '/department/needs', 'tbody a[href^="/department/needs/"]')
  await firstOf(
    someone,
    'department-indicator',
    '/department/indicators',
    'a.button[href^="/department/indicators/"]',
  )
  await firstOf(someone, 'department-task', '/department/tasks', 'tbody a[href^="/department/tasks/"]')
  await firstOf(
    someone,
    'department-enterprise',
    '/department/enterprises',
    'tbody a[href^="/department/enterprises/"]',
  )
  await firstOf(
    someone,
    'department-product',
    '/department/products',
    'tbody a[href^="/department/products/"]',
  )
  if (reachable.includes('/department/imports')) {
    await firstOf(
      someone,
      'department-import',
      '/department/imports',
      'tbody a[href^="/department/imports/"]',
    )
  }

  await states(someone)

  await test('a filter goes into the address and back restores it', async () => {
    await page.goto('/department/needs')
    await settled(page)
    await page.fill('input[type=search]', 'XQ')
    await page.waitForFunction(() => location.search.includes('text=XQ'))
    await settled(page)
    await page.locator('tbody a').first().click()
    await page.waitForURL(/needs\/\d+/)
    await settled(page)
    await page.goBack()
    await page.waitForFunction(() => location.search.includes('text=XQ'))
    await settled(page)
    expect((await page.inputValue('input[type=search]')) === 'XQ', 'the search box lost its text')
  })

  await test('the rows of a list are one tab stop and open by Enter', async () => {
    await page.goto('/department/needs')
    await settled(page)
    await page.locator('tr.body-row[tabindex="0"]').focus()
    await page.keyboard.press('ArrowDown')
    expect(
      (await page.evaluate(() => document.activeElement.dataset.row)) === '1',
      'the arrow did not move to the next row',
    )
    await page.keyboard.press('Enter')
    await page.waitForURL(/needs\/\d+/)
  })

  await test('the palette opens by Ctrl+K and goes to a page', async () => {
    await page.goto('/department')
    await settled(page)
    await page.keyboard.press('Control+k')
    await page.fill('[role=combobox]', '任务')
    await page.keyboard.press('Enter')
    await page.waitForURL(/department\/tasks/)
  })

  await test('reporting a value without figures is refused on the spot, with the fields named', async () => {
    await page.goto('/department/indicators')
    await settled(page)
    await page.locator('a.button[href^="/department/indicators/"]').click()
    await settled(page)
    const report = page.getByRole('button', { name: '填报数值' })
    if (!(await report.count())) return
    await report.click()
    await page.getByRole('dialog').getByRole('button', { name: '提交' }).click()
    await page.getByText('请填写数字').waitFor()
    await page.keyboard.press('Escape')
  })

  await test('the page never complained', () =>
    expect(someone.complaints.length === 0, someone.complaints.join('\n      ')))
  await someone.context.close()
}
