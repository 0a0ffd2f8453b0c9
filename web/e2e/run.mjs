// Drives the real program with a browser: every screen in two languages, two colours and two sizes, and the journeys.
// RONGQIAO_PROGRAM names the program, an argument, a regular expression, runs only the journeys whose file it finds.
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { launch } from './browser.mjs'
import { score, test } from './harness.mjs'
import { startProgram } from './program.mjs'

const folder = fileURLToPath(new URL('.', import.meta.url))
if (!existsSync(new URL('../dist/index.html', import.meta.url))) {
  console.error('The interface is not built: npm run build')
  process.exit(1)
}

const wanted = new RegExp(process.argv[2] ?? '')
const journeys = readdirSync(folder)
  .filter((name) => name.endsWith('.journey.mjs') && wanted.test(name))
  .sort()

let program
try {
  program = await startProgram()
} catch (error) {
  console.error(String(error?.message ?? error))
  console.log('0 passed, 1 failed')
  process.exit(1)
}
const browser = await launch()
try {
  for (const name of journeys) {
    console.log(`# ${name.replace('.journey.mjs', '')}`)
    const journey = await import(new URL(name, import.meta.url))
    // A journey that falls over outside its tests is one failure, and the others still run.
    await journey.run({ browser, program }).catch((error) => test(name, () => Promise.reject(error)))
  }
} finally {
  await browser.close()
  await program.stop()
}
console.log(`${score.passed} passed, ${score.failed} failed`)
process.exit(score.failed ? 1 : 0)
