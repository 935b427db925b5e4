// What a simulation shows: over time, by the size of partners, and how fairly they waited.
import type { Grant } from '../../test/twin/tables.ts'
import type { World } from './world.ts'

/** One grant's way: seconds since the beginning. */
interface Way {
  partner: number
  made: number
  done: number
}

export interface Sample {
  second: number
  inFlight: number
  unwell: number
}

export interface Bucket {
  minute: number
  arrived: number
  calls: number
  callsMost: number
  answered: number
  inFlight: number
  unwell: number
  waiting: number
  oldest: number
  p50: number | null
  p99: number | null
}

export interface Group {
  name: string
  partners: number
  grants: number
  p50: number | null
  p99: number | null
  most: number | null
}

export function waysOf({ tables, partners, begins }: World): Way[] {
  const numbers = new Map(partners.map(({ campaignId }, n) => [campaignId, n]))
  const second = (at: number | null) => ((at ?? Infinity) - begins) / 1000
  return tables.grants.map((grant: Grant) => ({
    partner: numbers.get(grant.campaignId) ?? -1,
    made: second(grant.createdAt),
    done: second(grant.settledAt),
  }))
}

export function overTime(world: World, ways: readonly Way[], samples: readonly Sample[]): Bucket[] {
  return samples.map(({ second: to, inFlight, unwell }, n) => {
    const from = samples[n - 1]?.second ?? 0
    const open = ways.filter(({ made, done }) => made <= to && done > to)
    const done = ways.filter((way) => way.done > from && way.done <= to)
    const waits = sorted(done.map((way) => way.done - way.made))
    const within = (seconds: readonly number[]) => seconds.slice(from, to)
    return {
      minute: Math.round(to / 60),
      arrived: ways.filter(({ made }) => made > from && made <= to).length / (to - from),
      calls: mean(within(world.calls), to - from),
      callsMost: Math.max(0, ...within(world.calls)),
      answered: mean(within(world.answers), to - from),
      inFlight,
      unwell,
      waiting: open.length,
      oldest: open.reduce((most, { made }) => Math.max(most, to - made), 0),
      p50: at(waits, 0.5),
      p99: at(waits, 0.99),
    }
  })
}

/** How long grants waited from `since` on, by the size of their partners. */
export function bySize(
  world: World,
  ways: readonly Way[],
  { since, until }: Period,
  flooders: readonly number[],
): Group[] {
  const count = world.partners.length
  const tenth = count / 10
  const groups = [
    ...(flooders.length > 0 ? [{ name: 'who floods', from: -1, to: -1 }] : []),
    { name: 'largest ten', from: 0, to: 10 },
    ...Array.from({ length: 10 }, (_, n) => ({
      name: `decile ${n + 1}`,
      from: Math.round(n * tenth),
      to: Math.round((n + 1) * tenth),
    })),
  ]
  const theirs = ways.filter(({ made, done }) => made <= until && done > since)
  return groups.map(({ name, from, to }) => {
    const some = theirs.filter(({ partner }) =>
      flooders.includes(partner) ? from < 0 : partner >= from && partner < to,
    )
    const free = some.filter(({ partner }) => world.partners[partner]?.perSecond === null)
    const waits = sorted(free.map(({ made, done }) => done - Math.max(made, since)))
    return {
      name,
      partners: new Set(some.map(({ partner }) => partner)).size,
      grants: some.length,
      p50: at(waits, 0.5),
      p99: at(waits, 0.99),
      most: waits.at(-1) ?? null,
    }
  })
}

export interface Period {
  since: number
  until: number
}

export interface Fairness {
  /** Jain's index of the partners' mean waits: 1 when all are alike, 1/n when one has waited for all. */
  jain: number
  partners: number
  /** Median of the small partners' mean waits (deciles 2 to 10), over that of the largest ten. */
  smallToLargest: number
}

/** Of partners without a pace, among those who had something waiting; who floods waits for himself. */
export function fairness(
  world: World,
  ways: readonly Way[],
  { since, until }: Period,
  flooders: readonly number[],
): Fairness {
  const waits = new Map<number, number[]>()
  for (const { partner, made, done } of ways) {
    if (made > until || done <= since || flooders.includes(partner)) continue
    if (world.partners[partner]?.perSecond !== null) continue
    const list = waits.get(partner) ?? []
    list.push(done - Math.max(made, since))
    waits.set(partner, list)
  }
  const means = [...waits].map(([partner, list]) => ({ partner, wait: mean(list, list.length) }))
  const sum = means.reduce((all, { wait }) => all + wait, 0)
  const squares = means.reduce((all, { wait }) => all + wait * wait, 0)
  const some = (holds: (partner: number) => boolean) =>
    at(sorted(means.filter(({ partner }) => holds(partner)).map(({ wait }) => wait)), 0.5) ?? 0
  const small = some((partner) => partner >= world.partners.length / 10)
  return {
    jain: squares === 0 ? 1 : sum ** 2 / (means.length * squares),
    partners: means.length,
    smallToLargest: small / (some((partner) => partner < 10) || 1),
  }
}

const sorted = (list: number[]) => list.sort((a, b) => a - b)

function mean(list: readonly number[], count: number): number {
  return list.reduce((sum, each) => sum + each, 0) / Math.max(1, count)
}

function at(list: readonly number[], share: number): number | null {
  return list[Math.min(list.length - 1, Math.floor(list.length * share))] ?? null
}
