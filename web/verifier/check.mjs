#!/usr/bin/env node
// usage: node check.mjs FILE.tlog-proof --vkey KEY [--policy FILE] [--entry FILE] [--act FILE]
// Exit status 0 when the proof holds, 1 when not, 2 when it was called wrongly. Needs Node.js 18 and nothing else.
import { readFileSync } from 'node:fs'
import { check, readTrust, trustOf } from './tlog.mjs'

const given = { files: [] }
const words = process.argv.slice(2)
while (words.length) {
  const word = words.shift()
  if (word.startsWith('--')) given[word.slice(2)] = words.shift()
  else given.files.push(word)
}
if (given.files.length !== 1 || (!given.vkey && !given.policy)) {
  console.error('usage: node check.mjs FILE.tlog-proof --vkey KEY [--policy FILE] [--entry FILE] [--act FILE]')
  process.exit(2)
}
const bytes = (name) => (name ? new Uint8Array(readFileSync(name)) : null)
const trust = given.policy ? readTrust(readFileSync(given.policy, 'utf8')) : trustOf(given.vkey)
if (given.policy && given.vkey) trust.logs = trustOf(given.vkey).logs
const verdict = check(bytes(given.files[0]), { trust, entry: bytes(given.entry), act: bytes(given.act) })
for (const { name, ok, code, detail } of verdict.steps) console.log(ok ? 'ok  ' : 'FAIL', name, code, detail)
if (verdict.ok) {
  const { origin, size } = verdict.checkpoint
  console.log(`${origin}: index ${verdict.index} of ${size}`)
  for (const { name, seconds } of verdict.cosigned) console.log('witness', name, new Date(Number(seconds) * 1000).toISOString())
  console.log(new TextDecoder().decode(verdict.entry))
}
process.exit(verdict.ok ? 0 : 1)
