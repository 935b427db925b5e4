// Events that wait although the request they came in is gone: because somebody else in it was erased, or because
// it came for the first time long ago.
import { describe, expect, test } from 'vitest'
import { claimErasure, erasureById } from '../../src/db/privacy/erasures.ts'
import { erase } from '../../src/privacy/erasing.ts'
import { requestErasures } from '../../src/privacy/erasures.ts'
import { Retaining } from '../../src/privacy/retaining.ts'
import type { ActiveSource } from '../../src/partners/directory.ts'
import { createVault } from '../../src/vault.ts'
import { placesOf } from '../privacy/scene.ts'
import { until } from '../support/sending.ts'
import { join, lookup, object, payment, pepper, provider, useScene, type Scene } from './scene.ts'

let it: Scene
const { make, start, becomes } = useScene((opened) => (it = opened))

const batch = { format: 'json', batch: { path: '$.events[*]', around: {} } } as const
const many = (more = {}) => provider({ lookup, body: batch, ...more })
const vault = createVault([Buffer.alloc(32, 7)])

async function ask(email: string, { partnerId }: ActiveSource): Promise<string> {
  const { orm } = it.relayDb
  const wanted = { email, partnerIds: [partnerId], actor: 'test' }
  const ids = await requestErasures({ orm, vault, pepper }, wanted)
  if (ids === 'unusable') throw new Error('not an address')
  return ids[0] ?? ''
}

async function eraseNow(email: string, source: ActiveSource): Promise<void> {
  const id = await ask(email, source)
  await until(async () => {
    const claimed = await claimErasure(it.relayDb.work, id)
    if (claimed !== undefined)
      await erase({ db: it.relayDb, vault, pepper, publicUrl: undefined }, claimed)
    return (await erasureById(it.db.orm, null, id))?.phase === 'done'
  }, 15_000)
}

const told = async (source: ActiveSource) =>
  (await it.events(source)).map(({ key, state, reason, waits, email, grant }) => ({
    key,
    told: `${state} ${reason} ${waits}`,
    grant: grant === null ? null : `${grant} ${email}`,
  }))
const keptParts = async ({ partnerId }: ActiveSource) =>
  (await it.db.work`select 1 from parked_parts where partner_id = ${partnerId}`).length
const bodiesLeft = async ({ partnerId }: ActiveSource) =>
  (
    await it.db
      .work`select 1 from event_bodies where partner_id = ${partnerId} and erased_at is null`
  ).length
const over = (source: ActiveSource, key: string) =>
  becomes(source, (event) => event.key === key && event.waits === 'ended')

describe('of several events in one request', () => {
  const granted = (key: string, email: string) => ({
    key,
    told: 'matched matched ended',
    grant: `queued ${email}`,
  })

  test('those that wait are judged after somebody in another one was erased', async () => {
    const source = await make(many())
    it.api.objects.set('/v1/payments/p1', object('p1', { email: 'first@example.com' }))
    it.api.objects.set('/v1/payments/p2', 503)
    await it.came(source, { events: [payment('p1'), payment('p2')] })
    start()
    await over(source, 'evt_p1')
    await eraseNow('first@example.com', source)
    expect(await bodiesLeft(source)).toBe(0)
    it.api.objects.set('/v1/payments/p2', object('p2', { email: 'second@example.com' }))
    await it.due(source)
    await over(source, 'evt_p2')
    expect(await told(source)).toEqual([
      { key: 'evt_p1', told: 'matched matched ended', grant: 'suppressed null' },
      granted('evt_p2', 'second@example.com'),
    ])
    expect(await keptParts(source)).toBe(0)
  })

  test('those that wait are judged after one of them turned out to be about somebody who was erased', async () => {
    const source = await make(many())
    await eraseNow('first@example.com', source)
    it.api.objects.set('/v1/payments/p1', object('p1', { email: 'first@example.com' }))
    it.api.objects.set('/v1/payments/p2', 503)
    await it.came(source, { events: [payment('p1'), payment('p2')] })
    start()
    await over(source, 'evt_p1')
    expect(await bodiesLeft(source)).toBe(0)
    it.api.objects.set('/v1/payments/p2', object('p2', { email: 'second@example.com' }))
    await it.due(source)
    await over(source, 'evt_p2')
    expect((await told(source))[1]).toEqual(granted('evt_p2', 'second@example.com'))
  })

  test('those that wait are judged where no body was kept, because one names somebody who was erased; that one ends', async () => {
    const source = await make(many({ join }))
    await eraseNow('gone@example.com', source)
    const customer = { id: 'c1', email: 'gone@example.com' }
    it.api.objects.set('/v1/payments/p2', object('p2', { email: 'second@example.com' }))
    await it.came(source, {
      events: [{ id: 'evt_c', type: 'customer.created', object: customer }, payment('p2')],
    })
    expect(await bodiesLeft(source)).toBe(0)
    start()
    await over(source, 'evt_p2')
    expect(await told(source)).toEqual([
      { key: 'evt_c', told: 'unmatched erased null', grant: null },
      granted('evt_p2', 'second@example.com'),
    ])
    expect(await placesOf(it.db.work, 'gone@example.com')).toEqual([])
  })

  test('only those end that name the person who is erased themselves', async () => {
    const source = await make(many())
    const about = (id: string, note: string) => ({ ...payment(id), note })
    await it.came(source, {
      events: [about('p1', 'for Anna@Example.com'), about('p2', 'for ivan@example.com')],
    })
    await eraseNow('anna@example.com', source)
    expect(await bodiesLeft(source)).toBe(0)
    expect((await told(source)).map((each) => each.told)).toEqual([
      'unmatched erased ended',
      'parked lookup waiting',
    ])
    expect(await placesOf(it.db.work, 'anna@example.com')).toEqual([])
    expect(await placesOf(it.db.work, 'ivan@example.com')).toEqual(['parked_parts.event'])
    // Now there is no body any more by which the other one could be found.
    await eraseNow('ivan@example.com', source)
    expect((await told(source))[1]?.told).toBe('unmatched erased ended')
    expect(await placesOf(it.db.work, 'ivan@example.com')).toEqual([])
  })

  test('what is kept by itself after all goes with the next round of retention', async () => {
    const source = await make(many())
    await it.came(source, { events: [payment('p1'), payment('p2')] })
    expect(await keptParts(source)).toBe(2)
    // As a relay of before ends it.
    await it.db.work`
      update events set state = 'unmatched', reason = 'not_found' where partner_id = ${source.partnerId} and event_key = 'evt_p1'`
    await new Retaining(it.relayDb.work).round()
    expect(await keptParts(source)).toBe(1)
  })
})

test('an event whose request is gone, and nothing is kept of, ends and says so', async () => {
  const source = await make(provider({ lookup }))
  it.api.objects.set('/v1/payments/p1', object())
  await it.came(source, payment())
  await it.db
    .work`update event_bodies set body = '', headers = '{}', erased_at = now() where partner_id = ${source.partnerId}`
  start()
  await over(source, 'evt_p1')
  expect(await told(source)).toEqual([
    { key: 'evt_p1', told: 'unmatched body_gone ended', grant: null },
  ])
  expect(it.api.asked).toEqual([])
})

describe('an event that comes again and means “look again” is judged by what came then', () => {
  const again = provider({
    lookup: {
      ...lookup,
      agree: [{ event: '$.id', fetched: '$.id' }],
      url: 'https://api.provider.example/v1/{field:$.id}',
      again: true,
    },
    event: { key: ['$.id'], type: ['$.confirmed.status'] },
  })

  test.each([
    ['retention', (id: string) => it.db.work`delete from event_bodies where partner_id = ${id}`],
    [
      'an erasure',
      (id: string) =>
        it.db
          .work`update event_bodies set body = '', headers = '{}', erased_at = now() where partner_id = ${id}`,
    ],
  ])('after %s took the body of its first arrival', async (_, take) => {
    const source = await make(again)
    it.api.objects.set('/v1/tr_1', { id: 'tr_1', status: 'open' })
    await it.came(source, { id: 'tr_1' })
    start()
    await over(source, 'tr_1')
    await take(source.partnerId)
    it.api.objects.set('/v1/tr_1', { id: 'tr_1', status: 'paid', email: 'paid@example.com' })
    await it.came(source, { id: 'tr_1' })
    await becomes(source, ({ state }) => state === 'matched')
    expect(await it.events(source)).toMatchObject([
      { type: 'paid', email: 'paid@example.com', waits: 'ended', copies: 2 },
    ])
    expect(await keptParts(source)).toBe(0)
  })
})
