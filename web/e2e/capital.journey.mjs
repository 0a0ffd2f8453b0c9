// Registrations, credit, guarantees and public money: each screen in every look, and what people do there.
import { available, expect, firstLink, person, screen, settled, signIn, test } from './harness.mjs'

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

export async function run({ browser, program }) {
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
