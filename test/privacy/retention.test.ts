import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Chaining } from '../../src/access/chaining.ts'
import { publishedKeys } from '../../src/access/signing.ts'
import { checkChain, checkKept } from '../../src/access/trail.ts'
import { readCheckpoint } from '../../src/access/checkpoint.ts'
import { healthConditions } from '../../src/db/alarms.ts'
import { newestCheckpoint } from '../../src/db/audit/trail.ts'
import { claimDue } from '../../src/db/claim.ts'
import { retention } from '../../src/db/privacy/schema.ts'
import { ensurePartitions } from '../../src/db/upkeep.ts'
import { uuidv7 } from '../../src/ids.ts'
import { Retaining } from '../../src/privacy/retaining.ts'
import { retentionRules, type Kept } from '../../src/privacy/retention.ts'
import { insertEntry, oldId } from '../audit/scene.ts'
import { openApiScene, type ApiScene } from '../api/scene.ts'
import type { ScenePartner } from '../ledger/scene.ts'
import { createVault } from '../../src/vault.ts'

let it: ApiScene
let own: ScenePartner
const day = 86_400_000

beforeAll(async () => {
  it = await openApiScene()
  own = await it.makePartner()
  // As a relay would have made them that ran in the last two months.
  for (const back of [1, 2]) await makeMonth(back)
})
afterAll(() => it.close())

/** The table of bodies of so many months ago; resolves with its name. */
async function makeMonth(back: number): Promise<string> {
  const now = new Date()
  const [from = '', to = ''] = [back, back - 1].map((n) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - n, 1)).toISOString(),
  )
  const name = `event_bodies_${from.slice(0, 7).replace('-', '_')}`
  await it.db.work.unsafe(
    `create table ${name} partition of event_bodies for values from ('${from}') to ('${to}')`,
  )
  return name
}

/** As somebody chose; without a row all is kept. */
const keeps = async (
  { partnerId }: { partnerId: string },
  { bodies = null, ledger = null, audit = null }: { [K in Kept]?: number | null },
) => {
  const days = { bodiesDays: bodies, ledgerDays: ledger, auditDays: audit }
  await it.db.orm
    .insert(retention)
    .values({ partnerId, ...days })
    .onConflictDoUpdate({
      target: retention.partnerId,
      set: days,
    })
}

const round = () => new Retaining(it.relayDb.work).round()

/** As if it had come so many days ago: ids and times. */
async function aged(partner: ScenePartner, email: string, days: number): Promise<string> {
  const id = await it.came(partner, { email })
  const [event, body] = [oldId(days * day), oldId(days * day)]
  await it.db.work`
    with moved as (
      update events set id = ${event}, body_id = ${body}, received_at = received_at - ${days} * interval '1 day'
      where id = ${id} returning (select body_id from events where id = ${id}) as was, received_at
    )
    insert into event_bodies (partner_id, id, received_at, method, headers, body)
    select b.partner_id, ${body}, m.received_at, b.method, b.headers, b.body from moved m join event_bodies b on b.id = m.was`
  await it.db
    .work`delete from event_bodies where received_at > now() - interval '1 hour' and body = ${Buffer.from(JSON.stringify({ amount: 1500, email }))}`
  await it.db
    .work`update grants set id = ${oldId(days * day)}, event_id = ${event}, created_at = created_at - ${days} * interval '1 day',
    settled_at = settled_at - ${days} * interval '1 day' where email = ${email}`
  return event
}

const there = async (event: string) => {
  const [row] = await it.db.work`
    select count(*)::int as events, count(b.id)::int as bodies from events e
    left join event_bodies b on b.id = e.body_id where e.id = ${event}`
  return row
}

describe('a round of retention', () => {
  test('bodies go when the partner says; whoever said nothing keeps all', async () => {
    await keeps(own, { bodies: 30 })
    const silent = await it.makePartner()
    const short = await it.makePartner()
    const token = await it.token(short.partnerId)
    const path = `/api/v1/partners/${short.partnerId}/retention`
    const young = await aged(own, 'young@example.com', 20)
    const old = await aged(own, 'old@example.com', 31)
    const kept = await aged(silent, 'kept@example.com', 59)
    const theirs = await aged(short, 'theirs@example.com', 20)
    expect(await (await it.change(path, token, 'PATCH', { bodies: 10 })).json()).toEqual({
      bodies: 10,
      ledger: null,
      audit: null,
    })
    await round()
    expect(await there(young)).toEqual({ events: 1, bodies: 1 })
    expect(await there(old)).toEqual({ events: 1, bodies: 0 })
    expect(await there(theirs)).toEqual({ events: 1, bodies: 0 })
    expect(await there(kept)).toEqual({ events: 1, bodies: 1 })
    const [entry] = await it.db
      .work`select detail from audit_entries where action = 'retention.changed'`
    expect(entry?.['detail']).toEqual({ bodies: 'without end → 10' })
  })

  test.each([0, retentionRules.bodies.max + 1, 1.5])(
    'a period out of bounds is refused: %s',
    async (days) => {
      const path = `/api/v1/partners/${own.partnerId}/retention`
      expect(
        (await it.change(path, await it.token(own.partnerId), 'PATCH', { bodies: days })).status,
      ).toBe(422)
    },
  )

  test('a month that is over for everybody is dropped whole, in no time; one that somebody still wants is not', async () => {
    const others = await it.db.work`select id from partners`
    for (const { id } of others) await keeps({ partnerId: id }, { bodies: 70 })
    const long = await it.makePartner()
    const [ancient, wanted] = [await makeMonth(20), await makeMonth(6)]
    const body = (month: string) => it.db.work`
      insert into event_bodies (partner_id, id, received_at, method, headers, body)
      values (${long.partnerId}, ${uuidv7()}, ${`${month.slice(-7).replace('_', '-')}-15`}::timestamptz, 'POST', '{}', '')`
    await body(wanted)
    expect((await round()).months).toEqual([ancient])
    await keeps(long, { bodies: 400 })
    expect((await round()).months).toEqual([])
    await keeps(long, { bodies: 70 })
    // Nothing is deleted row by row: the table goes with what is in it.
    const [before] = await it.db.work`select count(*)::int as n from ${it.db.work(wanted)}`
    expect(before?.['n']).toBe(1)
    expect((await round()).months).toEqual([wanted])
    await ensurePartitions(it.db.work)
  })

  test('what a parked event will be read from stays, and the month it lies in', async () => {
    await keeps(own, { bodies: 1 })
    const event = await aged(own, 'parked@example.com', 40)
    await it.db.work`update events set state = 'parked', reason = 'lookup' where id = ${event}`
    const others = await it.db.work`select id from partners`
    for (const { id } of others) await keeps({ partnerId: id }, { bodies: 1 })
    await round()
    expect(await there(event)).toEqual({ events: 1, bodies: 1 })
    await it.db.work`update events set state = 'matched', reason = 'matched' where id = ${event}`
    await round()
    expect(await there(event)).toEqual({ events: 1, bodies: 0 })
    for (const { id } of others) await keeps({ partnerId: id }, {})
  })

  test('what is many of the few goes in one round', async () => {
    await keeps(own, { ledger: 30 })
    await it.db.work`
      insert into contacts (partner_id, source_id, customer_key, email, email_key, trust, event_id, at)
      select ${own.partnerId}, ${own.sourceId}, sha256(n::text::bytea), n || '@example.com', sha256(n::text::bytea),
        'signed', ${uuidv7()}, now() - interval '40 days' from generate_series(1, 2500) n`
    expect((await round()).few).toBe(2500)
    await keeps(own, {})
  })

  test('alarms that are over go: of a partner by its own period, of the installation when it is over for all', async () => {
    const alarm = async (partnerId: string | null, closedDaysAgo: number | null) => {
      const id = uuidv7()
      await it.db.work`
        insert into alarms (id, partner_id, kind, subject, cause, detail, closed_at)
        values (${id}, ${partnerId}, 'disk', ${id}, 'disk', '{}', now() - ${closedDaysAgo}::int * interval '1 day')`
      return id
    }
    const others = await it.db.work<{ id: string }[]>`select id from partners`
    const long = await it.makePartner()
    for (const { id } of others) await keeps({ partnerId: id }, { ledger: 30 })
    const theirs = await alarm(own.partnerId, 40)
    const [open, young, old] = [
      await alarm(null, null),
      await alarm(null, 40),
      await alarm(null, 61),
    ]
    const left = async () =>
      (
        await it.db
          .work`select id from alarms where id = any(${[theirs, open, young, old]}) order by id`
      ).map(({ id }) => id)
    await round()
    expect(await left()).toEqual([open, young, old])
    await keeps(long, { ledger: 60 })
    await round()
    expect(await left()).toEqual([open, young])
    for (const { id } of [...others, { id: long.partnerId }]) await keeps({ partnerId: id }, {})
  })

  test('the calls of somebody who was erased go when they are over', async () => {
    const email = 'called@example.com'
    await aged(own, email, 60)
    await it.db.work`
      insert into attempts (partner_id, grant_id, attempt, at, answer, ambiguous, node)
      select partner_id, id, 1, created_at, 'ok', false, id from grants where email = ${email}`
    const [grant] = await it.db.work<{ id: string }[]>`
      update grants set email = null, state = 'granted', due_at = null, settled_at = created_at where email = ${email} returning id`
    await keeps(own, { ledger: 30 })
    await round()
    expect(await it.db.work`select 1 from attempts where grant_id = ${grant?.id ?? ''}`).toEqual([])
    await keeps(own, {})
  })

  test('to keep less is for whoever may erase', async () => {
    const partner = await it.makePartner()
    const path = `/api/v1/partners/${partner.partnerId}/retention`
    const editors = await it.token(partner.partnerId, ['config:read', 'config:write'])
    const change = async (token: string, bodies: number | null) =>
      (await it.change(path, token, 'PATCH', { bodies })).status
    expect(await change(editors, 20)).toBe(403)
    expect(await change(await it.token(partner.partnerId), 20)).toBe(200)
    expect(await change(editors, 10)).toBe(403)
    expect(await change(editors, null)).toBe(200)
  })

  test('after 13 months events go, with what was made of them since; a grant keeps its key alone, and the email is not granted twice', async () => {
    const email = 'once@example.com'
    const event = await aged(own, email, 400)
    await it.db
      .work`update grants set state = 'granted', due_at = null, settled_at = created_at where email = ${email}`
    const waiting = await aged(own, 'waiting@example.com', 400)
    await it.db
      .work`insert into replays (partner_id, id, event_id, actor, state, reason, trace, matches, made)
      values (${own.partnerId}, ${uuidv7()}, ${event}, 'test', 'matched', 'matched', '[]', '[]', '{}')`
    expect(await round()).toMatchObject({ events: 0, grants: 0 })
    await keeps(own, { ledger: 396 })
    const { events, grants } = await round()
    expect([events, grants]).toEqual([2, 1])
    expect(await it.db.work`select 1 from replays where event_id = ${event}`).toHaveLength(0)
    expect(await there(event)).toEqual({ events: 0, bodies: 0 })
    expect(await there(waiting)).toEqual({ events: 0, bodies: 0 })
    await it.came(own, { email })
    const again = await it.db
      .work`select state, email from grants where folded_key = (select email_key from events where partner_id = ${own.partnerId} order by id desc limit 1)`
    expect(again).toEqual([{ state: 'granted', email: null }])
    const due = await claimDue(it.db.work, { node: uuidv7(), leaseMs: 60_000, most: 100 })
    expect(due.map((grant) => grant.email)).toContain('waiting@example.com')
  })

  test('a row that somebody holds is left for the next time, and nobody is kept waiting', async () => {
    const event = await aged(own, 'held@example.com', 400)
    await it.db.record.begin(async (tx) => {
      await tx`select 1 from events where id = ${event} for update`
      await round()
      expect((await there(event))?.['events']).toBe(1)
    })
    await round()
    expect((await there(event))?.['events']).toBe(0)
  })
})

test('a body outside every month opens an alarm', async () => {
  await it.db.work`delete from event_bodies_default`
  const kinds = async () => (await healthConditions(it.db.work)).map(({ kind }) => kind)
  expect(await kinds()).not.toContain('partition_missing')
  await it.db.work`insert into event_bodies (partner_id, id, received_at, method, headers, body)
    values (${own.partnerId}, ${uuidv7()}, '2040-01-01Z', 'POST', '{}', '')`
  expect(await kinds()).toContain('partition_missing')
  await it.db.work`delete from event_bodies_default`
})

describe('the audit after its period', () => {
  const vault = createVault([Buffer.alloc(32, 7)])
  const chaining = () => new Chaining({ sql: it.db.work, orm: it.db.orm, vault, now: Date.now })
  const check = async (chain: string) =>
    checkChain({ sql: it.db.work, keys: await publishedKeys(it.db.orm) }, chain)
  const aging = (chain: string, days: number) =>
    it.db.work.begin(async (tx) => {
      await tx`set local session_replication_role = 'replica'`
      await tx`update audit_checkpoints set created_at = created_at - ${days} * interval '1 day' where chain = ${chain}`
    })

  /** Three checkpoints, over 3, 5 and 7 entries, the first two old by their row and by what they say. */
  async function longChain(days: number): Promise<string> {
    const { partnerId: chain } = await it.makePartner()
    await keeps({ partnerId: chain }, { audit: 1096 })
    for (const [n, back] of [
      [3, days],
      [2, days],
      [2, 0],
    ] as const) {
      for (let k = 0; k < n; k++)
        await insertEntry(it.db.work, chain, { secondsAgo: 30 + back * 86_400 })
      await signedAgo(chain, back)
    }
    return chain
  }

  async function signedAgo(chain: string, days: number): Promise<void> {
    const { linkEntries, insertCheckpoint } = await import('../../src/db/audit/links.ts')
    const { signCheckpoint } = await import('../../src/access/checkpoint.ts')
    const { openSigner } = await import('../../src/access/signing.ts')
    const ids = await it.db.work<{ id: string }[]>`
      select id from audit_entries e where partner_id = ${chain} and not exists (select from audit_links l where l.entry_id = e.id)`
    await linkEntries(
      it.db.work,
      chain,
      ids.map(({ id }) => id),
    )
    const [head] = await it.db.work<{ seq: number; hash: Buffer }[]>`
      select seq::int, hash from audit_links where chain = ${chain} order by seq desc limit 1`
    if (head === undefined) throw new Error('no link')
    const at = new Date(Date.now() - days * day).toISOString()
    const signer = await openSigner({ orm: it.db.orm, vault })
    const checkpoint = { chain, seq: head.seq, hash: head.hash.toString('hex'), at }
    await insertCheckpoint(
      it.db.work,
      { chain, seq: head.seq },
      await signCheckpoint(signer, checkpoint),
    )
    await it.db.work.begin(async (tx) => {
      await tx`set local session_replication_role = 'replica'`
      await tx`update audit_checkpoints set created_at = ${at} where chain = ${chain} and seq = ${head.seq}`
    })
  }

  test('begins with a signed checkpoint, still verifies, and goes on', async () => {
    const chain = await longChain(1200)
    const kept = await readCheckpoint(
      await publishedKeys(it.db.orm),
      (
        await it.db.work`
      select jws from audit_checkpoints where chain = ${chain} order by seq limit 1`
      )[0]?.['jws'],
    )
    expect((await check(chain)).broken).toBeNull()
    expect((await round()).audit).toBe(5)
    expect(await check(chain)).toMatchObject({ links: 2, broken: null, waiting: 0 })
    const [left] = await it.db
      .work`select count(*)::int as n from audit_entries where partner_id = ${chain}`
    expect(left?.['n']).toBe(2)
    await insertEntry(it.db.work, chain)
    await chaining().round()
    expect(await check(chain)).toMatchObject({ links: 3, broken: null })
    expect(kept && (await checkKept({ sql: it.db.work, keys: { keys: [] } }, kept))).toBe(
      'cut_since',
    )
    expect((await newestCheckpoint(it.db.work, chain))?.seq).toBeGreaterThanOrEqual(7)
  })

  test('a chain of which somebody cut off what was young is broken, wherever they cut', async () => {
    const chain = await longChain(100)
    await round()
    expect(await check(chain)).toMatchObject({ links: 7, broken: null })
    const cut = (seq: number) =>
      it.db.work.begin(async (tx) => {
        await tx`set local moab.retention = 'on'`
        await tx`delete from audit_entries where id in (select entry_id from audit_links where chain = ${chain} and seq <= ${seq})`
        await tx`delete from audit_links where chain = ${chain} and seq < ${seq}`
        await tx`delete from audit_checkpoints where chain = ${chain} and seq < ${seq}`
      })
    await cut(3)
    expect((await check(chain)).broken).toMatchObject({ fault: 'cut_early', seq: 3 })
    await cut(4)
    expect((await check(chain)).broken).toMatchObject({ fault: 'link_removed', seq: 4 })
    await aging(chain, 1200)
    expect((await check(chain)).broken).not.toBeNull()
  })
})
