// What everybody meets: signing in and its errors, notices, profile, help, pages that are not there.
import { expect, person, screen, settled, test, whoMay } from './harness.mjs'

export async function run({ browser, program }) {
  const visitor = await person(browser, program)
  const { page } = visitor
  await screen(visitor, 'shared-sign-in', '/sign-in')
  await screen(visitor, 'shared-sign-in-errors', '/sign-in', {
    before: async (at) => {
      await at.click('button[type=submit]')
      await at.waitForSelector('[role=alert]')
    },
  })

  await test('everybody checks a proof file without signing in, and without a network', async () => {
    await screen(visitor, 'shared-verify', '/verify')
    const { login, password } = whoMay(program, 'enterprise', 'need_post')
    const firm = await person(browser, program)
    await firm.page.goto('/sign-in')
    await firm.page.fill('#login', login)
    await firm.page.fill('#password', password)
    await firm.page.click('button[type=submit]')
    await firm.page.waitForURL(/enterprise/)
    const proof = await firm.page.evaluate(async () => {
      // Any act of the firm's own: its newest consents, needs and answers are all in the log.
      for (let seq = 1; seq < 4000; seq++) {
        const answer = await fetch(`/v1/log/acts/${seq}/proof`)
        if (answer.status === 200) return answer.text()
      }
      return ''
    })
    expect(proof.startsWith('c2sp.org/tlog-proof@v1'), 'an act of the firm has a proof')
    await firm.context.close()
    await page.goto('/verify')
    await settled(page)
    await visitor.context.setOffline(true)
    const give = (text) => page.setInputFiles('#proof', { name: 'act.tlog-proof', mimeType: 'text/plain', buffer: Buffer.from(text) })
    await give(proof)
    await page.getByText('证明成立', { exact: true }).waitFor()
    await give(proof.replace(/index \d+/, 'index 0'))
    await page.getByText('证明不成立', { exact: true }).waitFor()
    await give(proof)
    await page.getByText('证明成立', { exact: true }).waitFor()
    await visitor.context.setOffline(false)
  })

  await test('on the very first start there is only set-up, and it names what is missing', async () => {
    const first = await person(browser, program)
    const about = await (await fetch(program.url + '/v1/about')).json()
    await first.page.route('**/v1/about', (route) => route.fulfill({ json: { ...about, set_up: false } }))
    await first.page.goto('/department')
    await first.page.waitForURL(/setup/)
    await screen(first, 'shared-setup', '/setup')
    await first.page.click('button[type=submit]')
    await first.page.waitForSelector('[role=alert]')
    expect((await first.page.locator('[role=alert] li').count()) >= 7, 'not every empty field is named')
    await first.context.close()
  })

  await test('without a network the page says so and comes back by itself', async () => {
    const alone = await person(browser, program)
    await alone.page.goto('/help')
    await settled(alone.page)
    await alone.context.setOffline(true)
    await alone.page.getByText('无法连接到服务器').waitFor()
    await alone.context.setOffline(false)
    await alone.page.getByText('无法连接到服务器').waitFor({ state: 'detached' })
    await alone.context.close()
  })

  await test('a page that needs signing in asks for it and then goes on', async () => {
    await page.goto('/department/needs')
    await page.waitForURL(/sign-in\?to=/)
    const { login, password } = whoMay(program, 'department', 'need_supervise')
    await page.fill('#login', login)
    await page.fill('#password', password)
    await page.click('button[type=submit]')
    await page.waitForURL(/department\/needs/)
    await settled(page)
  })

  for (const [name, address] of [
    ['notices', '/notices'],
    ['profile', '/profile'],
    ['password', '/profile/password'],
    ['help', '/help'],
    ['not-found', '/no/such/page'],
    ['forbidden', '/forbidden'],
    ['unreachable', '/unreachable'],
  ]) {
    await screen(visitor, `shared-${name}`, address)
  }

  await test('a department cannot open an enterprise’s pages', async () => {
    await page.goto('/enterprise')
    await page.waitForFunction(() => document.querySelector('h1')?.textContent.trim().length > 0)
    expect(
      !/^\/enterprise/.test(new URL(page.url()).pathname) ||
        (await page.locator('h1').innerText()) !== '首页',
      'the page opened',
    )
  })

  await test('a wrong password says so and what to do', async () => {
    const stranger = await person(browser, program)
    await stranger.page.goto('/sign-in')
    await stranger.page.fill('#login', whoMay(program, 'department').login)
    await stranger.page.fill('#password', 'certainly wrong')
    await stranger.page.click('button[type=submit]')
    await stranger.page.locator('.problem .title').waitFor()
    expect((await stranger.page.locator('.problem').innerText()).length > 8, 'no words')
    await stranger.context.close()
  })

  await test('signing out forgets what was read', async () => {
    await page.goto('/profile')
    await settled(page)
    await page.getByRole('button', { name: '退出登录' }).click()
    await page.waitForURL(/sign-in/)
    await page.goto('/department/needs')
    await page.waitForURL(/sign-in\?to=/)
  })

  await test('the page never complained', () =>
    expect(visitor.complaints.length === 0, visitor.complaints.join('\n      ')))
  await visitor.context.close()
}
