// Registrations, credit, guarantees and public money: each screen in every look, and what people do there.
import {
  available,
  expect,
  firstLink,
  person,
  screen,
  settled,
  signIn,
  test,
  violations,
} from './harness.mjs'

const DEPARTMENT = [
  ['registrations', '/department/registrations'],
  ['credit', '/department/credit'],
  ['guarantees', '/department/guarantees'],
  ['money', '/department/money'],
]

async function open(someone, name, list, link) {
  const address = await firstLink(someone.page, list, link)
  if (!address) {
    await test(name, () => expect(false, 'there is none'))
    return ''
  }
  await screen(someone, name, address)
  return address
}

/** The credit code of some enterprise of the county. */
async function borrower(page) {
  const answer = await page.request.get('/v1/enterprises?per_page=1')
  const [found] = (await answer.json()).items
  expect(found, 'the register is empty')
  return found.credit_code
}

async function choose(page, box, field, code) {
  await box.locator(field).fill(code)
  await box.getByRole('button', { name: '查找' }).click()
  await box.locator('p.found [role="status"]').waitFor()
}

/** A department signs, the bank approves, draws and gives back; what goes beyond is refused with the reason. */
async function agreements(browser, program) {
  const bank = await person(browser, program)
  await test('a bank signs in', () => signIn(bank, 'institution', 'loan_record'))
  const me = await (await bank.page.request.get('/v1/session')).json()
  const office = await person(browser, program)
  await test('a supervisor signs in', () => signIn(office, 'department', 'credit_manage'))
  let code = ''
  await test('a department records a strategic agreement', async () => {
    const { page } = office
    code = await borrower(page)
    await page.goto('/department/credit')
    await settled(page)
    await page.getByRole('button', { name: '登记协议', exact: true }).click()
    const box = page.getByRole('dialog')
    await box.getByRole('button', { name: '登记协议', exact: true }).click()
    await box.getByText('请填写').first().waitFor()
    await box.locator('#agreement-bank').selectOption(me.party.id)
    await box.locator('#agreement-title').fill('战略合作协议 E2E')
    await box.locator('#agreement-amount').fill('50000')
    await box.locator('#agreement-from').fill('2023-09-01')
    await box.locator('#agreement-until').fill('2026-08-31')
    expect(!(await violations(page)).length, 'the dialog is not clean')
    await box.getByRole('button', { name: '登记协议', exact: true }).click()
    await box.waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: '战略合作协议 E2E' }).waitFor()
  })
  await office.page.close()

  const { page } = bank
  const mine = page.locator('li', { has: page.getByRole('heading', { name: '战略合作协议 E2E' }) })
  const amount = async (button, wan, more) => {
    await mine.getByRole('button', { name: button }).first().click()
    const box = page.getByRole('dialog')
    await more?.(box)
    await box.locator('#agreement-amount').fill(wan)
    await box.getByRole('button', { name: button, exact: true }).click()
    return box
  }
  await test('the bank approves a project under it', async () => {
    await page.goto('/institution/credit')
    await settled(page)
    const box = await amount('审批项目', '2000', async (dialog) => {
      await dialog.locator('#agreement-project').fill('产线改造 E2E')
      await dialog.locator('#agreement-industry').selectOption({ index: 1 })
      await choose(page, dialog, '#agreement-firm', code)
    })
    await box.waitFor({ state: 'detached' })
    await mine.getByRole('button', { name: '项目', exact: false }).first().click()
    await mine.getByText('产线改造 E2E').waitFor()
  })
  await test('no more is drawn than was approved', async () => {
    const box = await amount('登记投放', '2001')
    await box.getByRole('alert').first().waitFor()
    await box.locator('#agreement-amount').fill('1500')
    await box.getByRole('button', { name: '登记投放', exact: true }).click()
    await box.waitFor({ state: 'detached' })
  })
  await test('what was not drawn is given back', async () => {
    const box = await amount('退回额度', '500')
    await box.waitFor({ state: 'detached' })
    await page.getByText('未投放的额度已退回。').waitFor()
  })
  await screen(bank, 'institution-credit', '/institution/credit', {
    before: (at) => at.locator('main button[aria-expanded]').first().click(),
  })
  await page.close()
  return code
}

/** A loan is filed into the pool; a loss of it is claimed, one of a loan that was not filed is refused. */
async function pool(browser, program, code) {
  const bank = await person(browser, program)
  await test('a bank that lends signs in', () => signIn(bank, 'institution', 'loan_record'))
  const { page } = bank
  await screen(bank, 'institution-money', '/institution/money')
  await test('a loan is filed into the pool, once', async () => {
    for (const again of [false, true]) {
      await page.goto('/institution/money')
      await settled(page)
      await page.getByRole('button', { name: '贷款备案入池' }).click()
      const box = page.getByRole('dialog')
      if (await box.locator('#pool-programme option').nth(1).count())
        await box.locator('#pool-programme').selectOption({ index: 1 })
      await box.locator('#pool-loan').fill('E2E-0001')
      await choose(page, box, '#pool-firm', code)
      await box.locator('#pool-amount').fill('3000')
      expect(!(await violations(page)).length, 'the dialog is not clean')
      await box.getByRole('button', { name: '贷款备案入池' }).click()
      if (again) await box.getByText('已经备案').first().waitFor()
      else await box.waitFor({ state: 'detached' })
    }
  })
  const claim = async (loan) => {
    await page.goto('/institution/money')
    await settled(page)
    await page.getByRole('link', { name: '申请风险补偿' }).first().click()
    await page.locator('#object').fill(loan)
    await choose(page, page, '#firm', code)
    await page.fill('#loss', '10')
    await page.locator('.estimate b').waitFor()
    await page.getByRole('button', { name: '提交' }).click()
  }
  await test('a loss of a loan that was not filed is refused with the reason', async () => {
    await claim('E2E-0002')
    await page.getByText('备案').first().waitFor()
    expect(page.url().includes('/money/new'), 'it was accepted')
  })
  await test('a loss of a filed loan is claimed', async () => {
    await claim('E2E-0001')
    await page.waitForURL(/\/institution\/money\/\d+$/)
    await page.getByText('E2E-0001').first().waitFor()
  })
  await screen(bank, 'institution-money-claimed', '/institution/money')
  await page.close()
}

export async function run({ browser, program }) {
  const code = await agreements(browser, program)
  await pool(browser, program, code)

  const office = await person(browser, program)
  await test('a department signs in', () => signIn(office, 'department', 'credit_manage'))
  for (const [name, address] of DEPARTMENT) await screen(office, `department-${name}`, address)
  await open(
    office,
    'department-registration',
    '/department/registrations',
    'tbody a[href^="/department/registrations/"]',
  )
  await open(
    office,
    'department-guarantee',
    '/department/guarantees',
    'tbody a[href^="/department/guarantees/"]',
  )
  await open(office, 'department-money-case', '/department/money', 'tbody a[href^="/department/money/"]')

  const operator = await person(browser, program)
  await test('an operator signs in', () => signIn(operator, 'institution', 'registry_register'))
  await screen(operator, 'institution-registrations', '/institution/registrations')
  await screen(operator, 'institution-registration-new', '/institution/registrations/new')
  await screen(operator, 'institution-registration-search', '/institution/registrations/search')
  await test('a vehicle is refused with where it belongs', async () => {
    const { page } = operator
    await page.goto('/institution/registrations/new')
    await settled(page)
    await page.selectOption('#kind', 'motor_vehicle')
    await page.getByText('公安机关交通管理部门').first().waitFor()
  })

  const own = async () => {
    const answer = await operator.page.request.get('/v1/registrations?per_page=50')
    const found = (await answer.json()).items.find((one) => one.status === 'active')
    expect(found, 'the operator has no registration that stands')
    return found
  }
  await test('a certificate of search comes with its PDF and its proof file', async () => {
    const { page } = operator
    await page.goto('/institution/registrations/search')
    await settled(page)
    await page.fill('#debtor', (await own()).debtor_code)
    await page.getByRole('button', { name: '搜索', exact: true }).click()
    await page.getByRole('button', { name: '出具查询证明' }).click()
    const link = page.locator('a[href^="/v1/log/acts/"]').first()
    await link.waitFor()
    const text = await available(page, await link.getAttribute('href'))
    expect(text.startsWith('c2sp.org/tlog-proof@v1'), 'it is no proof file')
  })
  await test('an operator changes what a registration of its own says', async () => {
    const { page } = operator
    await page.goto(`/institution/registrations/${(await own()).id}`)
    await settled(page)
    await page.getByRole('button', { name: '变更登记', exact: true }).click()
    const box = page.getByRole('dialog')
    await box.locator('#change-contract').fill('BG-E2E')
    await box.getByRole('button', { name: '变更登记', exact: true }).click()
    await box.waitFor({ state: 'detached' })
    await page.getByText('BG-E2E').first().waitFor()
  })

  const firm = await person(browser, program)
  await test('an enterprise signs in', () => signIn(firm, 'enterprise', 'fact_dispute'))
  await screen(firm, 'enterprise-registrations', '/enterprise/registrations')
  await screen(firm, 'enterprise-money', '/enterprise/money')
  await screen(firm, 'enterprise-money-new', '/enterprise/money/new')
  await test('an amount is worked out before it is applied for', async () => {
    const { page } = firm
    await page.goto('/enterprise/money/new')
    await settled(page)
    await page.selectOption('#programme', 'first_set_premium')
    await page.fill('#insured', '100')
    await page.fill('#premium', '2')
    await page.selectOption('#level', 'nation')
    await page.getByText('1.6 万元').waitFor()
  })
  for (const one of [office, operator, firm]) await one.page.close()
}
