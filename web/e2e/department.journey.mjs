// The department's screens and what can be done on them.
import { expect, person, screen, settled, signIn, test } from './harness.mjs'

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
