export interface GridColumn<Row> {
  key: string
  title: string
  /** Pixels; the column with `grow` takes what is left. */
  width: number
  grow?: boolean
  align?: 'right'
  /** Stays in sight while the table scrolls sideways; also the title of the card on a phone. */
  fixed?: boolean
  /** The program can sort by it. */
  sortable?: boolean
  /** What the cell says when the page gives no slot for it. */
  text?: (row: Row) => string
}
