// The simulation of many partners (bench/simulation), small: that it still runs, that what it promises
// holds, and what it has shown about the scheduler.
import { expect, test } from 'vitest'
import { scenarios, type ScenarioName } from '../../bench/simulation/scenarios.ts'
import { simulate } from '../../bench/simulation/simulate.ts'
import { World } from '../../bench/simulation/world.ts'

const small = { partners: 60, relays: 2, eventsPerSecond: 4, seed: 7, shorter: 20 }

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

test('a campaign alone is sent as fast as its calls allow, not so many a poll', async () => {
  const partners = [{ campaignId: 'alone', rate: 20, perSecond: null }]
  const weather = { atOnce: 100, takesMs: 50, state: 'refuses' as const }
  const world = new World({ seed: 1, relays: 1, partners, weather })
  await world.time.live(async () => {
    await world.start()
    world.arrive(20, 120)
    await world.passUntil(120)
    world.weather.state = 'works'
    // The breaker's next probe comes within a minute.
    await world.passUntil(190)
  })
  expect(world.left()).toBe(0)
  // 24 calls at once of some 60 ms each; half a claim a poll would be 250.
  expect(Math.max(...world.answers)).toBeGreaterThan(330)
})
