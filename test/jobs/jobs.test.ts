// Bulk work: planned, confirmed, done by any number of relays, each item once; and what stands against it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import { claimJob, nextItems, settleItems } from '../../src/db/jobs/running.ts'
import { jobs, retries } from '../../src/db/jobs/schema.ts'
import { grants } from '../../src/db/schema.ts'
import { uuidv7 } from '../../src/ids.ts'
import { deciders } from '../../src/jobs/decide.ts'
import { pepper } from '../ledger/scene.ts'
import { definition, Job, openJobScene, overAt, Refused, runnerOn, type JobScene } from './scene.ts'

const Items = z.looseObject({
  items: z.array(
    z.looseObject({
      n: z.number(),
      original_id: z.string().nullable(),
      state: z.string(),
      result_id: z.string().nullable(),
    }),
  ),
  next: z.string().nullable(),
})

let it: JobScene
beforeAll(async () => (it = await openJobScene()))
afterAll(() => it.close())

/** Grants that need attention, in a campaign that nobody else uses. */
async function needy(many: number, state = 'attention') {
  const partner = await it.makePartner()
  await it.setRule(definition, partner)
  for (let n = 0; n < many; n++)
    await it.came(partner, { email: `needy${n}.${partner.partnerId}@example.com` })
  await it.db.orm
    .update(grants)
    .set({
      state,
      reason: state === 'attention' ? 'no_answer' : 'wrong_email',
      dueAt: null,
      settledAt: state === 'refused' ? new Date() : null,
    })
    .where(eq(grants.partnerId, partner.partnerId))
  const token = await it.token(partner.partnerId)
  const post = async <Shape extends z.ZodType>(
    shape: Shape,
    status: number,
    path: string,
    body: object,
  ) => {
    const answer = await it.change(`/api/v1/${path}`, token, 'POST', body)
    const said: unknown = await answer.json()
    if (answer.status !== status)
      throw new Error(`${path}: ${answer.status} ${JSON.stringify(said)}`)
    return shape.parse(said)
  }
  const read = async (id: string) =>
    Job.parse(await (await it.get(`/api/v1/jobs/${id}`, token)).json())
  const items = async (id: string, query = '') =>
    Items.parse(await (await it.get(`/api/v1/jobs/${id}/items${query}`, token)).json())
  const confirmed = async (body: object) => {
    const plan = await post(Job, 201, 'plans', body)
    return post(Job, 200, `plans/${plan.id}/confirm`, { fingerprint: plan.fingerprint })
  }
  return { partner, token, post, read, items, confirmed }
}

describe('a plan', () => {
  test('says what it is about, with masked examples, and does nothing', async () => {
    const { partner, post, items } = await needy(4)
    const plan = await post(Job, 201, 'plans', { kind: 'retry', state: 'attention' })
    expect(plan).toMatchObject({
      state: 'planned',
      found: {
        counts: { 'attention: no_answer': 4 },
        examples: [{ email: 'n***@example.com' }, {}, {}],
      },
      progress: { items: 4, waiting: 4, done: 0 },
    })
    expect(JSON.stringify(plan)).not.toContain('needy')
    expect((await items(plan.id)).items.map((item) => item.n)).toEqual([1, 2, 3, 4])
    const states = await it.db.orm
      .select()
      .from(grants)
      .where(eq(grants.partnerId, partner.partnerId))
    expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['attention']))
    expect(await claimJob(it.db.work, uuidv7())).toBeUndefined()
  })

  test('is confirmed once, with its own fingerprint, in its time', async () => {
    const { post } = await needy(1)
    const plan = await post(Job, 201, 'plans', { kind: 'retry', state: 'attention' })
    const { fingerprint } = plan
    const path = `plans/${plan.id}/confirm`
    expect(await post(Refused, 409, path, { fingerprint: 'another' })).toMatchObject({
      reason: 'world_changed',
    })
    await it.db.orm
      .update(jobs)
      .set({ expiresAt: sql`now()` })
      .where(eq(jobs.id, plan.id))
    expect(await post(Refused, 409, path, { fingerprint })).toMatchObject({ reason: 'expired' })
    await it.db.orm
      .update(jobs)
      .set({ expiresAt: sql`now() + interval '1 hour'` })
      .where(eq(jobs.id, plan.id))
    expect(await post(Job, 200, path, { fingerprint })).toMatchObject({ state: 'running' })
    expect(await post(Refused, 409, path, { fingerprint })).toMatchObject({ reason: 'confirmed' })
    expect(await post(Job, 200, `jobs/${plan.id}/cancel`, {})).toMatchObject({ state: 'cancelled' })
    expect(await post(Refused, 409, `jobs/${plan.id}/cancel`, {})).toMatchObject({
      reason: 'not_running',
    })
  })

  test('is not confirmed when the world has changed: a grant more, one less, or another rule', async () => {
    const { partner, post } = await needy(2)
    const confirm = async (plan: z.output<typeof Job>) =>
      post(Refused, 409, `plans/${plan.id}/confirm`, { fingerprint: plan.fingerprint })
    const wanted = { kind: 'retry', state: 'attention' }
    const less = await post(Job, 201, 'plans', wanted)
    const [first] = await it.db.orm
      .select()
      .from(grants)
      .where(eq(grants.partnerId, partner.partnerId))
    await it.db.orm
      .update(grants)
      .set({ state: 'granted', settledAt: new Date(), reason: null })
      .where(eq(grants.id, first?.id ?? ''))
    expect(await confirm(less)).toMatchObject({ reason: 'world_changed' })
    const more = await post(Job, 201, 'plans', wanted)
    await it.db.orm
      .update(grants)
      .set({ state: 'attention', settledAt: null, reason: 'no_answer' })
      .where(eq(grants.id, first?.id ?? ''))
    expect(await confirm(more)).toMatchObject({ reason: 'world_changed' })
    const replay = await post(Job, 201, 'plans', { kind: 'replay', source: 'shop' })
    await it.setRule({ ...definition, email: ['$.other'] }, partner)
    expect(await confirm(replay)).toMatchObject({ reason: 'world_changed' })
    const empty = await post(Job, 201, 'plans', { kind: 'retry', state: 'queued' })
    expect(await confirm(empty)).toMatchObject({ reason: 'nothing' })
  })

  test('of another partner is not there', async () => {
    const { post } = await needy(1)
    const plan = await post(Job, 201, 'plans', { kind: 'retry', state: 'attention' })
    const { fingerprint, id } = plan
    expect((await it.get(`/api/v1/plans/${id}`, it.mine)).status).toBe(404)
    expect(
      await it.ask(Refused, 404, 'POST', `plans/${id}/confirm`, { fingerprint }),
    ).toMatchObject({ code: 'not_found' })
  })
})

describe('a job', () => {
  test('makes grants due, linked item by item, and skips what was answered meanwhile', async () => {
    const { partner, confirmed, read, items } = await needy(5)
    const job = await confirmed({ kind: 'retry', state: 'attention' })
    const mine = await it.db.orm
      .select()
      .from(grants)
      .where(eq(grants.partnerId, partner.partnerId))
    const [answered] = mine
    await it.db.orm
      .update(grants)
      .set({ state: 'granted', reason: null, settledAt: new Date() })
      .where(eq(grants.id, answered?.id ?? ''))
    const { start, stop, failures } = runnerOn(it)
    start()
    await overAt(it, job.id)
    await stop()
    expect(failures).toEqual([])
    expect(await read(job.id)).toMatchObject({
      state: 'done',
      progress: { items: 5, waiting: 0, done: 4, skipped: 1, failed: 0 },
      left: { granted: 1 },
    })
    const done = await it.db.orm.select().from(retries).where(eq(retries.jobId, job.id))
    const listed = (await items(job.id, '?state=done')).items
    const pairs = new Map(done.map((retry) => [retry.grantId, retry.id]))
    expect(new Map(listed.map((item) => [item.original_id, item.result_id]))).toEqual(pairs)
    const after = await it.db.orm
      .select()
      .from(grants)
      .where(eq(grants.partnerId, partner.partnerId))
    expect(after.map(({ state }) => state).sort()).toEqual([
      'granted',
      'queued',
      'queued',
      'queued',
      'queued',
    ])
  })

  test('retries refused ones only where the plan was about them', async () => {
    const { confirmed, read } = await needy(2, 'refused')
    const job = await confirmed({ kind: 'retry', state: 'refused' })
    const { start, stop } = runnerOn(it)
    start()
    await overAt(it, job.id)
    await stop()
    expect(await read(job.id)).toMatchObject({ progress: { done: 2 } })
  })

  test('replays events by the rules of now, each linked to its event', async () => {
    const { partner, confirmed, read, items } = await needy(0)
    const emails = Array.from({ length: 40 }, (_, n) => `late${n}.${partner.partnerId}@example.com`)
    const ids: string[] = []
    for (const email of emails)
      ids.push(await it.came(partner, { value: { amount: 2000, other: email } }))
    await it.came(partner, { email: `there.${partner.partnerId}@example.com` })
    await it.setRule({ ...definition, email: ['$.other', '$.email'] }, partner)
    const job = await confirmed({ kind: 'replay', source: 'shop' })
    const { start, stop, failures } = runnerOn(it)
    start()
    await overAt(it, job.id)
    await stop()
    expect(failures).toEqual([])
    expect(await read(job.id)).toMatchObject({
      progress: { items: 41, done: 41, waiting: 0 },
      made: 40,
    })
    const made = await it.db.orm
      .select()
      .from(grants)
      .where(eq(grants.partnerId, partner.partnerId))
    expect(made).toHaveLength(41)
    expect(made.filter(({ eventId }) => ids.includes(eventId ?? ''))).toHaveLength(40)
    expect((await items(job.id, '?limit=200')).items.map((item) => item.original_id)).toEqual(
      expect.arrayContaining(ids),
    )
  })

  test('of two relays at once does each item once, also when one is killed and the other is late', async () => {
    const { confirmed, read, partner } = await needy(30)
    const job = await confirmed({ kind: 'retry', state: 'attention' })
    const [killed, late] = [uuidv7(), uuidv7()]
    const claimed = await claimJob(it.db.work, killed)
    expect(claimed).toMatchObject({ id: job.id, reached: 0, items: 30 })
    if (claimed === undefined) throw new Error('nothing claimed')
    expect(await claimJob(it.db.work, late)).toBeUndefined()
    const deps = {
      orm: it.db.orm,
      sql: it.db.work,
      pepper,
      now: Date.now,
      aside: { consider: () => Promise.reject(new Error('no')) },
      sourceById: () => Promise.resolve(undefined),
    }
    const batch = await nextItems(it.db.work, claimed, 10)
    const decide = await deciders.retry(deps, claimed, batch)
    // Killed inside its transaction: nothing of it stays.
    await expect(
      settleItems(it.db.work, claimed, killed, async (tx) => {
        await decide(tx)
        throw new Error('killed')
      }),
    ).rejects.toThrow('killed')
    expect(await it.db.orm.select().from(retries).where(eq(retries.jobId, job.id))).toEqual([])
    // It wakes up again after its lease: another has gone on, and what it brings does not count.
    await it.db.orm
      .update(jobs)
      .set({ leaseUntil: sql`now() - interval '1 s'` })
      .where(eq(jobs.id, job.id))
    const next = await claimJob(it.db.work, late)
    expect(next).toMatchObject({ id: job.id, reached: 0 })
    if (next === undefined) throw new Error('nothing claimed')
    expect(await settleItems(it.db.work, claimed, killed, decide)).toBeUndefined()
    const theirs = await deciders.retry(deps, next, batch)
    expect(await settleItems(it.db.work, next, late, theirs)).toHaveLength(10)
    expect(await settleItems(it.db.work, claimed, killed, decide)).toBeUndefined()
    expect(await settleItems(it.db.work, claimed, late, decide)).toBeUndefined()
    await it.db.orm
      .update(jobs)
      .set({ leaseUntil: sql`now() - interval '1 s'` })
      .where(eq(jobs.id, job.id))
    const relays = [runnerOn(it), runnerOn(it), runnerOn(it)]
    for (const { start } of relays) start()
    await overAt(it, job.id)
    await Promise.all(relays.map(({ stop }) => stop()))
    expect(await read(job.id)).toMatchObject({
      state: 'done',
      progress: { done: 30, skipped: 0, failed: 0 },
    })
    const done = await it.db.orm.select().from(retries).where(eq(retries.jobId, job.id))
    expect(done).toHaveLength(30)
    expect(new Set(done.map(({ grantId }) => grantId)).size).toBe(30)
    const after = await it.db.orm
      .select()
      .from(grants)
      .where(eq(grants.partnerId, partner.partnerId))
    expect(new Set(after.map(({ state }) => state))).toEqual(new Set(['queued']))
  })

  test('that is cancelled stops where it is, and the batch under way does not count', async () => {
    const { confirmed, post, read } = await needy(6)
    const job = await confirmed({ kind: 'retry', state: 'attention' })
    const node = uuidv7()
    const claimed = await claimJob(it.db.work, node)
    if (claimed === undefined) throw new Error('nothing claimed')
    const deps = {
      orm: it.db.orm,
      sql: it.db.work,
      pepper,
      now: Date.now,
      aside: { consider: () => Promise.reject(new Error('no')) },
      sourceById: () => Promise.resolve(undefined),
    }
    const one = await nextItems(it.db.work, claimed, 2)
    await settleItems(it.db.work, claimed, node, await deciders.retry(deps, claimed, one))
    await post(Job, 200, `jobs/${job.id}/cancel`, {})
    const moved = { ...claimed, reached: 2 }
    const two = await nextItems(it.db.work, moved, 2)
    expect(
      await settleItems(it.db.work, moved, node, await deciders.retry(deps, moved, two)),
    ).toBeUndefined()
    expect(await read(job.id)).toMatchObject({
      state: 'cancelled',
      progress: { done: 2, waiting: 4 },
    })
    expect(await it.db.orm.select().from(retries).where(eq(retries.jobId, job.id))).toHaveLength(2)
  })
})
