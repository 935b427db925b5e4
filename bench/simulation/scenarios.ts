// What befalls the relays: each a story of MOAB's weather and of the partners' traffic, in minutes.
import type { Moab } from './moab.ts'
import type { World } from './world.ts'

interface Scenario {
  says: string
  /** MOAB at the beginning. */
  weather: Moab
  /** What changes, and after how many minutes. */
  changes: readonly { minute: number; weather: Partial<Moab> }[]
  /** So many of the largest partners without a pace send more than usual. */
  flood?: { partners: number; times: number; fromMinute: number; toMinute: number }
  /** Events come for so long; then it goes on until all is delivered. */
  minutes: number
  /** Waits are counted from here on, of what was made by then. */
  from: number
  to: number
  /** A row of the table each. */
  everyMinutes: number
  /** Lived only when it is asked for. */
  extra?: true
}

const minute = 60
/** Takes 80 calls a second. */
const narrow: Moab = { atOnce: 4, takesMs: 50, state: 'works' }
const wide: Moab = { atOnce: 256, takesMs: 50, state: 'works' }

export const scenarios = {
  calm: {
    says: 'half an hour in which nothing happens',
    weather: narrow,
    changes: [],
    minutes: 30,
    from: 0,
    to: 30,
    everyMinutes: 10,
  },
  outage: {
    says: 'MOAB is silent for 5 minutes, refuses connections for 115 more, and is back',
    weather: narrow,
    changes: [
      { minute: 10, weather: { state: 'silent' } },
      { minute: 15, weather: { state: 'refuses' } },
      { minute: 130, weather: { state: 'works' } },
    ],
    minutes: 170,
    from: 130,
    to: 130,
    everyMinutes: 10,
  },
  slow: {
    says: 'MOAB takes 5 s instead of 50 ms for an hour, at 256 calls at once',
    weather: wide,
    changes: [
      { minute: 10, weather: { takesMs: 5000 } },
      { minute: 70, weather: { takesMs: 50 } },
    ],
    minutes: 90,
    from: 10,
    to: 70,
    everyMinutes: 10,
  },
  overload: {
    extra: true,
    says: 'the same of a MOAB that works at 4 calls at once: it can do a twelfth of what comes',
    weather: narrow,
    changes: [
      { minute: 10, weather: { takesMs: 5000 } },
      { minute: 70, weather: { takesMs: 50 } },
    ],
    minutes: 90,
    from: 70,
    to: 70,
    everyMinutes: 10,
  },
  flood: {
    says: 'the largest partner without a pace sends a hundred times as much for ten minutes',
    weather: narrow,
    changes: [],
    flood: { partners: 1, times: 100, fromMinute: 10, toMinute: 20 },
    minutes: 40,
    from: 10,
    to: 20,
    everyMinutes: 5,
  },
} as const satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof scenarios

/** Nothing takes longer than this after the last event: what is left then is lost. */
const hoursMost = 6

export interface Story extends Scenario {
  eventsPerSecond: number
}

/** The same story in so many times less time. */
export function storyOf(name: ScenarioName, eventsPerSecond: number, shorter: number): Story {
  const scenario: Scenario = scenarios[name]
  const { weather, changes, flood, minutes, from, to, everyMinutes } = scenario
  return {
    ...scenario,
    eventsPerSecond,
    weather: { ...weather },
    changes: changes.map((change) => ({ ...change, minute: change.minute / shorter })),
    ...(flood && {
      flood: {
        ...flood,
        fromMinute: flood.fromMinute / shorter,
        toMinute: flood.toMinute / shorter,
      },
    }),
    minutes: minutes / shorter,
    from: from / shorter,
    to: to / shorter,
    everyMinutes: everyMinutes / shorter,
  }
}

/** Lives it to its end; `look` is called after each of its steps. */
export async function live(world: World, story: Story, look: () => void): Promise<void> {
  const { eventsPerSecond, minutes, flood, everyMinutes } = story
  await world.start()
  world.arrive(eventsPerSecond, minutes * minute)
  const steps = [
    ...story.changes.map(({ minute: at, weather }) => ({
      at,
      run: () => Object.assign(world.weather, weather),
    })),
    ...(flood ? [{ at: flood.fromMinute, run: () => pour(world, flood) }] : []),
  ].sort((a, b) => a.at - b.at)
  for (let now = everyMinutes; ; now += everyMinutes) {
    while (steps[0] && steps[0].at < now) {
      const step = steps.shift()
      await world.passUntil((step?.at ?? 0) * minute)
      step?.run()
    }
    await world.passUntil(now * minute)
    look()
    const over = now >= minutes && world.left() === 0
    if (over || now > minutes + hoursMost * 60) return
  }
}

function pour(world: World, flood: NonNullable<Scenario['flood']>): void {
  for (const partner of floodersOf(world, flood.partners)) {
    const rate = world.partners[partner]?.rate ?? 0
    world.arrive(rate * (flood.times - 1), flood.toMinute * minute, () => partner)
  }
}

/** The largest partners without a pace. */
export function floodersOf({ partners }: World, count: number): number[] {
  const free = partners.flatMap(({ perSecond }, n) => (perSecond === null ? [n] : []))
  return free.slice(0, count)
}
