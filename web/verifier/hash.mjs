// SHA-256, SHA-512 (FIPS 180-4) and SM3 (GB/T 32905) over bytes, without anything but the language: WebCrypto is absent
// on plain http and in some browsers of 2020, and a verifier must not depend on who serves it.

const round256 = []
const round512 = []

/** The first 64 bits of the fractional parts of roots of primes, by integer arithmetic (FIPS 180-4 §4.2). */
function rootBits(prime, degree) {
  const scaled = BigInt(prime) << BigInt(64 * degree)
  let low = 0n
  let high = 1n << 70n
  while (high - low > 1n) {
    const middle = (low + high) >> 1n
    let power = 1n
    for (let i = 0; i < degree; i++) power *= middle
    if (power <= scaled) low = middle
    else high = middle
  }
  return low & 0xffffffffffffffffn
}

const primes = []
for (let n = 2; primes.length < 80; n++) if (primes.every((p) => n % p !== 0)) primes.push(n)
for (const prime of primes) round512.push(rootBits(prime, 3))
for (let i = 0; i < 64; i++) round256.push(Number(round512[i] >> 32n) | 0)
const start512 = primes.slice(0, 8).map((prime) => rootBits(prime, 2))
const start256 = start512.map((bits) => Number(bits >> 32n) | 0)

/** The message with its padding: a one bit, zeros, the length in bits. */
function padded(bytes, block) {
  const lengthBytes = block / 8
  const size = Math.ceil((bytes.length + 1 + lengthBytes) / block) * block
  const out = new Uint8Array(size)
  out.set(bytes)
  out[bytes.length] = 0x80
  const view = new DataView(out.buffer)
  view.setUint32(size - 8, Math.floor(bytes.length / 0x20000000))
  view.setUint32(size - 4, (bytes.length << 3) >>> 0)
  return view
}

function words32(state) {
  const out = new DataView(new ArrayBuffer(32))
  state.forEach((word, i) => out.setInt32(i * 4, word))
  return new Uint8Array(out.buffer)
}

const right = (word, count) => (word >>> count) | (word << (32 - count))
const left = (word, count) => (word << (count & 31)) | (word >>> (32 - (count & 31)))

export function sha256(bytes) {
  const message = padded(bytes, 64)
  const state = start256.slice()
  const w = new Int32Array(64)
  for (let at = 0; at < message.byteLength; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = message.getInt32(at + i * 4)
    for (let i = 16; i < 64; i++) {
      const s0 = right(w[i - 15], 7) ^ right(w[i - 15], 18) ^ (w[i - 15] >>> 3)
      const s1 = right(w[i - 2], 17) ^ right(w[i - 2], 19) ^ (w[i - 2] >>> 10)
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0
    }
    let [a, b, c, d, e, f, g, h] = state
    for (let i = 0; i < 64; i++) {
      const s1 = right(e, 6) ^ right(e, 11) ^ right(e, 25)
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + round256[i] + w[i]) | 0
      const s0 = right(a, 2) ^ right(a, 13) ^ right(a, 22)
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0]
    }
    ;[a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (state[i] + word) | 0))
  }
  return words32(state)
}

const all64 = 0xffffffffffffffffn
const right64 = (word, count) => ((word >> count) | (word << (64n - count))) & all64

export function sha512(bytes) {
  const message = padded(bytes, 128)
  const state = start512.slice()
  const w = new Array(80)
  for (let at = 0; at < message.byteLength; at += 128) {
    for (let i = 0; i < 16; i++) w[i] = message.getBigUint64(at + i * 8)
    for (let i = 16; i < 80; i++) {
      const s0 = right64(w[i - 15], 1n) ^ right64(w[i - 15], 8n) ^ (w[i - 15] >> 7n)
      const s1 = right64(w[i - 2], 19n) ^ right64(w[i - 2], 61n) ^ (w[i - 2] >> 6n)
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) & all64
    }
    let [a, b, c, d, e, f, g, h] = state
    for (let i = 0; i < 80; i++) {
      const s1 = right64(e, 14n) ^ right64(e, 18n) ^ right64(e, 41n)
      const t1 = (h + s1 + ((e & f) ^ (~e & all64 & g)) + round512[i] + w[i]) & all64
      const s0 = right64(a, 28n) ^ right64(a, 34n) ^ right64(a, 39n)
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) & all64
      ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & all64, c, b, a, (t1 + t2) & all64]
    }
    ;[a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (state[i] + word) & all64))
  }
  const out = new DataView(new ArrayBuffer(64))
  state.forEach((word, i) => out.setBigUint64(i * 8, word))
  return new Uint8Array(out.buffer)
}

export function sm3(bytes) {
  const message = padded(bytes, 64)
  const state = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e].map(
    (word) => word | 0,
  )
  const w = new Int32Array(68)
  const mix = (x) => x ^ left(x, 15) ^ left(x, 23)
  for (let at = 0; at < message.byteLength; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = message.getInt32(at + i * 4)
    for (let i = 16; i < 68; i++) w[i] = mix(w[i - 16] ^ w[i - 9] ^ left(w[i - 3], 15)) ^ left(w[i - 13], 7) ^ w[i - 6]
    let [a, b, c, d, e, f, g, h] = state
    for (let i = 0; i < 64; i++) {
      const early = i < 16
      const turned = left(early ? 0x79cc4519 : 0x7a879d8a, i)
      const ss1 = left((left(a, 12) + e + turned) | 0, 7)
      const ss2 = ss1 ^ left(a, 12)
      const ff = early ? a ^ b ^ c : (a & b) | (a & c) | (b & c)
      const gg = early ? e ^ f ^ g : (e & f) | (~e & g)
      const tt1 = (ff + d + ss2 + (w[i] ^ w[i + 4])) | 0
      const tt2 = (gg + h + ss1 + w[i]) | 0
      ;[d, c, b, a] = [c, left(b, 9), a, tt1]
      ;[h, g, f, e] = [g, left(f, 19), e, tt2 ^ left(tt2, 9) ^ left(tt2, 17)]
    }
    ;[a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] ^= word))
  }
  return words32(state)
}
