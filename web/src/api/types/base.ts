// How described C++ values travel (base/json.hpp), and the words every endpoint uses.

/** 分, an integer. */
export type Fen = number
/** Parts per million, an integer; 1 % is 10,000. */
export type Ppm = number
/** A positive number as decimal text. */
export type Id = string
/** YYYY-MM-DD */
export type DateText = string
/** RFC 3339 with Z */
export type InstantText = string
/** 2023-07, 2023Q3, 2023H2 or 2023 */
export type PeriodText = string
/** Any JSON value: what an attribute holds. */
export type Value = unknown

export interface Text {
  zh: string
  en: string
}

/** A code of the pack with its words. */
export interface Choice {
  code: string
  label: Text
}

/** An organisation by id and name. Names of enterprises have one language, so they are plain text or a Text. */
export interface Party {
  id: Id
  name: Text | string
}

export interface Page<Row> {
  items: Row[]
  total: number
  page: number
  per_page: number
}

export interface PageQuery {
  page?: number
  per_page?: number
}

/** The answer to a command. */
export interface Receipt {
  seq: number
  /** What was made or changed, mostly its id. */
  subject: string
  at: InstantText
}

export interface Job {
  id: Id
  kind: string
  title: Text
  /** running, done, refused or cancelled. */
  state: string
  progress: Ppm
  started_at: InstantText
  message?: Text | null
}
