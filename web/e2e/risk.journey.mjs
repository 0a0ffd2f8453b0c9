// A suspicious stream is played, warnings appear by themselves, an officer reads one, closes it as confirmed, and the
// rule's precision says so. What is known of borrowers warns as well, without anybody sending anything.
import { expect, LOOKS, person, screen, settled, signIn, test } from './harness.mjs'

const RULES = '/department/risk-rules'
const LIST = '/department/risks'
const PAYMENTS = `${LIST}?source=transactions`
const count = (page, key) =>
  page
    .locator(`[data-count=${key}] b`)
    .innerText()
    .then((text) => Number(text) || 0)

export async function run({ browser, program }) {
  const officer = await person(browser, program)
  const { page } = officer
  let rule = ''
  let before = 0

  await test('no case is about payments before there are any', async () => {
    await signIn(officer, 'department', 'risk_handle')
    await page.goto(PAYMENTS)
    await settled(page)
    await page.getByText('没有风险预警').waitFor()
    before = await count(page, 'open')
    expect(before > 0, 'no signal of a borrower has opened a case')
  })
  await test('a suspicious stream is played, and warnings appear by themselves', async () => {
    await page.getByRole('button', { name: '重放演示流水' }).click()
    await page.locator('tbody a').first().waitFor()
    const first = await count(page, 'open')
    expect(first > before, 'no case is counted')
    await page.waitForFunction(
      (seen) => Number(document.querySelector('[data-count=open] b').textContent) > seen,
      first,
    )
  })
  const to = await page.locator('tbody a[href*="/risks/"]').first().getAttribute('href')
  await screen(officer, 'risks', LIST)
  await screen(officer, 'risk', to, { before: () => page.locator('figure svg').last().waitFor() })
  await test('a case shows windows beside their bounds, the graph and its rows', async () => {
    await page.goto(to)
    await settled(page)
    const windows = page.getByRole('region', { name: '条件与界限' }).locator('tbody tr')
    expect((await windows.count()) > 0, 'no window is shown')
    expect((await windows.first().innerText()).includes('达到'), 'the first window says nothing of its bound')
    await page.locator('details summary').first().click()
    expect((await page.locator('details[open] li').count()) > 0, 'a red line without its rows')
    rule = (await page.locator('h1').innerText()).split(' · ')[0]
  })
  await test('it is taken on and closed as confirmed', async () => {
    await page.getByRole('button', { name: '接手', exact: true }).click()
    await page.getByText('已接手').waitFor()
    await page.getByRole('button', { name: '办结', exact: true }).click()
    const box = page.getByRole('dialog')
    await box.locator('#risk-outcome').check()
    await box.locator('#risk-reason').selectOption('suspicious')
    await box.getByRole('button', { name: '办结' }).click()
    await box.getByText('请写明情况').waitFor()
    await box.locator('#risk-text').fill('收付相当、当日转出，已移送')
    await box.getByRole('button', { name: '办结' }).click()
    await box.waitFor({ state: 'detached' })
    await page.locator('h1 .tag', { hasText: '属实' }).waitFor()
  })
  await test('the rule’s precision has changed', async () => {
    await page.goto(RULES)
    await settled(page)
    const card = page.locator('section.card', { has: page.getByRole('heading', { name: rule, exact: true }) })
    const words = await card.locator('[data-precision]').innerText()
    expect(words === '100%', `the precision of ${rule} is ${words}`)
  })
  await test('a borrower’s figures opened a case that says what they are', async () => {
    await page.goto(`${LIST}?source=post_loan`)
    await settled(page)
    await page.locator('tbody a[href*="/risks/"]').first().click()
    await settled(page)
    const windows = page.getByRole('region', { name: '条件与界限' }).locator('tbody tr')
    expect((await windows.first().innerText()).includes('平台贷款余额'), 'not said that it has a loan')
    await page.getByText('起仍成立').waitFor()
    expect((await page.locator('figure svg').count()) === 0, 'a graph of payments for a case of none')
  })
  await screen(officer, 'risk-signal', new URL(page.url()).pathname, { looks: [LOOKS[0], LOOKS[3]] })
  await screen(officer, 'risk-rules', RULES, { looks: [LOOKS[0], LOOKS[3]] })
  expect(officer.complaints.length === 0, officer.complaints.join('\n'))
  await officer.context.close()
}
