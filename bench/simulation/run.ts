// Ten thousand partners with a heavy tail, an outage, a MOAB that slows down, a partner that floods: the
// relay's own recorder and worker in virtual time. Tables, a verdict for each scenario, and what must hold.
// `tsx bench/simulation/run.ts [--partners N] [--relays N] [--rate N] [--seed N] [--scenario NAME|all] [--json FILE]`
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { simulate, type Result } from './simulate.ts'
import { scenarios, type ScenarioName } from './scenarios.ts'
import { overTimeTable, bySizeTable } from './print.ts'

const { values } = parseArgs({
  options: {
    partners: { type: 'string', default: '10000' },
    relays: { type: 'string', default: '4' },
    rate: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    scenario: { type: 'string', default: 'all' },
    json: { type: 'string' },
  },
})
const names = Object.keys(scenarios) as ScenarioName[]
const wanted = names.filter((name) =>
  values.scenario === 'all' ? !('extra' in scenarios[name]) : name === values.scenario,
)
if (wanted.length === 0) throw new Error(`--scenario: one of ${names.join(', ')} or all`)

const results: Result[] = []
for (const name of wanted) {
  const result = await simulate({
    scenario: name,
    partners: Number(values.partners),
    relays: Number(values.relays),
    eventsPerSecond: Number(values.rate),
    seed: Number(values.seed),
  })
  results.push(result)
  console.log(`\n${name}: ${scenarios[name].says}\n`)
  console.log(overTimeTable(result.overTime))
  console.log(bySizeTable(result.bySize))
  console.log(result.verdict)
  for (const broken of result.broken.slice(0, 5)) console.log(`BROKEN ${broken}`)
  const { timers, seconds } = result
  console.log(
    `${timers} events of virtual time in ${seconds.toFixed(0)} s, ${Math.round(timers / seconds)} a second`,
  )
}
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(results, null, 1))
process.exitCode = results.some(({ broken }) => broken.length > 0) ? 1 : 0
