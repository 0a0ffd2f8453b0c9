// The program under test: the real one with a fresh demo county, or the mock while there is no program.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const START_LIMIT_MS = 180_000

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** The demo prints who may sign in, one a line: login, password, what for. */
export function readSignIns(text) {
  const found = {}
  for (const line of text.split('\n')) {
    const match = /^\s*(department|institution|enterprise|system|security|audit)\S*\s+(\S+)\s+(\S+)/.exec(
      line,
    )
    if (match && !found[match[1]]) found[match[1]] = { login: match[2], password: match[3] }
  }
  return found
}

async function startMock() {
  const { serve } = await import('../mock/serve.mjs')
  const server = await serve()
  const signIns = {}
  for (const login of ['department', 'institution', 'enterprise'])
    signIns[login] = { login, password: 'demo' }
  return { url: server.url, signIns, mock: true, stop: () => server.stop() }
}

async function answers(url) {
  try {
    return (await fetch(url + '/readyz')).ok
  } catch {
    return false
  }
}

export async function startProgram() {
  if (process.env.RONGQIAO_MOCK) return startMock()
  const path = process.env.RONGQIAO_PROGRAM ?? join(root, 'build/bin/rongqiao')
  if (!existsSync(path)) throw new Error(`there is no program at ${path}; build it with ./dev build`)
  const folder = mkdtempSync(join(tmpdir(), 'rongqiao-e2e-'))
  const port = await freePort()
  const child = spawn(path, ['demo', '--data', folder, '--port', String(port)], { cwd: root })
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
    signIns: readSignIns(output),
    mock: false,
    async stop() {
      child.kill('SIGTERM')
      await new Promise((resolve) => child.once('exit', resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
