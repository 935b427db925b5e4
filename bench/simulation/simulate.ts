// One scenario from its beginning to its figures.
import { chance } from '../../test/twin/time.ts'
import {
  bySize,
  fairness,
  overTime,
  waysOf,
  type Bucket,
  type Fairness,
  type Group,
  type Sample,
} from './figures.ts'
import { floodersOf, live, storyOf, type ScenarioName } from './scenarios.ts'
import { makePartners } from './traffic.ts'
import { World } from './world.ts'

export interface Settings {
  scenario: ScenarioName
  partners: number
  relays: number
  eventsPerSecond: number
  seed: number
  /** The scenario in so many times less time. */
  shorter?: number
}

export interface Result extends Settings {
  grants: number
  calls: number
  /** Calls for what MOAB had already, each after an answer that was lost. */
  repeated: number
  overTime: Bucket[]
  bySize: Group[]
  fairness: Fairness
  /** Minutes from the end of the trouble until what had gathered was delivered. */
  drainedMinutes: number
  verdict: string
  /** Promises that did not hold; there should be none. */
  broken: string[]
  statements: Record<string, number>
  timers: number
  seconds: number
}

export async function simulate(settings: Settings): Promise<Result> {
  const started = performance.now()
  const { scenario, partners: count, relays, eventsPerSecond, seed } = settings
  const story = storyOf(scenario, eventsPerSecond, settings.shorter ?? 1)
  const partners = makePartners(count, eventsPerSecond, chance(seed))
  const world = new World({ seed, relays, partners, weather: story.weather })
  const samples: Sample[] = []
  await world.time.live(() =>
    live(world, story, () =>
      samples.push({
        second: world.second,
        inFlight: world.inFlight,
        unwell: world.tables.probed,
      }),
    ),
  )
  world.checks.ended(world.acknowledged, world.moab.registered)
  const ways = waysOf(world)
  const flooders = floodersOf(world, story.flood?.partners ?? 0)
  const period = { since: story.from * 60, until: story.to * 60 }
  const gathered = ways.filter(({ made }) => made <= period.until)
  const last = gathered.reduce((most, { done }) => Math.max(most, done), 0)
  const figures = {
    overTime: overTime(world, ways, samples),
    bySize: bySize(world, ways, period, flooders),
    fairness: fairness(world, ways, period, flooders),
    drainedMinutes: Math.max(0, last - period.until) / 60,
  }
  return {
    ...settings,
    ...figures,
    grants: world.tables.grants.length,
    calls: world.calls.reduce((sum, each) => sum + each, 0),
    repeated: world.checks.repeated(),
    verdict: verdictOf(figures, world),
    broken: world.checks.broken,
    statements: Object.fromEntries(world.statements),
    timers: world.time.fired,
    seconds: (performance.now() - started) / 1000,
  }
}

type Figures = Pick<Result, 'overTime' | 'bySize' | 'fairness' | 'drainedMinutes'>

function verdictOf(
  { overTime, fairness, drainedMinutes }: Figures,
  { checks, tables }: World,
): string {
  const most = Math.max(...overTime.map(({ waiting }) => waiting))
  const fair = `Jain ${fairness.jain.toFixed(2)} over ${fairness.partners} partners without a pace, small ones waited ${fairness.smallToLargest.toFixed(2)} of what the largest ten did`
  const held =
    checks.broken.length === 0
      ? 'nothing lost, nothing twice, no pace exceeded'
      : `${checks.broken.length} PROMISES BROKEN`
  return `${tables.grants.length} grants, at most ${most} waiting, drained after ${drainedMinutes.toFixed(1)} min; ${fair}; ${checks.repeated()} calls made again; ${held}.`
}
