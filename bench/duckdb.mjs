// Answers the questions of bench_columns by DuckDB on one thread: `node duckdb.mjs FOLDER` reads
// questions.json and firms.csv there and prints JSON. A second is one of processor time.
import { readFileSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'

const folder = process.argv[2]
const questions = JSON.parse(readFileSync(`${folder}/questions.json`, 'utf8'))
const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
const connection = await instance.connect()
await connection.run(questions.table)
await connection.run(`insert into firms select * from read_csv('${folder}/firms.csv', header = true, nullstr = '')`)

function spentMs() {
  const usage = process.cpuUsage()
  return (usage.user + usage.system) / 1000
}

async function ask(sql, times) {
  let best = Infinity
  let answer
  for (let turn = 0; turn < times; turn++) {
    const before = spentMs()
    answer = await connection.runAndReadAll(sql)
    best = Math.min(best, spentMs() - before)
  }
  return { rows: answer.getRows(), best }
}

const answers = []
let answersMs = 0
for (const { sql } of questions.answers) {
  const { rows, best } = await ask(
    `select count(*) filter (where v), count(*) filter (where v is null) from (select (${sql}) v from firms)`,
    2,
  )
  answersMs += best
  answers.push(rows[0].map(Number))
}
const groups = []
for (const { sql } of questions.groups) {
  const { rows, best } = await ask(sql, 5)
  groups.push({ ms: best, rows: rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell))).join(',')) })
}
console.log(JSON.stringify({ answers, answers_seconds: answersMs / 1000, groups }))
