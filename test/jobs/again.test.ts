// One grant retried, one event replayed: what is done, what is refused, and what stays as it was.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { and, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import { claimDue } from '../../src/db/claim.ts'
import { auditEntries, events, grants } from '../../src/db/schema.ts'
import { grantStates, lifecycle } from '../../src/grants/lifecycle.ts'
import { uuidv7 } from '../../src/ids.ts'
import { readPerson } from '../../src/ledger/people.ts'
import { pepper } from '../ledger/scene.ts'
import { setHealth } from '../support/partner.ts'
import { definition, openJobScene, Refused, type JobScene } from './scene.ts'

const Retry = z.looseObject({ id: z.string(), did: z.string(), before: z.looseObject({}) })
const Replay = z.looseObject({
  id: z.string(),
  state: z.string(),
  made: z.array(z.string()),
  told: z.array(z.string()),
})

let it: JobScene
beforeAll(async () => (it = await openJobScene()))
afterAll(() => it.close())

let n = 0
const someone = () => `again${++n}@example.com`

/** A grant, settled by MOAB's answer. */
async function settled(answer: string) {
  const email = someone()
  const eventId = await it.came(it.own, { email })
  await it.answered(answer)
  const [grant] = await it.grantsOf(email)
  return { email, eventId, id: grant?.id ?? '' }
}

async function put(id: string, state: string, more: Record<string, unknown> = {}) {
  const final = ['granted', 'already_known', 'refused', 'suppressed'].includes(state)
  await it.db.orm
    .update(grants)
    .set({
      state,
      reason: ['held', 'attention'].includes(state) ? 'in_line' : null,
      dueAt: state === 'queued' ? new Date(Date.now() + 3_600_000) : null,
      settledAt: final ? new Date() : null,
      leaseUntil: state === 'sending' ? new Date(Date.now() + 60_000) : null,
      leaseOwner: state === 'sending' ? uuidv7() : null,
      ...more,
    })
    .where(eq(grants.id, id))
}

describe('a retry', () => {
  test.each([
    ['{"status":"ok"}', 'granted'],
    ['{"status":"fail","error":10}', 'already_known'],
  ])('never sends what MOAB has: %s', async (answer, state) => {
    const { id, email } = await settled(answer)
    expect(await it.grantsOf(email)).toMatchObject([{ state }])
    expect(await it.ask(Refused, 409, 'POST', 'retries', { grant: id })).toMatchObject({
      code: 'conflict',
      reason: state,
    })
    expect(await it.grantsOf(email)).toMatchObject([{ state, dueAt: null, attempt: 1 }])
  })

  test('asks for the reason of a refusal before it goes against it', async () => {
    const { id, email } = await settled('{"status":"fail","error":5}')
    const refusal = {
      code: 'conflict',
      reason: 'refused',
      detail: expect.stringContaining('wrong_email'),
    }
    expect(await it.ask(Refused, 409, 'POST', 'retries', { grant: id })).toMatchObject(refusal)
    const other = { grant: id, although: 'something else' }
    expect(await it.ask(Refused, 409, 'POST', 'retries', other)).toMatchObject(refusal)
    const asked = { grant: id, although: 'wrong_email' }
    const made = await it.ask(Retry, 201, 'POST', 'retries', asked)
    expect(made).toMatchObject({
      did: 'due',
      before: { state: 'refused', reason: 'wrong_email', answer: 'wrong_email', calls: 1 },
    })
    expect(await it.grantsOf(email)).toMatchObject([{ state: 'queued', settledAt: null }])
    await it.answered('{"status":"ok"}')
    expect(await it.grantsOf(email)).toMatchObject([{ state: 'granted', attempt: 2 }])
    expect(await it.ask(Retry, 200, 'GET', `retries/${made.id}`)).toEqual(made)
    const entries = await it.db.orm
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.action, 'grant.retried'), eq(auditEntries.subject, id)))
    expect(entries).toMatchObject([{ detail: { before: 'refused', reason: 'wrong_email' } }])
    const asker = { owner: it.own.partnerId, actor: 'test', reveal: false }
    const person = await readPerson(
      { orm: it.db.questions, changes: it.db.orm, pepper },
      asker,
      email,
      'ru',
    )
    expect(person).toMatchObject({
      told: expect.arrayContaining([expect.stringContaining('возвращён в очередь человеком')]),
    })
  })

  test('follows the table of the lifecycle in every state', async () => {
    const { id, email } = await settled('{"status":"ok"}')
    for (const state of grantStates) {
      await put(id, state)
      const moves: object = lifecycle[state]
      const may =
        ['retry', 'insist', 'hurry'].some((move) => Object.hasOwn(moves, move)) &&
        state !== 'sending'
      const answer = await it.change('/api/v1/retries', it.mine, 'POST', { grant: id })
      const first = state === 'refused' ? 409 : may ? 201 : 409
      expect([state, answer.status]).toEqual([state, first])
      const [grant] = await it.grantsOf(email)
      expect([state, grant?.state]).toEqual([state, first === 201 ? 'queued' : state])
    }
  })

  test('does not touch one that is being sent: its result counts', async () => {
    const { id, email } = await settled('{"status":"fail","error":5}')
    await it.ask(Retry, 201, 'POST', 'retries', { grant: id, although: 'wrong_email' })
    const claimed = await claimDue(it.db.work, { node: uuidv7(), leaseMs: 60_000, most: 10 })
    expect(claimed.map((grant) => grant.id)).toContain(id)
    expect(await it.ask(Refused, 409, 'POST', 'retries', { grant: id })).toMatchObject({
      reason: 'sending',
    })
    expect(await it.grantsOf(email)).toMatchObject([{ state: 'sending', attempt: 2 }])
  })

  test('of a held grant asks its campaign at once, and the grant keeps its place', async () => {
    const { id, email } = await settled('{"status":"ok"}')
    await put(id, 'held')
    expect(await it.ask(Refused, 409, 'POST', 'retries', { grant: id })).toMatchObject({
      reason: 'in_line',
    })
    await it.db.orm.execute(
      sql`update grants set state = 'queued', due_at = now(), lease_until = null, lease_owner = null where state = 'sending'`,
    )
    await setHealth(it.db, it.own.campaignId, 'holding', 3_600_000)
    expect(await it.ask(Retry, 201, 'POST', 'retries', { grant: id })).toMatchObject({
      did: 'probe',
    })
    const [health] = await it.db.orm.execute(
      sql`select probe_at <= now() as due from campaign_health where campaign_id = ${it.own.campaignId}`,
    )
    expect(health).toEqual({ due: true })
    expect(await it.grantsOf(email)).toMatchObject([{ state: 'held' }])
    await setHealth(it.db, it.own.campaignId, 'stopped', null)
    expect(await it.ask(Refused, 409, 'POST', 'retries', { grant: id })).toMatchObject({
      reason: 'stopped',
    })
    await setHealth(it.db, it.own.campaignId, 'healthy', null)
    await put(id, 'granted')
  })

  test('of a person who was erased has nothing to send', async () => {
    const { id } = await settled('{"status":"fail","error":5}')
    await it.db.orm.update(grants).set({ email: null }).where(eq(grants.id, id))
    const asked = { grant: id, although: 'wrong_email' }
    expect(await it.ask(Refused, 409, 'POST', 'retries', asked)).toMatchObject({ reason: 'erased' })
  })

  test('twice at once makes it due once', async () => {
    const { id } = await settled('{"status":"fail","error":5}')
    const body = { grant: id, although: 'wrong_email' }
    const answers = await Promise.all(
      [1, 2, 3].map(() => it.change('/api/v1/retries', it.mine, 'POST', body)),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409])
  })

  test('of another partner’s grant is not there', async () => {
    const { id } = await settled('{"status":"fail","error":5}')
    const theirs = await it.token(it.other.partnerId)
    const answer = await it.change('/api/v1/retries', theirs, 'POST', {
      grant: id,
      although: 'wrong_email',
    })
    expect(answer.status).toBe(404)
    expect((await it.change('/api/v1/replays', theirs, 'POST', { event: uuidv7() })).status).toBe(
      404,
    )
  })
})

describe('a replay', () => {
  test('grants what a mended rule finds, linked to the event, which stays as it was', async () => {
    const email = someone()
    const value = { amount: 1500, customer: { mail: email } }
    const eventId = await it.came(it.own, { value })
    const [before] = await it.db.orm.select().from(events).where(eq(events.id, eventId))
    expect(before).toMatchObject({ state: 'unmatched', reason: 'no_email' })
    await it.setRule({ ...definition, email: ['$.email', '$.customer.mail'] })
    const made = await it.ask(Replay, 201, 'POST', 'replays', { event: eventId })
    await it.setRule(definition)
    const [grant] = await it.grantsOf(email)
    expect(made).toMatchObject({ state: 'matched', event_id: eventId, made: [grant?.id] })
    expect(grant).toMatchObject({ eventId, ruleId: it.own.rules[0]?.id, state: 'queued' })
    expect(await it.db.orm.select().from(events).where(eq(events.id, eventId))).toEqual([before])
    const read = await (await it.get(`/api/v1/events/${eventId}`, it.mine)).json()
    expect(read).toMatchObject({
      state: 'unmatched',
      fate: 'queued',
      grant_ids: [grant?.id],
      replays: [{ id: made.id, made: [grant?.id] }],
    })
    await it.answered('{"status":"ok"}')
    const asker = { owner: it.own.partnerId, actor: 'test', reveal: false }
    const person = await readPerson(
      { orm: it.db.questions, changes: it.db.orm, pepper },
      asker,
      email,
      'en',
    )
    expect(person).toMatchObject({
      events: [{ id: eventId, fate: 'granted' }],
      told: [
        expect.stringContaining('no rule led to a grant'),
        expect.stringMatching(
          /rules of now applied to invoice\.paid: matched rule “paid”; grant for/,
        ),
        expect.stringContaining('MOAB answered'),
        expect.stringContaining('granted'),
      ],
    })
  })

  test('sends nothing twice, however often', async () => {
    const { email, eventId } = await settled('{"status":"ok"}')
    for (const _ of [1, 2])
      expect(await it.ask(Replay, 201, 'POST', 'replays', { event: eventId })).toMatchObject({
        state: 'matched',
        made: [],
      })
    expect(await it.grantsOf(email)).toMatchObject([{ state: 'granted', attempt: 1 }])
    const list = await it.ask(
      z.looseObject({ items: z.array(Replay.partial()) }),
      200,
      'GET',
      `replays?event=${eventId}`,
    )
    expect(list.items).toHaveLength(2)
  })

  test('of many at once makes one grant', async () => {
    const email = someone()
    const ids = await Promise.all(
      [1, 2, 3, 4].map(() => it.came(it.own, { value: { amount: 1, email } })),
    )
    await it.setRule({ events: ['*'], email: ['$.email'] })
    const made = await Promise.all(
      ids.map((event) => it.ask(Replay, 201, 'POST', 'replays', { event })),
    )
    await it.setRule(definition)
    expect(made.flatMap((each) => each.made)).toHaveLength(1)
    expect(await it.grantsOf(email)).toHaveLength(1)
  })

  test('is refused where nothing is left to read, or the event still waits', async () => {
    const gone = await it.came(it.own, { email: someone() })
    await it.db.orm.execute(
      sql`delete from event_bodies where id = (select body_id from events where id = ${gone})`,
    )
    expect(await it.ask(Refused, 409, 'POST', 'replays', { event: gone })).toMatchObject({
      reason: 'body_gone',
    })
    const waits = await it.came(it.own, { email: someone(), parked: 'lookup' })
    expect(await it.ask(Refused, 409, 'POST', 'replays', { event: waits })).toMatchObject({
      reason: 'parked',
    })
  })
})
