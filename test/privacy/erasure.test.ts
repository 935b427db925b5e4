import { createLocalJWKSet, compactVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishedKeys } from '../../src/access/signing.ts'
import { claimDue } from '../../src/db/claim.ts'
import { claimLookups } from '../../src/db/lookups/claim.ts'
import { openDatabase } from '../../src/db/open.ts'
import { recordBatch } from '../../src/db/record.ts'
import { erasureById } from '../../src/db/privacy/erasures.ts'
import { uuidv7 } from '../../src/ids.ts'
import { limits } from '../../src/limits.ts'
import { foldedAddress } from '../../src/rules/email.ts'
import { emailKey } from '../../src/vault.ts'
import { pepper, type ScenePartner } from '../ledger/scene.ts'
import { requestToRecord } from '../support/request.ts'
import { setHealth } from '../support/partner.ts'
import { until } from '../support/sending.ts'
import { openPrivacyScene, placesOf, type PrivacyScene } from './scene.ts'

let it: PrivacyScene
let own: ScenePartner
let other: ScenePartner

beforeAll(async () => {
  it = await openPrivacyScene()
  own = await it.makePartner(['paid', 'second'])
  other = await it.makePartner()
})
afterAll(() => it.close())

let n = 0
const somebody = () => `anna.${++n}.${uuidv7()}@example.com`

/** The person's grants and events as they stand. */
const grantsOf = (email: string) =>
  it.db.work<{ state: string; email: string | null; reason: string | null }[]>`
    select state, email, reason from grants where folded_key = ${emailKey(pepper, foldedAddress(email))} order by id`

describe('a person who is erased', () => {
  test('stands nowhere any more, in no spelling; the rows stay, and another partner keeps what is its own', async () => {
    const email = somebody()
    const shouted = email.replace('anna', 'ANNA')
    const paid = await it.came(own, { email })
    await it.answered('{"status":"ok"}')
    await it.came(own, { email: shouted })
    const unmatched = await it.came(own, { value: { amount: 1, note: `for ${shouted}, thanks` } })
    const encoded = await it.came(own, {
      value: {
        amount: 1,
        link: `https://x.example/?to=${encodeURIComponent(email)}`,
        jwt: Buffer.from(`{"email":"${email}"}`).toString('base64url'),
      },
    })
    await it.db.work`
      insert into contacts (partner_id, source_id, customer_key, email, email_key, trust, event_id, at)
      values (${own.partnerId}, ${own.sourceId}, ${emailKey(pepper, 'c')}, ${shouted}, ${emailKey(pepper, shouted)}, 'signed', ${paid}, now())`
    await it.db.work`update attempts set snippet = ${`hello ${email}`}`
    const refused = await it.rejected(own)
    await it.db
      .work`update rejections set body = ${Buffer.from(`email=${encodeURIComponent(email)}`)} where id = ${refused}`
    await it.came(other, { email })

    const [id = ''] = await it.request(email, own.partnerId)
    await it.finish(id)

    const left = await placesOf(it.db.work, email)
    const others = await it.db
      .work`select 1 from grants where email = ${email} and partner_id = ${other.partnerId}`
    expect(others).toHaveLength(1)
    expect(new Set(left.map((place) => place.replace(/_\d{4}_\d\d\./, '.')))).toEqual(
      new Set(['event_bodies.body', 'grants.email']),
    )
    const bodies = await it.db.work<{ id: string; bytes: number; hashed: boolean }[]>`
      select e.id, octet_length(b.body) as bytes, b.body_hash is not null as hashed
      from events e join event_bodies b on b.id = e.body_id
      where e.id = any(array[${paid}, ${unmatched}, ${encoded}]::uuid[])`
    expect(bodies).toHaveLength(3)
    for (const body of bodies) expect(body).toMatchObject({ bytes: 0, hashed: true })
    const states = (await grantsOf(email)).filter(({ email: address }) => address === null)
    expect(states.map(({ state }) => state)).toEqual(
      expect.arrayContaining(['granted', 'suppressed']),
    )
  })

  test('an address that only ends or begins like theirs is left alone', async () => {
    const email = somebody()
    const alike = await it.came(own, {
      value: { a: `xx${email}`, b: `${email}.ru`, c: `${email}x` },
    })
    const [id = ''] = await it.request(email, own.partnerId)
    await it.finish(id)
    const [body] = await it.db.work`
      select b.erased_at from events e join event_bodies b on b.id = e.body_id where e.id = ${alike}`
    expect(body?.['erased_at']).toBeNull()
  })

  test('an address that stands in headers alone goes as well', async () => {
    const email = somebody()
    const headers = JSON.stringify({ 'x-user': [email] })
    const event = await it.came(own, { value: { amount: 1 } })
    const refused = await it.rejected(own)
    await it.db.work`
      update event_bodies set headers = ${headers}::text::jsonb
      where id = (select body_id from events where id = ${event})`
    await it.db.work`update rejections set headers = ${headers}::text::jsonb where id = ${refused}`
    const [id = ''] = await it.request(email, own.partnerId)
    await it.finish(id)
    expect(await placesOf(it.db.work, email)).toEqual([])
  })

  test.each(['queued', 'held', 'attention'] as const)(
    'a grant that is %s is suppressed and never claimed',
    async (state) => {
      const email = somebody()
      await it.came(own, { email })
      const waits = state === 'queued' ? 'due_at = now()' : `due_at = null, reason = 'moab_error'`
      await it.db.work.unsafe(`update grants set state = $1, ${waits} where email = $2`, [
        state,
        email,
      ])
      const [id = ''] = await it.request(email, own.partnerId)
      await it.finish(id)
      for (const grant of await grantsOf(email))
        expect(grant).toEqual({ state: 'suppressed', email: null, reason: null })
      const due = await claimDue(it.db.work, { node: uuidv7(), leaseMs: 60_000, most: 100 })
      expect(due.map((grant) => grant.email)).not.toContain(email)
      await it.db
        .work`update grants set state = 'suppressed', due_at = null, lease_until = null, lease_owner = null, settled_at = now() where state = 'sending'`
    },
  )

  test('what is being sent comes to rest first; whose relay is gone is suppressed after 40 s', async () => {
    const email = somebody()
    const node = uuidv7()
    await it.came(own, { email })
    await claimDue(it.db.work, { node, leaseMs: 60_000, most: 100 })
    const [id = ''] = await it.request(email, own.partnerId)
    for (let turns = 0; turns < 3; turns++) await it.turn(id)
    expect((await grantsOf(email)).every(({ state }) => state === 'sending')).toBe(true)
    expect(await erasureById(it.db.orm, null, id)).toMatchObject({
      phase: 'confirming',
      record: null,
    })
    const later = (seconds: number) => it.db.work`
      update erasures set due_at = now(), begun_at = begun_at - ${seconds} * interval '1 s' where id = ${id}`
    // Claimed once more since, by a relay that does not know of it yet: its call may be under way.
    await later(41)
    await it.turn(id)
    expect((await grantsOf(email)).every(({ state }) => state === 'sending')).toBe(true)
    await it.db
      .work`update grants set lease_until = lease_until - interval '41 s' where lease_owner = ${node}`
    await it.finish(id)
    for (const grant of await grantsOf(email))
      expect(grant).toMatchObject({ state: 'suppressed', email: null })
    const lost = await it.db
      .work`select 1 from attempts where node = ${node} and failure = 'relay_lost' and ambiguous`
    expect(lost.length).toBeGreaterThan(0)
  })

  test('a parked event ends, and its lookup with it', async () => {
    const email = somebody()
    const parked = await it.came(own, { email, parked: 'lookup' })
    const [id = ''] = await it.request(email, own.partnerId)
    await it.finish(id)
    const rows = await it.db.work`
      select e.state, e.reason, l.state as lookup from events e join lookups l on l.event_id = e.id where e.id = ${parked}`
    expect(rows).toEqual([{ state: 'unmatched', reason: 'erased', lookup: 'ended' }])
  })
})

test('what is parked is not read from a body that was erased for somebody else in it', async () => {
  const parked = await it.came(own, { email: somebody(), parked: 'lookup' })
  const asked = { node: uuidv7(), leaseMs: 60_000, most: 100 }
  const claimed = async () =>
    (await claimLookups(it.relayDb.work, asked)).find(({ eventId }) => eventId === parked)
  expect((await claimed())?.body).toBeInstanceOf(Buffer)
  await it.db.work`
    update event_bodies set body = '', headers = '{}', erased_at = now()
    where id = (select body_id from events where id = ${parked})`
  await it.db.work`
    update lookups set state = 'waiting', due_at = now(), lease_until = null, lease_owner = null where event_id = ${parked}`
  expect(await claimed()).toMatchObject({ body: null })
})

describe('after an erasure', () => {
  test('whatever comes about the person is suppressed, in any spelling and campaign state, and keeps no body', async () => {
    const email = somebody()
    const [id = ''] = await it.request(email, own.partnerId)
    await it.finish(id)
    for (const health of ['healthy', 'holding'] as const) {
      await setHealth(it.db, own.campaignId, health, 60_000)
      await it.came(own, { email: email.replace('anna', health === 'holding' ? 'ANNA' : 'anna') })
    }
    await setHealth(it.db, own.campaignId, 'healthy', null)
    await it.came(own, { email, test: true })
    const states = (await grantsOf(email)).map(({ state, email: address }) => [state, address])
    expect(states).toEqual([
      ['suppressed', null],
      ['suppressed', null],
      ['suppressed', null],
      ['suppressed', null],
      ['test', null],
      ['test', null],
    ])
    expect(await placesOf(it.db.work, email)).toEqual([])
  })

  test('nobody else is held up, in the same batch', async () => {
    const [gone, there] = [somebody(), somebody()]
    const key = emailKey(pepper, gone)
    await it.request(gone, own.partnerId)
    const [first, second] = [gone, there].map((email) =>
      requestToRecord(own, { email, claim: true }),
    )
    if (first?.events[0]?.grants[0] === undefined || second === undefined)
      throw new Error('no grant')
    Object.assign(first.events[0].grants[0], { emailKey: key, foldedKey: key })
    const { made } = await recordBatch(it.db.record, [first, second], uuidv7(), 60_000)
    expect([...made.values()].sort()).toEqual(['sending', 'suppressed'])
    const bodies = await it.db
      .work`select id, octet_length(body) as bytes from event_bodies where id = any(${[first.id, second.id]})`
    expect(bodies.find(({ id }) => id === first.id)?.['bytes']).toBe(0)
    expect(bodies.find(({ id }) => id === second.id)?.['bytes']).toBeGreaterThan(0)
  })
})

describe('the record', () => {
  test('is signed, checked with the published keys alone, and names nobody', async () => {
    const email = somebody()
    await it.came(own, { email })
    const [id = ''] = await it.request(email, own.partnerId)
    await it.finish(id)
    const done = await erasureById(it.db.orm, null, id)
    const keys = createLocalJWKSet(await publishedKeys(it.db.orm))
    const { payload, protectedHeader } = await compactVerify(done?.record ?? '', keys)
    expect(protectedHeader.typ).toBe('moab-relay-erasure+jwt')
    const claims: unknown = JSON.parse(Buffer.from(payload).toString())
    expect(claims).toMatchObject({
      sub: id,
      partner: { id: own.partnerId },
      erased: { suppressed: 2, bodies: 1 },
    })
    expect(JSON.stringify(claims)).not.toContain(email)
    const entries = await it.db
      .work`select action, actor, detail::text from audit_entries where detail ->> 'erasure' = ${id} order by id`
    expect(entries).toMatchObject([
      { action: 'erasure.started', actor: 'test' },
      { action: 'erasure.done' },
    ])
    expect(JSON.stringify(entries)).not.toContain(email)
  })

  test('a second request joins the first while it runs, and afterwards finds nothing more', async () => {
    const email = somebody()
    await it.came(own, { email })
    const [first = ''] = await it.request(email, own.partnerId)
    expect(await it.request(email.toUpperCase(), own.partnerId)).toEqual([first])
    await it.finish(first)
    const [again = ''] = await it.request(email, own.partnerId)
    expect(again).not.toBe(first)
    await it.finish(again)
    const { erased } = (await erasureById(it.db.orm, null, again)) ?? {}
    expect(Object.values(erased ?? {}).every((rows) => rows === 0)).toBe(true)
  })
})

test('a recording that began before the request and ends after it leaves nothing behind', async () => {
  const email = somebody()
  const key = emailKey(pepper, email)
  // Somebody holds the event's row: the recording has looked for the tombstone, and waits.
  const request = requestToRecord(own, { key: 'evt_race', email })
  Object.assign(request.events[0]?.grants[0] ?? {}, { emailKey: key, foldedKey: key })
  request.body = Buffer.from(JSON.stringify({ email }))
  const blocker = openDatabase(it.db.options)
  const recording = await blocker.work.begin(async (tx) => {
    await tx`insert into events (id, partner_id, source_id, event_key, type, state, reason, trust, body_id, trace, matches)
      values (${uuidv7()}, ${own.partnerId}, ${own.sourceId}, 'evt_race', 'x', 'unmatched', 'x', 'signed', ${uuidv7()}, '[]', '[]')`
    const going = recordBatch(it.db.record, [request], uuidv7(), 60_000)
    await until(async () => {
      const [row] = await it.db.work`select count(*)::int as n from pg_locks where not granted`
      return row?.['n'] > 0
    }, 5000)
    const [id = ''] = await it.request(email, own.partnerId)
    for (let turns = 0; turns < 2; turns++) {
      await it.turn(id)
      await it.db.work`update erasures set due_at = now() where id = ${id} and phase <> 'done'`
    }
    // All that is there is erased; but it is not called done while the recording goes on.
    expect((await erasureById(it.db.orm, null, id))?.phase).toBe('confirming')
    await tx`delete from events where event_key = 'evt_race'`
    return { going, id }
  })
  await recording.going
  expect(await grantsOf(email)).toMatchObject([{ state: 'queued', email }])
  await it.finish(recording.id)
  expect(await grantsOf(email)).toMatchObject([{ state: 'suppressed', email: null }])
  expect(await placesOf(it.db.work, email)).toEqual([])
  await blocker.close()
})

test('a relay that dies in the middle is carried on by another', async () => {
  const email = somebody()
  await it.came(own, { email })
  const [id = ''] = await it.request(email, own.partnerId)
  // It took the erasure up and was never heard of again.
  await it.db.work`update erasures set due_at = now() + interval '30 s' where id = ${id}`
  await it.turn(id)
  expect(await placesOf(it.db.work, email)).toContain('grants.email')
  await it.db.work`update erasures set due_at = now() where id = ${id}`
  await it.finish(id)
  expect(await placesOf(it.db.work, email)).toEqual([])
})

test('a search that takes many turns comes to its end, also when it must be done once more', async () => {
  const usual = { ...limits }
  Object.assign(limits, { erasureTurnMs: -1, erasureBodiesAtOnce: 5 })
  try {
    const email = somebody()
    for (let more = 0; more < 12; more++) await it.came(own, { value: { amount: 1, more } })
    const last = await it.came(own, { value: { amount: 1, note: email } })
    const before = openDatabase(it.db.options)
    const id = await before.work.begin(async (tx) => {
      await tx`select 1`
      const [begun = ''] = await it.request(email, own.partnerId)
      await it.turn(begun)
      return begun
    })
    await before.close()
    await it.finish(id)
    const [body] = await it.db.work`
      select b.erased_at from events e join event_bodies b on b.id = e.body_id where e.id = ${last}`
    expect(body?.['erased_at']).not.toBeNull()
  } finally {
    Object.assign(limits, usual)
  }
})
