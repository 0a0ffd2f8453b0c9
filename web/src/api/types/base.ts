// The shapes of base/json.hpp: how described C++ values travel.

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

export interface Text {
  zh: string
  en: string
}

/** A code of the pack with its words. */
export interface Named {
  code: string
  name: Text
}

/** One page of a list. `total` counts all that the filter finds. */
export interface Page<Row> {
  items: Row[]
  total: number
}

export interface PageQuery {
  page?: number
  size?: number
  /** A column's name; a leading minus means descending. */
  sort?: string
}
