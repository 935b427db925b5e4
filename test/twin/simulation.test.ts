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

test.each([
  // 24 calls at once; half a claim a poll would be 250 a second, half of the room a poll 1000.
  { takesMs: 50, arrived: 2400, perSecond: 330 },
  { takesMs: 5, arrived: 6000, perSecond: 1300 },
])(
  'a campaign alone is sent as fast as its calls of $takesMs ms allow, not so many a poll',
  async ({ takesMs, arrived, perSecond }) => {
    const partners = [{ campaignId: 'alone', rate: arrived / 120, perSecond: null }]
    const weather = { atOnce: 100, takesMs, state: 'refuses' as const }
    const world = new World({ seed: 1, relays: 1, partners, weather })
    await world.time.live(async () => {
      await world.start()
      world.arrive(arrived / 120, 120)
      await world.passUntil(120)
      world.weather.state = 'works'
      // The breaker's next probe comes within a minute.
      await world.passUntil(190)
    })
    expect(world.left()).toBe(0)
    expect(Math.max(...world.answers)).toBeGreaterThan(perSecond)
  },
)
