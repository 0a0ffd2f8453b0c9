// The institution's screens, each in every look, and the rule editor.
import {
  expect,
  firstLink,
  LOOKS,
  person,
  screen,
  settled,
  shot,
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

/** In the page: an active consent for a period, and a borrower of this institution that gave none. */
const firms = async () => {
  const read = async (path) => (await fetch(path)).json()
  const consents = (await read('/v1/consents?per_page=200')).items
  const given = consents.find((one) => one.status === 'active' && one.mode === 'period')
  const active = consents.filter((one) => one.status === 'active').map((one) => one.enterprise.id)
  const borrowers = (await read('/v1/loans?per_page=200')).items.map((one) => one.enterprise.id)
  return {
    consent: given.id,
    open: given.enterprise.id,
    closed: borrowers.find((id) => !active.includes(id)),
  }
}

/** In the page: how often a consent was used. */
const readsOf = async (consent) =>
  (await (await fetch('/v1/consents?per_page=200')).json()).items.find((one) => one.id === consent).reads

/** The portrait of an enterprise with and without its consent, and on paper. */
async function portraits(someone) {
  const { page } = someone
  const { consent, open, closed } = await page.evaluate(firms)
  const known = () => page.locator('[data-figure=known] .value').innerText().then(parseInt)
  let without = 0
  await test('without consent a portrait shows what is open and what the bank did itself', async () => {
    expect(closed, 'every borrower has consented')
    await page.goto(`/institution/enterprises/${closed}`)
    await settled(page)
    await page.getByText('企业没有授权本机构查看').waitFor()
    await page.locator('[data-part=loans]').getByText('企业尚未授权，只显示本机构业务').waitFor()
    expect((await page.locator('[data-part=warnings]').count()) === 0, 'a bank sees warnings')
    without = await known()
  })
  await test('under consent it shows more, as one look that is recorded once', async () => {
    const before = await page.evaluate(readsOf, consent)
    await page.goto(`/institution/enterprises/${open}`)
    await settled(page)
    await page.getByText('本次查看已留痕').waitFor()
    expect((await known()) > without, `${await known()} facts under consent, ${without} without`)
    // News of the reading itself comes back to the page, which must not take it for a reason to read again.
    await page.waitForTimeout(1500)
    const after = await page.evaluate(readsOf, consent)
    expect(after === before + 1, `${after - before} readings of one look`)
  })
  await test('on paper it says whose view of when it is, and nothing is cut off', async () => {
    await page.emulateMedia({ media: 'print' })
    await page.setViewportSize({ width: 673, height: 960 }) // A4 between its margins
    expect(await page.locator('.paper').isVisible(), 'the paper does not say who reads')
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('.scroll-x')]
        .filter((box) => box.scrollWidth > box.clientWidth + 1)
        .map((box) => `${box.getAttribute('aria-label')} ${box.scrollWidth} of ${box.clientWidth}`),
    )
    expect(cut.length === 0, cut.join('; '))
    const pdf = await page.pdf({ format: 'A4', path: shot('institution-company-paper.pdf') })
    expect(pdf.length > 20_000, `the printed document has only ${pdf.length} bytes`)
    await page.emulateMedia({ media: null })
  })
  await screen(someone, 'institution-company', `/institution/enterprises/${open}`)
}

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

  await portraits(someone)

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
