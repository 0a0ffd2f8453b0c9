// The enterprise's screens, each in every look.
import { expect, firstLink, person, screen, settled, signIn, test, violations } from './harness.mjs'

const SCREENS = [
  ['home', '/enterprise'],
  ['profile', '/enterprise/profile'],
  ['consents', '/enterprise/consents'],
  ['give-consent', '/enterprise/consents/new'],
  ['readings', '/enterprise/consents/readings'],
  ['needs', '/enterprise/needs'],
  ['new-need', '/enterprise/needs/new'],
  ['products', '/enterprise/products?amount=200&term=12'],
]

/** A new draft, kept as far as its first step. */
async function newDraft(page, amount) {
  await page.goto('/enterprise/needs/new')
  await settled(page)
  await page.fill('#amount', amount)
  await page.locator('#term-1').check()
  await page.getByRole('button', { name: '保存并继续' }).click()
  await page.waitForURL(/needs\/\d+\/edit/)
  await page.waitForSelector('#purpose')
}

/** In the page: the draft it shows, as text. */
const readDraft = async () => (await fetch(`/v1/needs/${/needs\/(\d+)/.exec(location.href)[1]}`)).text()

/** In the page: posts a draft as another device of the firm would. */
const post = async (body) => {
  const headers = {
    'X-Rongqiao': '1',
    'Content-Type': 'application/json',
    'Idempotency-Key': `other-${Date.now()}`,
  }
  return (await fetch('/v1/needs', { method: 'POST', headers, body })).ok
}

export async function run({ browser, program }) {
  const someone = await person(browser, program)
  const { page } = someone
  await test('an enterprise signs in', () => signIn(someone, 'enterprise', 'consent_give'))
  for (const [name, address] of SCREENS) await screen(someone, `enterprise-${name}`, address)

  for (const [name, list, link] of [
    ['enterprise-product', '/enterprise/products', 'article h2 a'],
    ['enterprise-need', '/enterprise/needs', 'article a.amount'],
  ]) {
    const address = await firstLink(page, list, link)
    if (address) await screen(someone, name, address)
    else await test(name, () => expect(false, `${list} is empty`))
  }

  await test('the form names what is missing and takes the focus there', async () => {
    await page.goto('/enterprise/needs/new')
    await settled(page)
    await page.getByRole('button', { name: '保存并继续' }).click()
    await page.locator('.summary').waitFor()
    expect((await page.locator('.summary li').count()) === 2, 'amount and term are not both named')
    await page.locator('.summary a').first().click()
    expect((await page.evaluate(() => document.activeElement.id)) === 'amount', 'the focus is elsewhere')
    const found = await violations(page)
    expect(found.length === 0, found.join('\n      '))
  })

  await test('a draft is kept though the page is told of changes while it is being kept', async () => {
    await newDraft(page, '35')
    const draft = await page.evaluate(readDraft)
    // While the page still asks for what it has saved, it is told of another draft.
    await page.route('**/v1/needs/*', async (route) => {
      const reply = await route.fetch()
      if (route.request().method() === 'GET') await page.waitForTimeout(1500)
      await route.fulfill({ response: reply }).catch(() => {}) // A question that was withdrawn takes no answer.
    })
    await page.selectOption('#purpose', { index: 1 })
    await page.fill('#purpose-text', '采购检测设备一台，用于来料检验')
    await page.locator('#first-loan').check()
    await page.getByRole('button', { name: '保存并继续' }).click()
    await page.waitForTimeout(700)
    expect(await page.evaluate(post, draft), 'the other draft is refused')
    await page.waitForSelector('#guarantee')
    await page.unroute('**/v1/needs/*')
  })

  await test('a draft that another device has saved is not written over; it can be read again', async () => {
    await newDraft(page, '45')
    const other = await someone.context.newPage()
    await other.goto(page.url())
    await settled(other)
    await other.getByRole('button', { name: '上一步' }).click()
    await other.fill('#amount', '55')
    await other.getByRole('button', { name: '保存并继续' }).click()
    await other.getByText('已保存').waitFor()
    await other.close()
    await page.getByRole('button', { name: '上一步' }).click()
    await page.getByRole('button', { name: '保存并继续' }).click()
    await page.locator('.problem .title').waitFor()
    const found = await violations(page)
    expect(found.length === 0, found.join('\n      '))
    await page.locator('.again button').click()
    await page.locator('.problem').waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: '上一步' }).click()
    expect((await page.inputValue('#amount')) === '55', 'the other device’s amount is not shown')
  })

  await test('why a product fits or not can be unfolded', async () => {
    await page.goto('/enterprise/products')
    await settled(page)
    const card = page.locator('article').first()
    await card.locator('summary').click()
    await card.getByText('排序依据').waitFor()
    const found = await violations(page)
    expect(found.length === 0, found.join('\n      '))
  })

  await test('the page never complained', () =>
    expect(someone.complaints.length === 0, someone.complaints.join('\n      ')))
  await someone.context.close()
}
