// The program under test, with a fresh demo county.
import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const site = fileURLToPath(new URL('../dist', import.meta.url))
const START_LIMIT_MS = 120_000
const run = promisify(execFile)

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** Who the demo says may sign in, and what each of them is and may do, as the program itself answers. */
async function meet(url, signIns) {
  const people = []
  for (const { login, one_time_password: password } of signIns) {
    const answer = await fetch(url + '/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-rongqiao': '1', 'idempotency-key': `meet-${login}` },
      body: JSON.stringify({ login, password }),
    })
    if (!answer.ok) throw new Error(`${login} cannot sign in: ${await answer.text()}`)
    const { person } = await answer.json()
    people.push({ login, password, kind: person.party.kind, rights: person.rights, name: person.name })
  }
  return people
}

async function answers(url) {
  try {
    return (await fetch(url + '/v1/about')).ok
  } catch {
    return false
  }
}

/** Makes the demo county; its sign-ins are told once, on the console. */
async function makeCounty(program, folder, env) {
  const { stdout } = await run(program, ['--json', '--data', folder, 'demo', '--only-make'], {
    cwd: root,
    env,
    maxBuffer: 64 << 20,
  })
  return JSON.parse(stdout.slice(stdout.indexOf('['), stdout.lastIndexOf(']') + 1))
}

export async function startProgram() {
  const program = process.env.RONGQIAO_PROGRAM ?? join(root, 'build/bin/rongqiao')
  if (!existsSync(program)) throw new Error(`there is no program at ${program}; build it with ./dev build`)
  const folder = join(mkdtempSync(join(tmpdir(), 'rongqiao-e2e-')), 'county')
  const env = { RONGQIAO_PACK: join(root, 'packs/jiashan'), ...process.env, RONGQIAO_SITE: site }
  const signIns = await makeCounty(program, folder, env)
  const port = await freePort()
  const child = spawn(program, ['--data', folder, 'serve', '--listen', `127.0.0.1:${port}`], {
    cwd: root,
    env,
  })
  let output = ''
  child.stdout.on('data', (part) => (output += part))
  child.stderr.on('data', (part) => (output += part))
  const url = `http://127.0.0.1:${port}`
  const end = Date.now() + START_LIMIT_MS
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > end)
      throw new Error(`the program did not start:\n${output.slice(-4000)}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return {
    url,
    people: await meet(url, signIns),
    async stop() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
      rmSync(join(folder, '..'), { recursive: true, force: true })
    },
  }
}
