// The institution's screens, each in every look, and the rule editor.
import {
  expect,
  firstLink,
  LOOKS,
  person,
  screen,
  settled,
  signIn,
  test,
  violations,
  whoMay,
} from './harness.mjs'

const SCREENS = [
  ['desk', '/institution'],
  ['needs', '/institution/needs'],
  ['products', '/institution/products'],
  ['loans', '/institution/loans'],
  ['consents', '/institution/consents'],
  ['results', '/institution/results'],
]

export async function run({ browser, program }) {
  const someone = await person(browser, program)
  const { page } = someone
  await test('an institution signs in', () => signIn(someone, 'institution', 'product_edit'))
  for (const [name, address] of SCREENS) await screen(someone, `institution-${name}`, address)
  if (whoMay(program, 'institution', 'people_manage')) {
    await screen(someone, 'institution-people', '/institution/people')
  }

  for (const [name, list] of [
    ['need', 'needs'],
    ['product', 'products'],
    ['loan', 'loans'],
  ]) {
    const address = await firstLink(page, `/institution/${list}`, `tbody a[href^="/institution/${list}/"]`)
    if (!address) {
      await test(`institution-${name}`, () => expect(false, 'there is none'))
      continue
    }
    await screen(someone, `institution-${name}`, address)
    if (name === 'product') {
      await screen(someone, 'institution-product-edit', `${address}/edit`, { looks: LOOKS })
    }
  }

  await test('the rule editor names the place of a fault, and completes names', async () => {
    await page.goto('/institution/products/new')
    await settled(page)
    await page.fill('#rule', 'no_such_name >= 3')
    await page.locator('.findings li').first().waitFor()
    await page.getByText('第 1 行第 1 列').waitFor()
    const found = await violations(page)
    expect(found.length === 0, found.join('\n      '))
    await page.fill('#rule', '')
    const name = await page.evaluate(async () => {
      const vocabulary = await (await fetch('/v1/rules/vocabulary')).json()
      return vocabulary.attributes[0].name
    })
    const typed = name.slice(0, -1)
    await page.locator('#rule').pressSequentially(typed)
    await page.locator('.offered li').first().waitFor()
    await page.keyboard.press('Enter')
    expect((await page.inputValue('#rule')) !== typed, 'nothing was inserted')
    await page.locator('.offered').waitFor({ state: 'hidden' })
  })

  await test('the rule editor says what is odd about a rule that compiles', async () => {
    const flag = await page.evaluate(async () => {
      const vocabulary = await (await fetch('/v1/rules/vocabulary')).json()
      return vocabulary.attributes.find((one) => one.type === 'boolean').name
    })
    await page.fill('#rule', `${flag} && !${flag}`)
    await page.locator('.odd li').first().waitFor()
    await page.getByText('永远不会成立').first().waitFor()
    const found = await violations(page)
    expect(found.length === 0, found.join('\n      '))
    const tries = page.getByRole('button', { name: '试算', exact: true })
    expect(await tries.isDisabled(), 'a rule that can never hold is not tried')
  })

  await test('a rule can be tried on today’s rows', async () => {
    await page.fill('#rule', 'true')
    const tries = page.getByRole('button', { name: '试算', exact: true })
    await page.waitForTimeout(600)
    await tries.click()
    await page.locator('.counts').waitFor()
    await page.locator('.preview .odd').getByText('所有企业都符合').waitFor()
    const found = await violations(page)
    expect(found.length === 0, found.join('\n      '))
  })

  await test('the page never complained', () =>
    expect(someone.complaints.length === 0, someone.complaints.join('\n      ')))
  await someone.context.close()
}
