// A slice of `npm run chaos`: one seed that is always the same and one that never is. The built relay
// is killed, frozen and cut off with its database and MOAB, and nothing acknowledged is lost.
import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { bugs, plant } from './bugs.ts'
import { drawSchedule } from './schedule.ts'
import { profiles } from './profiles.ts'
import { runTrial } from './story.ts'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const fresh = randomInt(1, 1_000_000)

for (const seed of [7, fresh]) {
  test(`chaos with seed ${seed} breaks no promise`, { timeout: 170_000 }, async () => {
    const said: string[] = []
    const report = await runTrial({
      seed,
      profile: 'ci',
      minutes: 0.15,
      say: (line) => said.push(line),
    })
    if (report.violations.length > 0)
      process.stdout.write(`${said.join('\n')}\n${report.markdown}\n`)
    expect(report.violations.map(({ promise, what }) => `${promise}: ${what}`)).toEqual([])
    expect(report.acknowledged).toBeGreaterThan(0)
    expect(report.faults.total).toBeGreaterThan(10)
  })
}

test('the same seed draws the same schedule, another seed another one', () => {
  const draw = (seed: number) =>
    drawSchedule({ seed, profile: 'ci', settings: profiles.ci, count: profiles.ci.faults })
  expect(draw(7)).toEqual(draw(7))
  expect(draw(7).faults).not.toEqual(draw(8).faults)
})

test('every planted bug still finds its place in the build', () => {
  for (const bug of Object.values(bugs)) {
    const folder = mkdtempSync(join(tmpdir(), 'moab-relay-bug-'))
    try {
      cpSync('dist', folder, { recursive: true })
      plant(bug, folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
})
