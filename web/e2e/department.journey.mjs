// The department's screens and what can be done on them.
import { expect, firstLink, LOOKS, person, screen, settled, signIn, test, whoMay } from './harness.mjs'

// Each screen with the right that opens it: a county's people have different ones.
const LISTS = [
  ['overview', '/department', ['need_supervise', 'indicator_read']],
  ['indicators', '/department/indicators?year=2023', 'indicator_read'],
  ['tasks', '/department/tasks', 'task_read'],
  ['needs', '/department/needs', 'need_supervise'],
  ['allotments', '/department/allotments', 'need_supervise'],
  ['allotment-new', '/department/allotments/new', 'need_supervise'],
  ['league', '/department/league', 'need_supervise'],
  ['products', '/department/products', 'need_supervise'],
  ['enterprises', '/department/enterprises', 'need_supervise'],
  ['lists', '/department/lists?rule=has_loan_here&by=town&measure=loan_balance_here', 'need_supervise'],
  ['imports', '/department/imports', 'fact_import'],
  ['quality', '/department/quality', 'fact_read'],
  ['people', '/department/people', ['people_manage', 'security_manage']],
  ['audit', '/department/audit', 'audit_read'],
  ['system', '/department/system', 'system_manage'],
]

/** Opens the first thing of a list and checks its page; the demo county has something in each. */
async function firstOf(someone, name, list, link) {
  const address = await firstLink(someone.page, list, link)
  if (address) await screen(someone, name, address)
  else await test(name, () => expect(false, `${list} is empty`))
}

/** What opens on top of a screen: each is looked at by axe as well. */
async function states(someone, reporter) {
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
  await screen(reporter, 'state-flags', '/department/indicators?year=2023', {
    looks,
    before: (page) => page.click('.flags summary'),
  })
  const indicator = await firstLink(
    reporter.page,
    '/department/indicators?year=2023',
    'a.button[href^="/department/indicators/"]',
  )
  await screen(reporter, 'state-chart-table', indicator, {
    looks,
    before: (page) => page.locator('figure .segments button').nth(1).click(),
  })
  await test('the chart has every figure that was reported, whatever its period', async () => {
    await reporter.page.goto(indicator)
    await settled(reporter.page)
    await reporter.page.locator('figure .segments button').nth(1).click()
    const drawn = await reporter.page.locator('figure tbody tr td:nth-child(2)').allInnerTexts()
    const code = new URL(indicator, reporter.program.url).pathname.split('/').pop()
    const view = await (await reporter.page.request.get(`/v1/indicators/${code}`)).json()
    const reported = view.series.filter((one) => one.period.startsWith(String(view.indicator.year)))
    expect(reported.length > 0, `${code} has no figures this year`)
    const shown = drawn.filter((text) => /\d/.test(text)).length
    expect(shown === reported.length, `${shown} of ${reported.length} figures are drawn`)
  })
  await screen(reporter, 'state-report', indicator, {
    looks,
    before: async (page) => {
      await page.click('.head .button.primary')
      await page.locator('[role=dialog] .button.primary').click()
      await page.locator('[role=dialog] [aria-invalid=true]').first().waitFor()
    },
  })
  const need = await firstLink(someone.page, '/department/needs', 'tbody a')
  await screen(someone, 'state-urge', need, {
    looks,
    before: async (page) => {
      await page.click('.head .button.primary')
      await page.locator('[role=dialog] .footer .button').nth(1).click()
    },
  })
  await test('paper shows the table and leaves out what cannot be used on it', async () => {
    await reporter.page.goto('/department/indicators?year=2023')
    await settled(reporter.page)
    await reporter.page.emulateMedia({ media: 'print' })
    expect(!(await reporter.page.locator('nav.navigation').isVisible()), 'the navigation is printed')
    expect(await reporter.page.locator('table.indicators').isVisible(), 'the table is not printed')
    const pdf = await reporter.page.pdf({ format: 'A4' })
    expect(pdf.length > 20_000, `the printed document has only ${pdf.length} bytes`)
    await reporter.page.emulateMedia({ media: null })
  })
}

export async function run({ browser, program }) {
  // One browser for each person that is needed.
  const crew = new Map()
  async function as(right) {
    const who = whoMay(program, 'department', right)
    if (!who) return null
    if (!crew.has(who.login)) {
      const someone = await person(browser, program)
      await test(`${who.login} signs in`, () => signIn(someone, 'department', right))
      crew.set(who.login, someone)
    }
    return crew.get(who.login)
  }

  for (const [name, address, right] of LISTS) {
    const someone = await as(right)
    if (someone) await screen(someone, `department-${name}`, address)
    else await test(`department-${name}`, () => expect(false, `nobody of the demo has ${right}`))
  }

  const someone = await as('need_supervise')
  const { page } = someone
  const indicators = (await as(['indicator_report'])) ?? (await as('indicator_read'))
  await firstOf(someone, 'department-need', '/department/needs', 'tbody a[href^="/department/needs/"]')
  await firstOf(
    indicators,
    'department-indicator',
    '/department/indicators',
    'a.button[href^="/department/indicators/"]',
  )
  await firstOf(
    await as('task_read'),
    'department-task',
    '/department/tasks',
    'tbody a[href^="/department/tasks/"]',
  )
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
  const importer = await as('fact_import')
  await firstOf(importer, 'department-import', '/department/imports', 'tbody a[href^="/department/imports/"]')

  await states(someone, indicators)

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

  await test('a rule written with completion is counted, and its list opens as a workbook', async () => {
    await page.goto('/department/lists')
    await page.waitForFunction(() => location.search.includes('rule='))
    await settled(page)
    const held = () => page.locator('.segments [aria-pressed=true] b').first().innerText()
    const before = await held()
    expect(/[1-9]/.test(before), `the first ready-made list has ${before} enterprises`)
    await page.fill('#rule', '')
    await page.type('#rule', 'loan_balance_h')
    await page.locator('#rule-words [aria-selected=true]').waitFor()
    await page.keyboard.press('Enter')
    await page.type('#rule', ' > 0元')
    await page.waitForFunction(
      () => new URLSearchParams(location.search).get('rule') === '平台贷款余额 > 0元',
    )
    await settled(page)
    expect(/[1-9]/.test(await held()), 'nobody owes anything here')
    const links = await page.locator('a[download]').evaluateAll((all) => all.map((one) => one.href))
    for (const link of links) {
      const sheet = await page.request.get(link)
      expect(
        sheet.ok() && (await sheet.body()).subarray(0, 2).toString() === 'PK',
        `${link}: ${sheet.status()}`,
      )
    }
    expect(links.length === 2, `${links.length} workbooks instead of two`)
    await page.locator('[role=group] button[aria-pressed=false]').first().focus()
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => location.search.includes('outcome='))
  })

  await test('the rows of a list are one tab stop and open by Enter', async () => {
    await page.goto('/department/needs')
    await settled(page)
    await page.locator('tr.body-row[tabindex="0"]').focus()
    const rows = await page.locator('tr.body-row').count()
    await page.keyboard.press('ArrowDown')
    const at = await page.evaluate(() => document.activeElement.dataset.row)
    expect(at === String(Math.min(1, rows - 1)), `the arrow went to row ${at} of ${rows}`)
    await page.keyboard.press('Enter')
    await page.waitForURL(/needs\/\d+/)
  })

  await firstOf(
    someone,
    'department-allotment',
    '/department/allotments',
    'tbody a[href^="/department/allotments/"]',
  )
  await test('an allotment is opened, its plan is proved, and confirming pushes the needs', async () => {
    await page.goto('/department/allotments/new')
    await settled(page)
    await page.fill('#allotment-title', '旅程分配')
    await page.click('form .button.primary')
    await page.waitForURL(/allotments\/\d+$/)
    await page.getByText('已证明最优').waitFor({ timeout: 30_000 })
    await page.getByRole('button', { name: '确认并推送' }).click()
    await page.locator('[role=dialog] .button.primary').click()
    await page.getByText('已推送').first().waitFor({ timeout: 30_000 })
  })
  await test('bounds that quarrel are named', async () => {
    await page.goto('/department/allotments/new')
    await settled(page)
    await page.fill('#allotment-title', '互相冲突')
    const floors = page.locator('input[id^="least-"]')
    await floors.first().fill('30')
    await page.locator('input[id^="ceiling-"]').first().fill('30')
    await page.click('form .button.primary')
    await page.waitForURL(/allotments\/\d+$/)
    await page.getByText('条件冲突').waitFor({ timeout: 30_000 })
  })

  await test('the palette opens by Ctrl+K and goes to a page', async () => {
    await page.goto('/department')
    await settled(page)
    await page.keyboard.press('Control+k')
    await page.fill('[role=combobox]', '任务')
    await page.keyboard.press('Enter')
    await page.waitForURL(/department\/tasks/)
  })

  await test('a file with a bad row is refused as a whole, with the row, the reason and the cure', async () => {
    const at = importer.page
    await at.goto('/department/imports')
    await settled(at)
    await at.selectOption('#import-kind', 'enterprises')
    const text = '\ufeff统一社会信用代码,企业名称\nNOT-A-CODE,坏行\n'
    await at.setInputFiles('#import-file', {
      name: '企业.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(text),
    })
    await at.click('form .button.primary')
    await at.waitForURL(/imports\/\d+/)
    await at.locator('tr.body-row').first().waitFor({ timeout: 30_000 })
    const row = await at.locator('tr.body-row').first().innerText()
    expect(row.length > 20, `the report says only: ${row}`)
    const excel = await at.request.get(await at.locator('a[download]').last().getAttribute('href'))
    expect(excel.headers()['content-type']?.includes('spreadsheet'), 'the report is no Excel file')
  })

  await test('no page ever complained', () => {
    const complaints = [...crew.values()].flatMap((one) => one.complaints)
    expect(complaints.length === 0, complaints.join('\n      '))
  })
  for (const one of crew.values()) await one.context.close()
}
