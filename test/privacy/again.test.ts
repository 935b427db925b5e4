// Work that was planned before a person was erased, and work that is planned after: retries, replays and
// lists all end as suppressed, and nothing readable comes back.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { requestErasures } from '../../src/privacy/erasures.ts'
import { claimErasure, erasureById } from '../../src/db/privacy/erasures.ts'
import { erase } from '../../src/privacy/erasing.ts'
import { foldedAddress } from '../../src/rules/email.ts'
import { createVault, emailKey } from '../../src/vault.ts'
import { uuidv7 } from '../../src/ids.ts'
import {
  campaignNameOf,
  Job,
  openJobScene,
  overAt,
  Refused,
  runnerOn,
  type JobScene,
} from '../jobs/scene.ts'
import { pepper } from '../ledger/scene.ts'
import { until } from '../support/sending.ts'
import { placesOf } from './scene.ts'

let it: JobScene
beforeAll(async () => (it = await openJobScene()))
afterAll(() => it.close())

let email: string
beforeEach(() => {
  email = `anna.${uuidv7()}@example.com`
})

async function eraseNow(): Promise<void> {
  const { relayDb: db } = it
  const vault = createVault([Buffer.alloc(32, 7)])
  const wanted = { email, partnerIds: [it.own.partnerId], actor: 'test' }
  const [id = ''] = await requestErasures({ orm: db.orm, vault, pepper }, wanted)
  await until(async () => {
    const claimed = await claimErasure(db.work, id)
    if (claimed !== undefined) await erase({ db, vault, pepper, publicUrl: undefined }, claimed)
    return (await erasureById(it.db.orm, null, id))?.phase === 'done'
  }, 15_000)
}

const grants = () =>
  it.db.work<{ state: string; email: string | null }[]>`
    select state, email from grants where folded_key = ${emailKey(pepper, foldedAddress(email))} order by id`

const list = async () => {
  const campaign = await campaignNameOf(it, it.own.campaignId)
  const answer = await it.api.request(`/api/v1/imports?campaign=${encodeURIComponent(campaign)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${it.mine}`, 'content-type': 'text/csv' },
    body: `email\n${email}\nother.${email}\n`,
  })
  return Job.parse(await answer.json())
}

async function carriedOut({ id, fingerprint }: { id: string; fingerprint: string }) {
  await it.ask(Job, 200, 'POST', `plans/${id}/confirm`, { fingerprint })
  const runner = runnerOn(it)
  runner.start()
  await overAt(it, id)
  await runner.stop()
  expect(runner.failures).toEqual([])
  return it.ask(Job, 200, 'GET', `jobs/${id}`)
}

describe('a list', () => {
  test.each(['before', 'after'])('that was planned %s the erasure', async (when) => {
    const early = when === 'before' ? await list() : undefined
    await eraseNow()
    if (early) expect(await placesOf(it.db.work, email)).toEqual(['job_items.email'])
    const others = await it.db.work`select email from job_items where email is not null`
    expect(others.map((row) => row['email'])).toEqual(early ? [`other.${email}`] : [])
    const job = await carriedOut(early ?? (await list()))
    expect(job).toMatchObject({ progress: { done: 1, skipped: 1 }, left: { suppressed: 1 } })
    expect(await grants()).toEqual([{ state: 'suppressed', email: null }])
    expect(await it.grantsOf(`other.${email}`)).toHaveLength(1)
  })
})

describe('a replay', () => {
  test('planned before the erasure and confirmed after it finds nothing to read', async () => {
    const event = await it.came(it.own, { email })
    await it.ask(z.unknown(), 201, 'POST', 'replays', { event })
    const plan = await it.ask(Job, 201, 'POST', 'plans', { kind: 'replay', source: 'shop' })
    await eraseNow()
    const job = await carriedOut(plan)
    const traces = await it.db.work`select trace from replays where event_id = ${event}`
    expect(traces).toEqual([{ trace: [] }])
    expect(job.left).toMatchObject({ body_gone: expect.any(Number) })
    expect(await grants()).toEqual([{ state: 'suppressed', email: null }])
    expect(await placesOf(it.db.work, email)).toEqual([])
  })

  test('that had read the event when the person was erased makes a suppressed grant', async () => {
    const { recordReplays } = await import('../../src/db/jobs/replay.ts')
    const { plan } = await import('../../src/rules/plan.ts')
    const { replayRow } = await import('../../src/jobs/replay.ts')
    const id = await it.came(it.own, { email, value: { amount: 1, email } })
    const event = {
      key: id,
      type: 'invoice.paid',
      occurredAt: null,
      test: false,
      part: 0,
      value: { amount: 1500, email },
      unreadable: null,
      trust: 'signed',
      regions: [],
    } as const
    const row = replayRow(id, { event, plan: plan(event, it.own.rules) }, pepper)
    await eraseNow()
    const asked = { partnerId: it.own.partnerId, actor: 'test', jobId: null }
    const [replayed] = await it.relayDb.work.begin((tx) => recordReplays(tx, asked, [row]))
    expect(replayed?.made).toHaveLength(1)
    expect(await grants()).toEqual([{ state: 'suppressed', email: null }])
    expect(await placesOf(it.db.work, email)).toEqual([])
  })
})

test('a retry planned before the erasure is not the one that was shown; a new one finds nobody', async () => {
  await it.came(it.own, { email })
  await it.db.work`
    update grants set state = 'attention', reason = 'no_answer', due_at = null where email = ${email}`
  const wanted = { kind: 'retry', state: 'attention' }
  const plan = await it.ask(Job, 201, 'POST', 'plans', wanted)
  const confirmed = await it.ask(Job, 201, 'POST', 'plans', wanted)
  await it.ask(Job, 200, 'POST', `plans/${confirmed.id}/confirm`, {
    fingerprint: confirmed.fingerprint,
  })
  await eraseNow()
  const { fingerprint } = plan
  expect(
    await it.ask(Refused, 409, 'POST', `plans/${plan.id}/confirm`, { fingerprint }),
  ).toMatchObject({ reason: 'world_changed' })
  // The other one was under way by then.
  const runner = runnerOn(it)
  runner.start()
  await overAt(it, confirmed.id)
  await runner.stop()
  expect((await it.ask(Job, 200, 'GET', `jobs/${confirmed.id}`)).left).toEqual({ suppressed: 1 })
  expect(await grants()).toEqual([{ state: 'suppressed', email: null }])
  const again = await it.ask(Job, 201, 'POST', 'plans', wanted)
  expect(again.progress.items).toBe(0)
})

test('an answer kept for whoever asks again is forgotten when the person stands in it', async () => {
  await it.came(it.own, { email })
  await it.came(it.other, { email })
  const others = await it.token(it.other.partnerId)
  const ask = (about: string, key: string, token = it.mine) =>
    it.api.request('/api/v1/people/export', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify({ email: about }),
    })
  expect((await ask(email, 'theirs')).status).toBe(200)
  expect((await ask('nobody@example.com', 'others')).status).toBe(200)
  // What another partner has of the person is another partner's.
  expect((await ask(email, 'theirs', others)).status).toBe(200)
  await eraseNow()
  const [row] = await it.db.work`
    select count(*)::int as all, count(answer_sealed)::int as kept from idempotency_keys`
  expect(row).toEqual({ all: 3, kept: 2 })
  expect((await ask(email, 'theirs')).status).toBe(409)
  expect((await ask('nobody@example.com', 'others')).status).toBe(200)
})
