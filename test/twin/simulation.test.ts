// The simulation of many partners (bench/simulation), small: that it still runs, that what it promises
// holds, and what it has shown about the scheduler.
import { expect, test } from 'vitest'
import { scenarios, type ScenarioName } from '../../bench/simulation/scenarios.ts'
import { simulate } from '../../bench/simulation/simulate.ts'

const small = { partners: 60, relays: 2, eventsPerSecond: 2, seed: 7, shorter: 10 }

test.each(Object.keys(scenarios) as ScenarioName[])(
  '%s: nothing is lost, nothing comes twice, no pace is exceeded',
  async (scenario) => {
    const { broken, grants, bySize } = await simulate({ scenario, ...small })
    expect(broken).toEqual([])
    expect(grants).toBeGreaterThan(200)
    expect(bySize.length).toBeGreaterThan(10)
  },
)

test('the same seed is the same story', async () => {
  const one = await simulate({ scenario: 'flood', ...small })
  const other = await simulate({ scenario: 'flood', ...small })
  expect({ ...other, seconds: 0 }).toEqual({ ...one, seconds: 0 })
})
