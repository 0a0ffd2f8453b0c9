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
