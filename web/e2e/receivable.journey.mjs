// A receivable goes its whole way through the screens: uploaded, confirmed, split, passed on, pledged, a second pledge
// refused, discounted, redeemed; and the proof file of every act is verified, in the page without a network and by a
// program that shares nothing with this one.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  available,
  expect,
  firstLink,
  person,
  picture,
  screen,
  settled,
  signIn,
  test,
  violations,
} from './harness.mjs'

/** Signs in as exactly that person of the demo. */
async function as(browser, program, login) {
  const someone = await person(browser, program)
  const who = program.people.find((one) => one.login === login)
  expect(who, `the demo has no ${login}`)
  await someone.page.goto('/sign-in')
  await someone.page.fill('#login', who.login)
  await someone.page.fill('#password', who.password)
  await someone.page.click('button[type=submit]')
  await someone.page.waitForURL(/\/(enterprise|institution|department|profile)/)
  someone.party = await someone.page.evaluate(async () => (await (await fetch('/v1/session')).json()).party)
  return someone
}

/** Opens the instrument, begins the act, fills in, sends, and waits until it is done. */
async function act(someone, paper, label, fill = async () => {}) {
  const { page } = someone
  const area = page.url().match(/\/(enterprise|institution|department)/)[1]
  await page.goto(`/${area}/instruments/${paper}`)
  await settled(page)
  await page.getByRole('button', { name: label, exact: true }).click()
  const dialogue = page.getByRole('dialog')
  await dialogue.waitFor()
  await fill(dialogue)
  await dialogue.getByRole('button', { name: label, exact: true }).click()
}

async function done(someone, paper, label, fill) {
  await act(someone, paper, label, fill)
  await someone.page.getByRole('dialog').waitFor({ state: 'detached' })
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The independent check of tests/log, compiled into the folder. */
function compileCheck(folder) {
  const check = join(folder, 'check')
  const cache = join(root, 'build/go')
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '', GOCACHE: cache }
  execFileSync('go', ['build', '-o', check, join(root, 'tests/log/check.go')], { env })
  return check
}

/** Whether the independent check takes the proof file. */
function holds(check, file, vkey) {
  try {
    execFileSync(check, ['-proof', file, vkey], { stdio: 'pipe' })
    return true
  } catch {
    return false
  }
}

/** The proof files that the instrument's page offers to somebody, downloaded as people do; into `files`, by name. */
async function collectProofs(someone, paper, folder, files) {
  const { page } = someone
  await page.goto(`/${page.url().match(/\/(enterprise|institution)/)[1]}/instruments/${paper}`)
  await settled(page)
  const links = page.locator('a[href$="/proof"]')
  for (let i = 0; i < (await links.count()); i += 1) {
    // Chromium drops the eleventh download of a page when each follows the last within a second.
    if (i % 10 === 9) await page.waitForTimeout(1100)
    await available(page, await links.nth(i).getAttribute('href'))
    const [download] = await Promise.all([page.waitForEvent('download'), links.nth(i).click()])
    const name = download.suggestedFilename()
    const file = join(folder, name)
    await download.saveAs(file)
    files.set(name, { name, file, label: await links.nth(i).innerText() })
  }
}

/** Drops a file on the page for verifying; answers whether the page says that it holds. */
async function drop(page, name, text) {
  const data = await page.evaluateHandle(
    ([called, content]) => {
      const carried = new DataTransfer()
      carried.items.add(new File([content], called))
      return carried
    },
    [name, text],
  )
  await page.locator('.drop').dispatchEvent('drop', { dataTransfer: data })
  await page.locator('.drop strong', { hasText: name }).waitFor()
  const verdict = page.locator('[data-test=verdict] h2')
  await verdict.waitFor()
  return (await verdict.getAttribute('class')).includes('good')
}

export async function run({ browser, program }) {
  const buyer = await as(browser, program, 'qiye1')
  const supplier = await as(browser, program, 'qiye2')
  const maker = await as(browser, program, 'qiye3')
  const bank = await as(browser, program, 'yinhang1')
  const other = await as(browser, program, 'yinhang2')
  let paper = ''

  await test('a supplier uploads a receivable', async () => {
    const { page } = supplier
    await page.goto('/enterprise/instruments/new')
    await settled(page)
    await page.fill('#other', buyer.party.code)
    await page.getByRole('button', { name: '查找' }).click()
    await page.getByText('对方：').waitFor()
    await page.fill('#amount', '100')
    const today = await page.inputValue('#issued')
    const due = new Date(Date.parse(today) + 100 * 86_400_000).toISOString().slice(0, 10)
    await page.fill('#due', due)
    await page.fill('#field-contract', 'HT-E2E')
    await page.fill('#field-invoice', 'E2E-1')
    const found = await violations(page)
    expect(found.length === 0, found.join('\n      '))
    await page.getByRole('button', { name: '上传', exact: true }).click()
    await page.waitForURL(/instruments\/\d+$/)
    paper = page.url().match(/(\d+)$/)[1]
  })
  await test('the buyer confirms it', () => done(buyer, paper, '确权'))
  await test('the supplier splits and passes a part on', async () => {
    await done(supplier, paper, '拆分', (box) => box.locator('#act-amount').fill('40'))
    await done(supplier, paper, '背书转让', async (box) => {
      const option = await box.locator('#act-part option', { hasText: '40 万元' }).getAttribute('value')
      await box.locator('#act-part').selectOption(option)
      await box.locator('#act-to').fill(maker.party.code)
      await box.getByRole('button', { name: '查找' }).click()
      await box.getByText('对方：').waitFor()
    })
  })
  const pledge = (to) => async (box) => {
    await box.locator('#act-funder').selectOption(to.party.id)
    await box.locator('#act-contract').fill('ZY-E2E')
    await box.locator('#act-paid').fill('50')
    if (await box.locator('#act-part').count()) await box.locator('#act-part').selectOption({ index: 1 })
  }
  await test('the supplier pledges the rest', () => done(supplier, paper, '质押', pledge(bank)))
  await test('a second pledge of it is refused, and says why', async () => {
    await act(supplier, paper, '质押', pledge(other))
    await supplier.page.getByRole('dialog').getByText('不能重复质押').waitFor()
    const found = await violations(supplier.page)
    expect(found.length === 0, found.join('\n      '))
    await supplier.page.keyboard.press('Escape')
  })
  await test('the receiver pushes its part, and a bank discounts it once the buyer has signed for the notice', async () => {
    await done(maker, paper, '推送融资需求', async (box) => {
      await box.getByLabel(other.party.name.zh ?? other.party.name, { exact: true }).check()
    })
    await other.page.goto('/institution/pushes')
    await settled(other.page)
    await done(other, paper, '反馈意向', async (box) => {
      await box.locator('#act-way').selectOption('discount')
      await box.locator('#act-paid').fill('39')
      await box.locator('#act-rate').fill('3.1')
    })
    await done(maker, paper, '接受意向')
    await done(other, paper, '通知债务人')
    await done(buyer, paper, '签收通知')
    await done(other, paper, '贴现', async (box) => {
      await box.locator('#act-contract').fill('TX-E2E')
      await box.locator('#act-reference').fill('YH-E2E')
      await box.locator('#act-registration').fill('DJ-E2E')
    })
  })
  await test('at maturity the payment is declared, and those who were paid confirm it', async () => {
    await done(buyer, paper, '登记付款', (box) => box.locator('#act-reference').fill('FK-E2E'))
    await done(other, paper, '确认兑付')
    await done(bank, paper, '确认兑付')
    await buyer.page.goto(`/enterprise/instruments/${paper}`)
    await settled(buyer.page)
    await buyer.page.locator('h1').getByText('已兑付').waitFor()
  })

  const folder = mkdtempSync(join(tmpdir(), 'rongqiao-proofs-'))
  const visitor = await person(browser, program)
  let proofs = []
  await test('every act offers its proof file to those concerned', async () => {
    const files = new Map()
    for (const someone of [supplier, buyer, maker, bank, other])
      await collectProofs(someone, paper, folder, files)
    proofs = [...files.values()]
    // Upload, confirmation, split, endorsement, pledge, push, intention, acceptance, notice, receipt, discount, payment,
    // and two who confirm it.
    expect(proofs.length >= 12, `there are ${proofs.length}: ${proofs.map((one) => one.label).join(', ')}`)
  })
  await test('each proof file dropped on the page for verifying holds there without a network', async () => {
    expect(proofs.length > 0, 'there is no proof file')
    const { page, context } = visitor
    await page.goto('/verify')
    await settled(page)
    await page.locator('pre', { hasText: 'quorum' }).waitFor()
    await context.setOffline(true)
    for (const { name, file, label } of proofs) {
      expect(await drop(page, name, readFileSync(file, 'utf8')), `${label}: the page refuses ${name}`)
    }
    await page.evaluate(() => window.scrollTo(0, 0))
    await picture(page, 'receivable-proof-holds')
    const found = await violations(page)
    expect(found.length === 0, found.join('\n      '))
    const { name, file } = proofs[0]
    const text = readFileSync(file, 'utf8')
    const changed = text.replace(/^index (\d+)$/m, (_, index) => `index ${BigInt(index) + 1n}`)
    expect(!(await drop(page, `changed-${name}`, changed)), 'the page takes a proof file of another place')
    await picture(page, 'receivable-proof-fails')
    await context.setOffline(false)
  })
  await test('each proof file holds by a program that shares nothing with this one', async () => {
    expect(proofs.length > 0, 'there is no proof file')
    const check = compileCheck(folder)
    const log = await (await fetch(`${program.url}/v1/log`)).json()
    const key = log.keys.find((one) => one.kind === 'ed25519')
    for (const { file, label } of proofs)
      expect(holds(check, file, key.vkey), `${label}: the check refuses it`)
  })
  rmSync(folder, { recursive: true, force: true })

  await screen(supplier, 'receivable-list', '/enterprise/instruments')
  await screen(supplier, 'receivable-upload', '/enterprise/instruments/new')
  await screen(supplier, 'receivable-whole', `/enterprise/instruments/${paper}`)
  const running = await firstLink(
    buyer.page,
    '/enterprise/instruments?view=owed',
    'a[href*="/instruments/"].num',
  )
  if (running) await screen(buyer, 'receivable-owed', running)
  await screen(other, 'receivable-inbox', '/institution/pushes')
  await screen(other, 'receivable-deals', '/institution/deals')
  const office = await person(browser, program)
  await test('a department oversees', () => signIn(office, 'department', 'instrument_oversee'))
  await screen(office, 'receivable-department', '/department/instruments')

  await test('the pages never complained', () => {
    const all = [buyer, supplier, maker, bank, other, office, visitor].flatMap((one) => one.complaints)
    expect(all.length === 0, all.join('\n      '))
  })
  for (const one of [buyer, supplier, maker, bank, other, office, visitor]) await one.context.close()
}
