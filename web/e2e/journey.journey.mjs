// The main journey as three people: a firm posts a need with consent, a bank claims it, offers, is chosen, pays out and
// records the loan, and the department's figures move by exactly that loan.
import { expect, person, screen, settled, signIn, test, violations, whoMay } from './harness.mjs'

const WAN = 1_000_000
const AMOUNT_WAN = 86
const TOTAL = 'platform_financing_amount'
const COUNT = 'platform_financing_count'
const MANUFACTURING = 'manufacturing_loan_balance'

const ask = (page, path) =>
  page.evaluate(async (address) => {
    const reply = await fetch(address, { headers: { 'Accept-Language': 'zh-CN' } })
    return reply.ok ? reply.json() : null
  }, path)

/** What the department reads of an indicator: its value, and how many records stand behind it. */
async function figure(page, code, year) {
  const view = await ask(page, `/v1/indicators/${code}?year=${year}`)
  return view?.indicator.actual?.value ?? 0
}

/** Nothing for axe to say about what is on screen, dialogues included. */
async function clean(page, what) {
  const found = await violations(page)
  expect(found.length === 0, `${what}: ${found.join('\n      ')}`)
}

/** Opens an act's dialogue, fills it, sends it, and waits until the page says that it is done. */
async function act(page, name, fill = async () => {}) {
  await page.locator('.head').getByRole('button', { name, exact: true }).click()
  const dialogue = page.getByRole('dialog')
  await dialogue.waitFor()
  await fill(dialogue)
  await clean(page, name)
  await dialogue.getByRole('button', { name, exact: true }).click()
  await page.locator('p.done').waitFor()
  await dialogue.waitFor({ state: 'hidden' })
}

async function postNeed(page) {
  await page.goto('/enterprise/needs/new')
  await settled(page)
  const next = page.getByRole('button', { name: '保存并继续' })
  await next.click()
  await page.locator('.summary').waitFor()
  await clean(page, 'the form with errors')
  await page.fill('#amount', String(AMOUNT_WAN))
  await page.locator('#term-1').check()
  await next.click()
  await page.waitForSelector('#purpose')
  await page.waitForURL(/needs\/\d+\/edit/)
  await page.selectOption('#purpose', { index: 1 })
  await page.fill('#purpose-text', '采购数控加工中心两台，用于产线智能化改造')
  await page.locator('#first-loan').check()
  await next.click()
  await page.waitForSelector('#guarantee')
  await page.locator('#guarantee').check()
  await next.click()
  await page.waitForSelector('#scopes')
  for (const box of await page.locator('input[name=scopes]').all()) await box.check()
  await page.locator('#agreed').check()
  await clean(page, 'check your answers')
  await page.getByRole('button', { name: '确认发布' }).click()
  await page.waitForURL(/needs\/\d+\?posted=1/)
  await settled(page)
  return /needs\/(\d+)/.exec(page.url())[1]
}

async function offer(page, need) {
  await page.goto(`/institution/needs/${need}`)
  await settled(page)
  await act(page, '接单')
  await act(page, '受理', async (dialogue) => {
    await dialogue.locator('#officer').fill('沈经理')
    await dialogue.locator('#phone').fill('0573-84000000')
  })
  await act(page, '报价', async (dialogue) => {
    await dialogue.locator('#spread').fill('30')
    await dialogue.locator('#repayment').selectOption({ index: 1 })
    await dialogue.locator('.computed').getByText('%').waitFor()
  })
}

async function payOut(page, need, number) {
  await page.goto(`/institution/needs/${need}`)
  await settled(page)
  await act(page, '授信')
  await act(page, '签约', (dialogue) => dialogue.locator('#number').fill(`HT-${number}`))
  await act(page, '登记借据', (dialogue) => dialogue.locator('#number').fill(number))
}

export async function run({ browser, program }) {
  const firm = await person(browser, program)
  const bank = await person(browser, program)
  const office = await person(browser, program)
  const number = `JJ-E2E-${Date.now()}`
  const before = {}
  let need = ''
  let year = 2023

  await test('three people sign in', async () => {
    await signIn(firm, 'enterprise', 'consent_give')
    await signIn(bank, 'institution', 'loan_record')
    await signIn(office, 'department', 'indicator_read')
    expect(whoMay(program, 'institution', 'need_answer'), 'no institution may answer needs')
    year = Number((await ask(office.page, '/v1/about')).today.slice(0, 4))
    for (const code of [TOTAL, COUNT, MANUFACTURING]) before[code] = await figure(office.page, code, year)
  })

  await test('a firm posts a need in four kept steps, with consent', async () => {
    need = await postNeed(firm.page)
    await firm.page.getByText('需求已发布').waitFor()
  })

  await test('a bank claims it, accepts it and makes an offer', () => offer(bank.page, need))

  await test('the bank sees consented data, and the firm sees that it looked', async () => {
    await bank.page.goto(`/institution/needs/${need}`)
    await settled(bank.page)
    await bank.page.getByRole('link', { name: '查看授权数据' }).click()
    await bank.page.waitForURL(/institution\/enterprises\/\d+/)
    await bank.page.getByText('本次查看已留痕').waitFor()
    await settled(bank.page)
    await clean(bank.page, 'consented data')
    await firm.page.goto('/enterprise/consents/readings')
    await settled(firm.page)
    expect((await firm.page.locator('tbody tr.body-row').count()) > 0, 'no look is listed')
  })

  await test('the firm compares the offer and chooses it', async () => {
    await firm.page.goto(`/enterprise/needs/${need}`)
    await settled(firm.page)
    await firm.page.locator('#offers').getByRole('button', { name: /^选用/ }).click()
    const dialogue = firm.page.getByRole('dialog')
    await dialogue.waitFor()
    await clean(firm.page, 'choosing an offer')
    await dialogue.getByRole('button', { name: '选用', exact: true }).click()
    await firm.page.locator('p.done').waitFor()
  })

  await test('the bank grants, contracts and records the loan', () => payOut(bank.page, need, number))

  await test('the department’s figures move by exactly that loan', async () => {
    const loans = await ask(office.page, `/v1/loans?need=${need}`)
    const loan = loans?.items.find((one) => one.number === number)
    expect(loan, 'the loan is not among the records')
    const moved = async (code) => (await figure(office.page, code, year)) - before[code]
    expect((await moved(TOTAL)) === AMOUNT_WAN * WAN, `amount moved by ${await moved(TOTAL)}`)
    expect((await moved(COUNT)) === 1, `count moved by ${await moved(COUNT)}`)
    const manufacturing = loan.manufacturing ? AMOUNT_WAN * WAN : 0
    expect(
      (await moved(MANUFACTURING)) === manufacturing,
      `manufacturing moved by ${await moved(MANUFACTURING)} instead of ${manufacturing}`,
    )
  })

  await test('and its page drills down to it', async () => {
    await office.page.goto(`/department/indicators/${TOTAL}?year=${year}`)
    await settled(office.page)
    await office.page.getByRole('link', { name: number }).first().click()
    await office.page.waitForURL(/department\/loans\/\d+/)
    await office.page.getByRole('heading', { name: new RegExp(number) }).waitFor()
    await office.page.getByRole('cell', { name: '放款', exact: true }).waitFor()
  })

  await screen(firm, 'journey-enterprise-need', `/enterprise/needs/${need}`)
  await screen(firm, 'journey-enterprise-consents', '/enterprise/consents')
  await screen(bank, 'journey-institution-need', `/institution/needs/${need}`)
  await screen(bank, 'journey-institution-loans', '/institution/loans')

  await test('no page complained on the way', () => {
    const complaints = [firm, bank, office].flatMap((one) => one.complaints)
    expect(complaints.length === 0, complaints.join('\n      '))
  })
  for (const one of [firm, bank, office]) await one.context.close()
}
