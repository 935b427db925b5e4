// What can happen to a few relays, as fast-check's model commands. The model is the law: after each
// step it must not be broken.
import * as fc from 'fast-check'
import { fair, type Weather } from './moab.ts'
import type { Tables } from './tables.ts'
import type { World } from './world.ts'

type Model = Record<string, never>
export type Step = fc.AsyncCommand<Model, World>

/** One step of a history: it prints as it is, so that a failure can be read. */
function step(name: string, traits: object, act: (world: World) => Promise<void> | void): Step {
  return {
    check: () => true,
    run: async (_, world) => {
      await act(world)
      obey(world)
    },
    toString: () => `${name}${JSON.stringify(traits)}`,
  }
}

export function obey({ law, surprises }: World): void {
  if (law.broken.length > 0) throw new Error(law.broken.slice(0, 3).join('\n'))
  if (surprises.length > 0) throw new Error('a relay met with a surprise', { cause: surprises[0] })
}

const relay = fc.nat(1)
const campaign = fc.nat(2)
const email = fc
  .constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'wrong1')
  .map((n) => `${n}@x.io`)
const span = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 3_000 }) },
  { weight: 3, arbitrary: fc.integer({ min: 3_000, max: 90_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 90_000, max: 4_000_000 }) },
)

const weather: fc.Arbitrary<Weather> = fc.record({
  code: fc.oneof(
    { weight: 2, arbitrary: fc.constant(null) },
    { weight: 3, arbitrary: fc.constantFrom(1, 2, 3, 4, 6, 7, 8, 9, 11, 77) },
  ),
  places: fc.constantFrom(null, null, null, 1, 2, 3),
  refuses: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
  loses: fc.constantFrom(0, 0, 0.3, 1),
  slowMs: fc.constantFrom(50, 200, 5_000, 40_000),
})

const arrivals = fc.record({
  relay,
  campaign,
  emails: fc.array(email, { minLength: 1, maxLength: 5 }),
})

export const steps: fc.Arbitrary<Step>[] = [
  ...Array.from({ length: 3 }, () =>
    fc.tuple(arrivals, fc.nat(30)).map(([traits, event]) =>
      step('arrive', { ...traits, event }, (world) => {
        const emails = [...new Set(traits.emails)]
        const campaignId = campaignOf(world, traits.campaign)
        return world.arrive(traits.relay, campaignId, emails, `event${event}`)
      }),
    ),
  ),
  ...Array.from({ length: 3 }, () =>
    span.map((ms) => step('pass', { ms }, (world) => world.pass(ms))),
  ),
  fc.tuple(campaign, weather).map(([n, traits]) =>
    step('weather', { n, ...traits }, (world) => {
      world.moab.weather.set(campaignOf(world, n), traits)
    }),
  ),
  campaign.map((n) =>
    step('fair', { n }, (world) => void world.moab.weather.set(campaignOf(world, n), fair)),
  ),
  relay.map((n) => step('kill', { n }, (world) => world.kill(n))),
  relay.map((n) => step('stop', { n }, (world) => world.stop(n))),
  fc
    .tuple(relay, fc.integer({ min: 100, max: 150_000 }))
    .map(([n, ms]) => step('stall', { n, ms }, (world) => world.stall(n, ms))),
  fc.integer({ min: 10, max: 120_000 }).map((ms) =>
    step('database away', { ms }, (world) => {
      world.databaseAwayUntil = world.time.now + ms
    }),
  ),
  fc.constantFrom(0, 0.2).map((share) =>
    step('statements lost', { share }, (world) => {
      world.statementsLost = share
    }),
  ),
  fc
    .tuple(campaign, fc.constantFrom('stop', 'start', 'change'))
    .map(([n, what]) => step(what, { n }, (world) => person[what](world, campaignOf(world, n)))),
  fc
    .tuple(campaign, email)
    .map(([n, address]) =>
      step('erase', { n, address }, (world) => erase(world.tables, campaignOf(world, n), address)),
    ),
  campaign.map((n) =>
    step('try again', { n }, ({ tables, campaigns }) => {
      for (const grant of tables.grants)
        if (grant.state === 'attention' && grant.campaignId === campaigns[n % campaigns.length])
          tables.change(
            grant,
            { state: 'queued', dueAt: tables.now(), reason: null, retries: 0 },
            'retry',
          )
    }),
  ),
  fc.tuple(campaign, email).map(([n, address]) =>
    step('others register', { n, address }, ({ moab, campaigns }) => {
      const key = `${campaigns[n % campaigns.length]} ${address}`
      if (!moab.registered.has(key) && !address.startsWith('wrong'))
        moab.registered.set(key, 'others')
    }),
  ),
]

const campaignOf = (world: World, n: number) => world.campaigns[n % world.campaigns.length] ?? ''

/** What people do to a campaign; as startHealth and reconsiderHealth of src/db. */
export const person = {
  stop: (world: World, id: string) => setHealth(world, id, 'stopped'),
  start: (world: World, id: string) => setHealth(world, id, 'healthy'),
  change: (world: World, id: string) => {
    const health = world.tables.health.get(id)
    if (health?.state !== 'holding' && health?.state !== 'unreachable') return
    world.tables.changeHealth(health, { probeAt: world.tables.now() })
    world.law.personActed(id, false)
  },
}

function setHealth(world: World, id: string, state: 'healthy' | 'stopped'): void {
  const health = world.tables.health.get(id)
  if (health === undefined || (state === 'healthy' && health.state !== 'stopped')) return
  const reason = state === 'healthy' ? null : 'stopped'
  world.tables.changeHealth(health, { state, reason, probeAt: null, probes: 0, failures: 0 })
  world.law.personActed(id, true)
}

function erase(tables: Tables, campaignId: string, address: string): void {
  for (const grant of tables.grants) {
    if (grant.campaignId !== campaignId || grant.email !== address) continue
    if (!['queued', 'held', 'attention'].includes(grant.state)) continue
    const gone = { state: 'suppressed', email: null, dueAt: null, settledAt: tables.now() }
    tables.change(grant, { ...gone, reason: null }, 'erase')
  }
}
