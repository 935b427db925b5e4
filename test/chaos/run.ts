// `npm run chaos -- --seed N --faults N --profile ci|long|soak`: see docs/chaos.md.
// --replay FILE runs a schedule that was kept, --keep leaves the folder, --minutes N a shorter or
// longer run at the profile's pace; --bug NAME and --bugs run the checker against planted bugs.
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { bugs, plant, type Bug } from './bugs.ts'
import { isProfileName } from './profiles.ts'
import { runTrial, type RunOptions, type Told } from './story.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    faults: { type: 'string' },
    profile: { type: 'string', default: 'ci' },
    minutes: { type: 'string' },
    replay: { type: 'string' },
    keep: { type: 'boolean', default: false },
    bug: { type: 'string' },
    bugs: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '3' },
  },
})
const say = (line: string) => void process.stdout.write(`${line}\n`)
const seed = values.seed === undefined ? randomInt(1, 1_000_000) : Number(values.seed)

async function main(): Promise<number> {
  if (values.bugs) return allBugs()
  if (values.bug !== undefined) return oneBug(values.bug)
  const { profile, replay, keep, minutes } = values
  if (!isProfileName(profile)) throw new Error(`there is no profile ${profile}`)
  const options: RunOptions = {
    seed,
    profile,
    keep,
    ...(values.faults !== undefined && { faults: Number(values.faults) }),
    ...(minutes !== undefined && { minutes: Number(minutes) }),
    ...(replay !== undefined && { replay }),
    say,
  }
  const report = await runTrial(options)
  say(`\n${report.markdown}`)
  return report.violations.length === 0 ? 0 : 1
}

async function oneBug(name: string): Promise<number> {
  const bug = bugs[name]
  if (bug === undefined)
    throw new Error(`there is no bug “${name}”: ${Object.keys(bugs).join(', ')}`)
  const report = await runWith(bug, seed)
  say(`\n${report.markdown}`)
  return report.violations.length > 0 ? 0 : 1
}

async function allBugs(): Promise<number> {
  const seeds = Array.from({ length: Number(values.seeds) }, (_, n) => seed + n)
  let missed = 0
  say(`| planted bug | caught on ${seeds.length} seeds from ${seed} | by |\n|---|---|---|`)
  for (const [name, bug] of Object.entries(bugs)) {
    const broken = new Set<string>()
    let caught = 0
    for (const each of seeds) {
      const { violations } = await runWith(bug, each, () => {}).catch(brokenOff)
      if (violations.length > 0) caught++
      for (const { promise } of violations) broken.add(promise)
    }
    if (caught < seeds.length) missed++
    say(`| ${name} | ${caught} of ${seeds.length} | ${[...broken].join('; ')} |`)
  }
  return missed
}

/** Nothing was judged, so nothing was seen. */
function brokenOff(error: unknown): Pick<Told, 'violations'> {
  say(`a run was broken off: ${String(error)}`)
  return { violations: [] }
}

async function runWith(bug: Bug, withSeed: number, saying = say): Promise<Told> {
  return runTrial({
    seed: withSeed,
    profile: 'bug',
    keep: values.keep,
    favoured: bug.favoured,
    plant: (dist) => plant(bug, dist),
    say: saying,
  })
}

process.exitCode = await main()
