// The types of tlog.mjs, for the interface.
export interface LogKey {
  name: string
  keyId: string
  kind: 'ed25519' | 'cosignature' | 'sm2_sm3'
  key: Uint8Array
  text: string
}
export interface Trust {
  logs: LogKey[]
  witnesses: { name: string; key: LogKey }[]
  groups: { name: string; needed: number; members: string[] }[]
  quorum: string
}
export interface Head {
  size: bigint
  root: Uint8Array
}
export interface Checkpoint extends Head {
  origin: string
  extensions: string[]
}
export interface SignatureLine {
  name: string
  keyId: string
  bytes: Uint8Array
}
export interface Note {
  text: string
  signatures: SignatureLine[]
}
export interface Proof {
  extra: Uint8Array | null
  index: bigint
  hashes: Uint8Array[]
  checkpoint: string
}
export interface Step {
  name: string
  ok: boolean
  code: string
  detail: string
}
export interface Verdict {
  ok: boolean
  steps: Step[]
  entry: Uint8Array | null
  checkpoint: Checkpoint | null
  index: bigint | null
  cosigned: { name: string; seconds: bigint }[]
}
export class Refused extends Error {
  code: string
  detail: string
}
export function sha256(bytes: Uint8Array): Uint8Array
export function sm3(bytes: Uint8Array): Uint8Array
export function verifyEd25519(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
export function hex(bytes: Uint8Array): string
export function base64(bytes: Uint8Array): string
export function fromBase64(text: string): Uint8Array
export function leafHash(entry: Uint8Array): Uint8Array
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array
export function emptyRoot(): Uint8Array
export function verifyInclusion(wish: {
  index: bigint
  size: bigint
  leaf: Uint8Array
  proof: Uint8Array[]
  root: Uint8Array
}): void
export function verifyConsistency(older: Head, newer: Head, proof: Uint8Array[]): void
export function readNote(input: string | Uint8Array): Note
export function readKey(text: string): LogKey
export function verifyNote(note: Note, keys: LogKey[]): { key: LogKey; seconds: bigint }[]
export function readCheckpoint(text: string): Checkpoint
export function readTrust(text: string): Trust
export function trustOf(vkey: string): Trust
export function isSatisfied(trust: Trust, cosigned: string[]): boolean
export function openCheckpoint(input: string | Uint8Array, trust: Trust): { note: Note; checkpoint: Checkpoint }
export function cosignaturesOf(note: Note, trust: Trust): { name: string; seconds: bigint }[]
export function readProof(input: string | Uint8Array): Proof
export function checkAct(entryText: string, act: Uint8Array): void
export function check(
  file: string | Uint8Array,
  wish: { trust: Trust; entry?: Uint8Array | null; act?: Uint8Array | null },
): Verdict
