// Why an event of the past could not be considered: only what took too long is called too slow.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordedWithBodies } from '../../src/db/jobs/recorded.ts'
import { Busy } from '../../src/db/group-commit.ts'
import { TooSlow, Unconsidered } from '../../src/inbound/aside.ts'
import { considerAgain } from '../../src/jobs/history.ts'
import { deciders } from '../../src/jobs/decide.ts'
import { limits } from '../../src/limits.ts'
import { createDirectory } from '../../src/partners/directory.ts'
import { createVault } from '../../src/vault.ts'
import { pepper } from '../ledger/scene.ts'
import { Job, openJobScene, overAt, runnerOn, type JobScene } from './scene.ts'

let it: JobScene
let large: string
beforeAll(async () => {
  it = await openJobScene()
  const pad = 'x'.repeat(limits.asideBodyBytesMin)
  large = await it.came(it.own, { value: { amount: 1500, email: 'large@example.com', pad } })
})
afterAll(() => it.close())

const directory = () => createDirectory(it.relayDb.orm, createVault([Buffer.alloc(32, 7)]))

async function consideredWhere(error: Error) {
  const { partnerId, sourceId } = it.own
  const { events, bodies } = await recordedWithBodies(it.relayDb.orm, partnerId, [large])
  const source = await directory().sourceById(partnerId, sourceId)
  const deps = { aside: { consider: () => Promise.reject(error) }, now: Date.now }
  return (await considerAgain(deps, source, events, bodies)).map((each) =>
    'skip' in each ? each.skip : 'planned',
  )
}

describe('an event that cannot be considered', () => {
  test('in time is too slow; before it has had a turn it may come again', async () => {
    expect(await consideredWhere(new TooSlow('the thread ended'))).toEqual(['too_slow'])
    expect(await consideredWhere(new Busy('large work waits too long'))).toEqual(['busy'])
  })

  test.each([new Unconsidered('out of memory'), new TypeError('a fault of ours')])(
    'for another reason is a fault that is told: %s',
    async (error) => {
      await expect(consideredWhere(error)).rejects.toBe(error)
    },
  )
})

async function planned() {
  const { id, fingerprint } = await it.ask(Job, 201, 'POST', 'plans', {
    kind: 'replay',
    source: 'shop',
  })
  await it.ask(Job, 200, 'POST', `plans/${id}/confirm`, { fingerprint })
  return id
}

describe('a job', () => {
  test('does not decide what has had no turn', async () => {
    const deps = {
      orm: it.relayDb.orm,
      sql: it.relayDb.work,
      pepper,
      now: Date.now,
      sourceById: directory().sourceById,
      aside: { consider: () => Promise.reject(new Busy('closing')) },
    }
    const { partnerId, sourceId } = it.own
    const job = { partnerId, id: large, actor: 'test', wanted: { source: sourceId } }
    const item = { n: 1, originalId: large, email: null, emailKey: null, foldedKey: null }
    await expect(deciders.replay(deps, job as never, [item])).rejects.toBeInstanceOf(Busy)
  })

  test('goes on past an event whose thread dies, which fails and is told', async () => {
    const usual = limits.asideHeapMegabytesMax
    // Too little for what the thread loads; with less still, Node 24 ends the whole process.
    Object.assign(limits, { asideHeapMegabytesMax: 10 })
    try {
      await it.came(it.own, { email: 'small@example.com' })
      const id = await planned()
      const runner = runnerOn(it)
      runner.start()
      await overAt(it, id)
      await runner.stop()
      const job = await it.ask(Job, 200, 'GET', `jobs/${id}`)
      expect(job).toMatchObject({ progress: { done: 1, failed: 1 } })
      expect(job.left).toEqual({ cannot_be_considered: 1 })
      expect(runner.failures.length).toBeGreaterThan(0)
    } finally {
      Object.assign(limits, { asideHeapMegabytesMax: usual })
    }
  })
})
