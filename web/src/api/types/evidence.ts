// The verifiable log as the platform describes it to everybody.
import type { InstantText } from './base'

export interface Log {
  origin: string
  keys: { vkey: string; kind: string }[]
  /** As it is served at /log/checkpoint; empty before the first. */
  checkpoint: string
  size: number
  published_at?: InstantText | null
  witnesses: { name: string; vkey: string; cosigned_at?: InstantText | null }[]
  quorum: string
  /** A trust file (tlog-policy) with this log's key and its witnesses. */
  trust: string
  halted: boolean
}
