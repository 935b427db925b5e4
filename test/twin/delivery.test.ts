// The twin of delivery: thousands of histories of real relays in virtual time. A failure prints its
// seed and path; TWIN_SEED and TWIN_PATH play it again, TWIN_RUNS sets how many histories are lived.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { fair } from './moab.ts'
import { obey, person, steps, type Step } from './commands.ts'
import { report, settings, timeIsUp } from './settings.ts'
import { World } from './world.ts'

const campaign = fc.record({
  perSecond: fc.constantFrom(null, null, 0.5, 3),
  startsAt: fc.constantFrom(null, null, 600_000),
})
const finals = ['granted', 'already_known', 'refused', 'suppressed']
const chancesPerHistory = 8
const { timeoutMs: timeout } = settings

test('whatever happens, every grant ends as the truth', { timeout }, async () => {
  const started = performance.now()
  let histories = 0
  await fc.assert(
    fc.asyncProperty(
      fc.noShrink(fc.integer()),
      fc.array(campaign, { minLength: 1, maxLength: 3 }),
      fc.commands(steps, { maxCommands: 25, size: 'max', ...settings.replayPath }),
      async (seed, campaigns, history) => {
        // The same steps with other ways of the network: to think of steps costs more than to live them.
        for (let n = 0; n < chancesPerHistory && !timeIsUp(started); n++) {
          histories++
          await live(new World(seed + n, campaigns), history)
        }
      },
    ),
    settings.assert(4_000, chancesPerHistory),
  )
  report('delivery', histories, started)
})

const plain = { perSecond: null, startsAt: null }

test('a relay whose calls were slow still probes', async () => {
  const world = new World(1, [plain])
  await world.time.live(async () => {
    await world.boot()
    world.moab.weather.set('campaign0', { ...fair, loses: 1, slowMs: 60_000 })
    for (let n = 0; n < 12; n++) await world.arrive(0, 'campaign0', [`${n}@x.io`], `event${n}`)
    await world.pass(1_800_000)
    expect(world.tables.health.get('campaign0')?.state).toBe('unreachable')
    world.moab.weather.clear()
    await world.pass(120_000)
    expect(world.tables.health.get('campaign0')?.state).toBe('healthy')
  })
})

test('a silence of days ends with a person, for every grant', async () => {
  const world = new World(2, [plain])
  await world.time.live(async () => {
    await world.boot()
    world.moab.weather.set('campaign0', { ...fair, refuses: true })
    for (let n = 0; n < 3; n++) await world.arrive(0, 'campaign0', [`${n}@x.io`], `event${n}`)
    await world.pass(60 * 3_600_000)
    expect(world.tables.grants.map(({ state }) => state)).toEqual(['queued', 'queued', 'queued'])
    await world.pass(36 * 3_600_000)
    expect(world.tables.grants.map(({ state }) => state)).toEqual(Array(3).fill('attention'))
    obey(world)
  })
})

async function live(world: World, history: Iterable<Step>): Promise<void> {
  await world.time.live(async () => {
    await world.boot()
    await world.boot()
    await fc.asyncModelRun(() => ({ model: {}, real: world }), history)
    for (const id of world.campaigns) person.start(world, id)
    await world.rest()
  })
  obey(world)
  theEnd(world)
}

function theEnd(world: World): void {
  const { tables, moab, told } = world
  for (const grant of tables.grants) {
    const ended = finals.includes(grant.state) || grant.state === 'attention'
    if (!ended) throw new Error(`still ${grant.state}: ${JSON.stringify(grant)}`)
    const registered = moab.registered.has(`${grant.campaignId} ${grant.email}`)
    if (grant.state === 'granted' && !registered) throw new Error('granted, but not at MOAB')
  }
  for (const key of told) {
    if (!tables.events.has(`source ${key}`)) throw new Error(`${key} was told, but is not there`)
  }
  for (const { worker, recorder } of world.relays) {
    const left = worker.inFlight() + recorder.waiting()
    if (left > 0) throw new Error(`${left} are left in memory`)
    if (worker.reserve(20) < 20) throw new Error('room is still reserved')
  }
}
