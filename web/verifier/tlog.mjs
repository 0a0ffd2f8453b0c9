// Verifies a verifiable log's notes, checkpoints, proofs and proof files (C2SP signed-note, tlog-checkpoint,
// tlog-cosignature, tlog-policy, tlog-proof), offline and without any other code: runs in Node.js 18 and in browsers
// since 2020. Whatever does not hold throws a `Refused` with a stable code; nothing is ever half accepted.
import { verifyEd25519 } from './ed25519.mjs'
import { sha256, sm3 } from './hash.mjs'

export { sha256, sm3, verifyEd25519 }

export class Refused extends Error {
  constructor(code, detail = '') {
    super(detail ? `${code}: ${detail}` : code)
    this.code = code
    this.detail = detail
  }
}

const refuse = (code, detail) => {
  throw new Refused(code, detail)
}

const encoder = new TextEncoder()
const utf8 = (text) => encoder.encode(text)

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function base64(bytes) {
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b = 0, c = 0] = bytes.subarray(i, i + 3)
    const four = [a >> 2, ((a & 3) << 4) | (b >> 4), ((b & 15) << 2) | (c >> 6), c & 63]
    const count = Math.min(bytes.length - i, 3) + 1
    out += four.map((digit, place) => (place < count ? letters[digit] : '=')).join('')
  }
  return out
}

/** RFC 4648 §4, and nothing but the one spelling of the bytes. */
export function fromBase64(text) {
  const body = text.replace(/={0,2}$/, '')
  const out = new Uint8Array(Math.floor((body.length * 6) / 8))
  let bits = 0
  let held = 0
  let at = 0
  for (const letter of body) {
    const digit = letters.indexOf(letter)
    if (digit < 0) refuse('base64')
    held = ((held << 6) | digit) & 0xffff
    bits += 6
    if (bits >= 8) out[at++] = (held >> (bits -= 8)) & 255
  }
  return base64(out) === text ? out : refuse('base64')
}

const equal = (one, other) => one.length === other.length && one.every((byte, i) => byte === other[i])

function concat(...parts) {
  const out = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

function hashFrom(text) {
  const bytes = fromBase64(text)
  return bytes.length === 32 ? bytes : refuse('hash')
}

/** A decimal number without leading zeros, up to 2^63 − 1, as a BigInt. */
function decimal(text) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text)) refuse('number', text)
  const number = BigInt(text)
  return number < 1n << 63n ? number : refuse('number', text)
}

/** Text of bytes or of a string; bytes must be UTF-8. */
function textOf(input) {
  if (typeof input === 'string') return input
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(input)
  } catch {
    return refuse('note', 'UTF-8')
  }
}

// --- the tree: RFC 6962 §2.1, RFC 9162 §2.1 ---

export const leafHash = (entry) => sha256(concat(Uint8Array.of(0), entry))
export const nodeHash = (left, right) => sha256(concat(Uint8Array.of(1), left, right))
export const emptyRoot = () => sha256(new Uint8Array(0))

export function verifyInclusion({ index, size, leaf, proof, root }) {
  if (index >= size) refuse('inclusion')
  let place = index
  let last = size - 1n
  let hash = leaf
  for (const step of proof) {
    if (last === 0n || step.length !== 32) refuse('inclusion')
    if (place & 1n || place === last) {
      hash = nodeHash(step, hash)
      while (!(place & 1n) && place !== 0n) {
        place >>= 1n
        last >>= 1n
      }
    } else {
      hash = nodeHash(hash, step)
    }
    place >>= 1n
    last >>= 1n
  }
  if (last !== 0n || !equal(hash, root)) refuse('inclusion')
}

/** That the tree `newer` continues the tree `older`, which is not empty. */
export function verifyConsistency(older, newer, proof) {
  if (older.size === 0n || older.size > newer.size) refuse('consistency')
  let first = 0n
  let last = older.size - 1n
  let total = newer.size - 1n
  const climb = () => {
    first >>= 1n
    last >>= 1n
    total >>= 1n
  }
  const atEdge = last === total
  while (first !== last && (atEdge || last & 1n)) climb()
  const steps = proof.slice()
  let small = older.root
  if (first !== last) {
    if (steps.length === 0) refuse('consistency')
    small = steps.shift()
  }
  let large = small
  for (const step of steps) {
    if (total === 0n || step.length !== 32) refuse('consistency')
    if (last & 1n || last === total) {
      if (first < last) small = nodeHash(step, small)
      large = nodeHash(step, large)
      while (!(last & 1n)) climb()
    } else {
      large = nodeHash(large, step)
    }
    climb()
  }
  if (total !== 0n || !equal(small, older.root) || !equal(large, newer.root)) refuse('consistency')
}

// --- signed notes ---

const isName = (name) => name !== '' && !/[\p{White_Space}+\u0000-\u001f]/u.test(name)
const lineStart = '\u2014 '

function readLine(line) {
  const [name, signature, ...rest] = line.slice(lineStart.length).split(' ')
  if (!line.startsWith(lineStart) || rest.length || signature === undefined || !isName(name)) refuse('note', 'line')
  let bytes
  try {
    bytes = fromBase64(signature)
  } catch {
    return refuse('note', 'base64')
  }
  if (bytes.length <= 4) refuse('note', 'line')
  return { name, keyId: hex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) }
}

/** The text and signature lines of a note. */
export function readNote(input) {
  const all = textOf(input)
  if (/[\u0000-\u0009\u000b-\u001f]/.test(all) || /[\ud800-\udfff]/u.test(all)) refuse('note', 'characters')
  const gap = all.lastIndexOf('\n\n')
  if (gap < 0 || !all.endsWith('\n') || gap + 2 === all.length) refuse('note', 'signatures')
  const lines = all.slice(gap + 2, -1).split('\n')
  if (lines.length > 128) refuse('note', 'signatures')
  return { text: all.slice(0, gap + 1), signatures: lines.map(readLine) }
}

const kinds = { '01': 'ed25519', '04': 'cosignature' }
const sm2Mark = hex(concat(Uint8Array.of(0xff), utf8('SM2-SM3')))

/** A verifier key, name+hex+base64. Keys of kind `sm2_sm3` are read, but only the program itself checks them. */
export function readKey(text) {
  const [, name, keyId, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/u.exec(text) ?? refuse('key')
  let bytes
  try {
    bytes = fromBase64(encoded)
  } catch {
    return refuse('key')
  }
  const id = sha256(concat(utf8(name + '\n'), bytes)).subarray(0, 4)
  if (!isName(name) || hex(id) !== keyId) refuse('key')
  if (hex(bytes).startsWith(sm2Mark)) return { name, keyId, kind: 'sm2_sm3', key: bytes.subarray(8), text }
  const kind = kinds[hex(bytes.subarray(0, 1))] ?? refuse('key_kind')
  return bytes.length === 33 ? { name, keyId, kind, key: bytes.subarray(1), text } : refuse('key')
}

/** The seconds of a cosignature, 0n of other kinds; null when the signature does not hold. */
function holds(key, text, bytes) {
  if (key.kind === 'ed25519') return verifyEd25519(key.key, utf8(text), bytes) ? 0n : null
  if (bytes.length !== 72) return null
  const seconds = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0)
  const message = utf8(`cosignature/v1\ntime ${seconds}\n${text}`)
  return seconds < 1n << 63n && verifyEd25519(key.key, message, bytes.subarray(8)) ? seconds : null
}

/** The signatures by `keys`, each once; a known key whose signature fails refuses the whole note. */
export function verifyNote(note, keys) {
  const found = []
  for (const line of note.signatures) {
    const key = keys.find((each) => each.name === line.name && each.keyId === line.keyId)
    if (!key || key.kind === 'sm2_sm3') continue
    const seconds = holds(key, note.text, line.bytes)
    if (seconds === null) refuse('signature', line.name)
    if (!found.some((each) => each.key === key)) found.push({ key, seconds })
  }
  return found
}

// --- checkpoints and trust ---

export function readCheckpoint(text) {
  const lines = text.split('\n')
  if (lines.pop() !== '' || lines.length < 3 || lines.includes('')) refuse('checkpoint')
  return { origin: lines[0], size: decimal(lines[1]), root: hashFrom(lines[2]), extensions: lines.slice(3) }
}

/** A trust file (tlog-policy): logs, witnesses, groups, and the quorum's name ('' for none). */
export function readTrust(text) {
  const trust = { logs: [], witnesses: [], groups: [], quorum: null }
  const names = new Set()
  const members = new Set()
  const wrong = (number) => refuse('trust', `line ${number}`)
  const define = (name, number) => (name === 'none' || names.has(name) ? wrong(number) : names.add(name))
  text.split('\n').forEach((line, at) => {
    const number = at + 1
    if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(line)) wrong(number)
    const [word, ...rest] = line.split(/[ \t]+/).filter(Boolean)
    if (word === undefined || word.startsWith('#')) return
    if (word === 'log' && (rest.length === 1 || rest.length === 2)) {
      const key = readKey(rest[0])
      if (key.kind === 'cosignature' || trust.logs.some((each) => equal(each.key, key.key))) wrong(number)
      trust.logs.push(key)
    } else if (word === 'witness' && (rest.length === 2 || rest.length === 3)) {
      const key = readKey(rest[1])
      if (key.kind !== 'cosignature' || trust.witnesses.some((each) => equal(each.key.key, key.key))) wrong(number)
      define(rest[0], number)
      trust.witnesses.push({ name: rest[0], key })
    } else if (word === 'group' && rest.length >= 3) {
      const [name, count, ...inside] = rest
      const needed = count === 'any' ? 1 : count === 'all' ? inside.length : /^[1-9][0-9]*$/.test(count) ? Number(count) : 0
      if (needed < 1 || needed > inside.length) wrong(number)
      for (const member of inside) {
        if (!names.has(member) || members.has(member)) wrong(number)
        members.add(member)
      }
      define(name, number)
      trust.groups.push({ name, needed, members: inside })
    } else if (word === 'quorum' && rest.length === 1 && trust.quorum === null) {
      if (rest[0] !== 'none' && !names.has(rest[0])) wrong(number)
      trust.quorum = rest[0] === 'none' ? '' : rest[0]
    } else {
      wrong(number)
    }
  })
  return trust.quorum === null ? refuse('trust', 'quorum') : trust
}

export const trustOf = (vkey) => ({ logs: [readKey(vkey)], witnesses: [], groups: [], quorum: '' })

export function isSatisfied(trust, cosigned) {
  if (trust.quorum === '') return true
  const good = new Set(cosigned)
  for (const { name, needed, members } of trust.groups)
    if (members.filter((member) => good.has(member)).length >= needed) good.add(name)
  return good.has(trust.quorum)
}

/** A checkpoint that a trusted log signed under its own name. */
export function openCheckpoint(input, trust) {
  const note = readNote(input)
  const checkpoint = readCheckpoint(note.text)
  const signed = verifyNote(note, trust.logs)
  if (signed.length === 0) refuse('unsigned')
  if (!signed.some(({ key }) => key.name === checkpoint.origin)) refuse('origin', checkpoint.origin)
  return { note, checkpoint }
}

/** Who has cosigned, and when; refuses when the quorum is not there. */
export function cosignaturesOf(note, trust) {
  const found = verifyNote(note, trust.witnesses.map(({ key }) => key)).map(({ key, seconds }) => ({
    name: trust.witnesses.find((witness) => witness.key === key).name,
    seconds,
  }))
  if (!isSatisfied(trust, found.map(({ name }) => name))) refuse('quorum', trust.quorum)
  return found
}

// --- proof files ---

export function readProof(input) {
  const text = textOf(input)
  const gap = text.indexOf('\n\n')
  const lines = text.slice(0, gap).split('\n')
  if (gap < 0 || lines.shift() !== 'c2sp.org/tlog-proof@v1') refuse('proof')
  const proof = { extra: null, index: 0n, hashes: [], checkpoint: text.slice(gap + 2) }
  try {
    if (lines[0]?.startsWith('extra ')) proof.extra = fromBase64(lines.shift().slice(6))
    if (!lines[0]?.startsWith('index ')) refuse('proof')
    proof.index = decimal(lines.shift().slice(6))
    proof.hashes = lines.map(hashFrom)
  } catch {
    refuse('proof')
  }
  return proof.hashes.length <= 63 ? proof : refuse('proof')
}

const field = (text, name) => new RegExp(`^${name} ([0-9a-f]{64})$`, 'm').exec(text)?.[1]

/** That the act file's digests are those of a `rongqiao.entry/1`. */
export function checkAct(entryText, act) {
  if (!entryText.startsWith('rongqiao.entry/1\n')) refuse('entry')
  if (field(entryText, 'sha256') !== hex(sha256(act)) || field(entryText, 'sm3') !== hex(sm3(act))) refuse('act')
}

/**
 * Everything about one proof file, step by step. `trust` comes from readTrust() or trustOf(); `entry` (bytes) when the
 * file does not carry it; `act` (bytes) to compare a document with the entry. Never throws: a step that fails has
 * `ok: false` and a code, and is the last.
 */
export function check(file, { trust, entry = null, act = null }) {
  const steps = []
  const result = { ok: false, steps, entry: null, checkpoint: null, index: null, cosigned: [] }
  const step = (name, work) => {
    try {
      work()
      steps.push({ name, ok: true, code: '', detail: '' })
    } catch (error) {
      const known = error instanceof Refused
      steps.push({ name, ok: false, code: known ? error.code : 'fault', detail: known ? error.detail : String(error) })
    }
    return steps[steps.length - 1].ok
  }
  let proof
  let opened
  result.ok =
    step('file', () => {
      proof = readProof(file)
      result.index = proof.index
      result.entry = entry ?? proof.extra ?? refuse('no_entry')
    }) &&
    step('checkpoint', () => {
      opened = openCheckpoint(proof.checkpoint, trust)
      result.checkpoint = opened.checkpoint
    }) &&
    step('witnesses', () => {
      result.cosigned = cosignaturesOf(opened.note, trust)
    }) &&
    step('inclusion', () => {
      const { size, root } = opened.checkpoint
      verifyInclusion({ index: proof.index, size, leaf: leafHash(result.entry), proof: proof.hashes, root })
    }) &&
    (act === null || step('act', () => checkAct(textOf(result.entry), act)))
  return result
}
