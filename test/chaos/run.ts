// `npm run chaos -- --seed N --faults N --profile ci|long|soak`: see docs/chaos.md.
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { isProfileName } from './profiles.ts'
import { runTrial } from './story.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    faults: { type: 'string' },
    profile: { type: 'string', default: 'ci' },
    replay: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})

async function main(): Promise<number> {
  const { profile, replay, keep } = values
  if (!isProfileName(profile)) throw new Error(`there is no profile ${profile}`)
  const seed = values.seed === undefined ? randomInt(1, 1_000_000) : Number(values.seed)
  const report = await runTrial({
    seed,
    profile,
    keep,
    ...(values.faults !== undefined && { faults: Number(values.faults) }),
    ...(replay !== undefined && { replay }),
    say: (line) => process.stdout.write(`${line}\n`),
  })
  process.stdout.write(`\n${report.markdown}\n`)
  return report.violations.length === 0 ? 0 : 1
}

process.exitCode = await main()
