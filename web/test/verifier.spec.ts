// The verifier for browsers and Node.js, against published vectors and Node's own algorithms.
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as tlog from '../verifier/tlog.mjs'

const utf8 = (text: string) => new Uint8Array(Buffer.from(text))
const shared = process.env.RONGQIAO_SHARED ?? join(__dirname, '../../../shared')

const goldenKey = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx'
const goldenCheckpoint =
  'example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n\n' +
  '— example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=\n'
const proofOfFive =
  'c2sp.org/tlog-proof@v1\nindex 4\nyiM+eia4w1wsk/Ukx7kF56IQVkDW3MWUaUz/VtJu+yU=\n' +
  'nk9gCR+floFqznAPtqjjcnnV64dge2jQB95D5t164Hg=\nzY1lN35vrXYAPixXSd59LsU29xUJtuW4o2dNNg5Y2Co=\n' +
  '5jLpqTgjsBDSEX6SgZiRnbTMdTuRd8bQ5tSsAOxe0Ks=\n\n' +
  goldenCheckpoint
const witnessKey = 'Wit1+9b3fb2d5+BFhZSmQj9+SoL+p/nN0Hh76xXmF7QcHfytUrI1XfSClk'
const witnessLine =
  '— Wit1 mz+y1QAAAABlU/EAYEDMPd8Ge7XzsHcNU+F3AzavfsuzhRT3gC4BORiySViMAWQq5znn5g+ruu+iDztzMS3EeF6xr4ug+O66ORoSAw==\n'

const codeOf = (work: () => unknown) => {
  try {
    work()
    return 'ok'
  } catch (error) {
    return (error as tlog.Refused).code
  }
}

describe('digests and signatures', () => {
  it('are those of Node.js', () => {
    for (const size of [0, 1, 3, 55, 56, 63, 64, 65, 111, 112, 119, 120, 127, 128, 1000]) {
      const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 7 + size) & 255)
      for (const name of ['sha256', 'sm3'] as const)
        expect(tlog.hex(tlog[name](bytes)), `${name} of ${size}`).toBe(
          createHash(name).update(bytes).digest('hex'),
        )
    }
  })

  it('verify what Node.js signs, and nothing that was changed', { timeout: 60_000 }, () => {
    for (let round = 0; round < 4; round++) {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519')
      const key = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32))
      const message = utf8('message '.repeat(round * 10))
      const signature = new Uint8Array(sign(null, message, privateKey))
      expect(tlog.verifyEd25519(key, message, signature)).toBe(true)
      for (const at of [0, 31, 32, 63]) {
        const changed = signature.slice()
        changed[at]! ^= 1
        expect(tlog.verifyEd25519(key, message, changed)).toBe(false)
      }
      expect(tlog.verifyEd25519(key, utf8('another'), signature)).toBe(false)
      expect(tlog.verifyEd25519(key, message, signature.subarray(1))).toBe(false)
    }
  })
})

describe('signed notes', () => {
  const key = tlog.readKey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k')
  const note =
    'This is an example message.\n\n— example.com/foo ' +
    'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n'
  const verify = (text: string | Uint8Array) => tlog.verifyNote(tlog.readNote(text), [key]).length

  it('of the specification verify', () => {
    expect(verify(note)).toBe(1)
    expect(verify(utf8(note))).toBe(1)
  })

  it('are refused when they are not ones', () => {
    for (const [why, text, code] of [
      ['empty', '', 'note'],
      ['no signature', 'text\n\n', 'note'],
      ['no last newline', note.slice(0, -1), 'note'],
      ['a carriage return', note.replace('.\n', '.\r\n'), 'note'],
      ['a hyphen', note.replace('—', '-'), 'note'],
      ['a plus in the name', note.replace('foo Uw', 'f+o Uw'), 'note'],
      ['a wide space', note.replace('foo Uw', 'f\u3000o Uw'), 'note'],
      ['unused bits', note.replace('aQM=', 'aQN='), 'note'],
      ['another text', note.replace('This', 'That'), 'signature'],
    ] as const)
      expect(
        codeOf(() => verify(text)),
        why,
      ).toBe(code)
    expect(verify(note.replace('foo Uw2', 'bar Uw2'))).toBe(0) // another's signature is passed over
    expect(codeOf(() => tlog.readNote(Uint8Array.of(0xff, 10, 10, 10)))).toBe('note')
  })
})

describe('proof files', () => {
  const trust = tlog.trustOf(goldenKey)

  it('of the golden log hold, and no changed one does', () => {
    const entry = utf8('five')
    const verdict = tlog.check(proofOfFive, { trust, entry })
    expect(verdict.steps.map((step) => step.name)).toEqual(['file', 'checkpoint', 'witnesses', 'inclusion'])
    expect(verdict.ok).toBe(true)
    expect(verdict.checkpoint?.size).toBe(15n)
    const bytes = utf8(proofOfFive)
    for (let at = 0; at < bytes.length; at += 9) {
      const changed = bytes.slice()
      changed[at]! ^= 1
      expect(tlog.check(changed, { trust, entry }).ok, `byte ${at}`).toBe(false)
    }
    expect(tlog.check(proofOfFive, { trust, entry: utf8('four') }).steps.pop()?.code).toBe('inclusion')
    expect(tlog.check(proofOfFive, { trust }).steps.pop()?.code).toBe('no_entry')
  }, 60_000)

  it('need the witnesses that the trust file asks for', () => {
    const asked = tlog.readTrust(`log ${goldenKey}\nwitness W ${witnessKey}\nquorum W\n`)
    const entry = utf8('five')
    expect(tlog.check(proofOfFive, { trust: asked, entry }).steps.pop()?.code).toBe('quorum')
    const verdict = tlog.check(proofOfFive + witnessLine, { trust: asked, entry })
    expect(verdict.cosigned).toEqual([{ name: 'W', seconds: 1700000000n }])
    expect(verdict.ok).toBe(true)
  })

  it('bind the act file by both digests', () => {
    const act = utf8('rongqiao.act/1\n\n{}\n')
    const entry = `rongqiao.entry/1\nsha256 ${tlog.hex(tlog.sha256(act))}\nsm3 ${tlog.hex(tlog.sm3(act))}\n`
    expect(codeOf(() => tlog.checkAct(entry, act))).toBe('ok')
    expect(codeOf(() => tlog.checkAct(entry, utf8('rongqiao.act/1\n\n{ }\n')))).toBe('act')
    expect(codeOf(() => tlog.checkAct(entry.replace(/sm3 \w/, 'sm3 z'), act))).toBe('act')
  })
})

describe('trust files', () => {
  it('name the line that is wrong', () => {
    for (const text of [
      '',
      'quorum A\n',
      'quorum none\nquorum none\n',
      `log ${witnessKey}\nquorum none\n`,
      'logs x\nquorum none\n',
    ])
      expect(
        codeOf(() => tlog.readTrust(text)),
        text,
      ).toBe('trust')
  })
})

const folder = join(shared, 'data/vec-merkle-transparency/testdata')
describe.skipIf(!existsSync(folder))('the shared proof vectors', () => {
  const hash = (text: string) => {
    const bytes = tlog.fromBase64(text)
    if (bytes.length !== 32) throw new tlog.Refused('hash')
    return bytes
  }
  type Vector = Record<
    'leafIdx' | 'treeSize' | 'size1' | 'size2' | 'leafHash' | 'root' | 'root1' | 'root2',
    string
  > & { proof: string[] | null }
  const decided = (kind: string, work: (value: Vector) => void) => {
    let files = 0
    for (const entry of readdirSync(join(folder, kind), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name === 'sizes-are-equal-one-and-proof-is-empty.json') continue
      const value = JSON.parse(readFileSync(join(entry.parentPath ?? entry.path, entry.name), 'utf8'))
      expect(codeOf(() => work(value)) === 'ok', `${kind} ${entry.name}`).toBe(!value.wantErr)
      files++
    }
    expect(files).toBeGreaterThan(20)
  }

  it('for inclusion are decided as expected', () =>
    decided('inclusion', (v) =>
      tlog.verifyInclusion({
        index: BigInt(v.leafIdx),
        size: BigInt(v.treeSize),
        leaf: hash(v.leafHash),
        proof: ((v.proof ?? []) as string[]).map(hash),
        root: hash(v.root),
      }),
    ))

  it('for consistency are decided as expected', () =>
    decided('consistency', (v) =>
      tlog.verifyConsistency(
        { size: BigInt(v.size1), root: hash(v.root1) },
        { size: BigInt(v.size2), root: hash(v.root2) },
        ((v.proof ?? []) as string[]).map(hash),
      ),
    ))
})
