// Verification of Ed25519 signatures (RFC 8032 §5.1.7), in integers of the language.
import { sha512 } from './hash.mjs'

const p = (1n << 255n) - 19n
const order = (1n << 252n) + 27742317777372353535851937790883648493n

const mod = (a) => ((a % p) + p) % p

function power(base, exponent) {
  let result = 1n
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = (b * b) % p) if (e & 1n) result = (result * b) % p
  return result
}

const invert = (a) => power(a, p - 2n)
const d = mod(-121665n * invert(121666n))
const rootOfMinusOne = power(2n, (p - 1n) / 4n)

const fromLittleEndian = (bytes) => bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n)

/** A point as (X, Y, Z, T), x = X/Z, y = Y/Z, xy = T/Z; null when the bytes are no point. */
function decode(bytes) {
  const all = fromLittleEndian(bytes)
  const sign = all >> 255n
  const y = all & ((1n << 255n) - 1n)
  if (y >= p) return null
  const u = mod(y * y - 1n)
  const v = mod(d * y * y + 1n)
  let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (p - 5n) / 8n))
  const check = mod(v * x * x)
  if (check === mod(-u)) x = mod(x * rootOfMinusOne)
  else if (check !== u) return null
  if (x === 0n && sign === 1n) return null
  if ((x & 1n) !== sign) x = p - x
  return [x, y, 1n, mod(x * y)]
}

function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2))
  const b = mod((y1 + x1) * (y2 + x2))
  const c = mod(2n * t1 * t2 * d)
  const e = mod(2n * z1 * z2)
  const [f, g, h, i] = [b - a, e - c, e + c, b + a]
  return [mod(f * g), mod(h * i), mod(g * h), mod(f * i)]
}

function multiply(point, scalar) {
  let result = [0n, 1n, 1n, 0n]
  for (let q = point, n = scalar; n > 0n; n >>= 1n, q = add(q, q)) if (n & 1n) result = add(result, q)
  return result
}

const same = ([x1, y1, z1], [x2, y2, z2]) => mod(x1 * z2 - x2 * z1) === 0n && mod(y1 * z2 - y2 * z1) === 0n

const generator = decode(Uint8Array.from([0x58, ...new Array(31).fill(0x66)]))

/** True when `signature` (64 bytes) over `message` is by the key (32 bytes). */
export function verifyEd25519(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false
  const a = decode(key)
  const r = decode(signature.subarray(0, 32))
  const s = fromLittleEndian(signature.subarray(32))
  if (!a || !r || s >= order) return false
  const hashed = new Uint8Array(64 + message.length)
  hashed.set(signature.subarray(0, 32))
  hashed.set(key, 32)
  hashed.set(message, 64)
  const k = fromLittleEndian(sha512(hashed)) % order
  return same(multiply(generator, s), add(r, multiply(a, k)))
}
