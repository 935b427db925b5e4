// The email of an earlier event of the same customer.
import { describe, expect, test } from 'vitest'
import { until } from '../support/sending.ts'
import { basic, join, lookup, object, payment, provider, useScene, type Scene } from './scene.ts'

let it: Scene
const { make, start, becomes, ended } = useScene((opened) => (it = opened))

describe('an event that names the customer only', () => {
  const joined = { credentials: [], email: ['$.joined.email', '$.confirmed.email'] }
  const customer = (email: string, more = {}) => ({
    id: `evt_c_${email}`,
    type: 'customer.created',
    object: { id: 'c1', customer: 'c1', email },
    ...more,
  })
  const sale = (id = 's1') => ({
    id,
    type: 'sale.done',
    object: { customer: 'c1', id, status: 'paid' },
  })

  test('takes the email of an earlier event', async () => {
    const source = await make(provider({ join }), joined)
    await it.came(source, customer('known@example.com'))
    await it.came(source, sale())
    start()
    expect(
      await becomes(source, ({ key, waits }) => key === 's1' && waits === 'ended'),
    ).toMatchObject({
      state: 'matched',
      path: "$['joined']['email']",
      trust: 'token',
      email: 'known@example.com',
      attempts: [],
    })
  })

  test('waits for the event that says it, and goes on at once when it comes', async () => {
    const source = await make(provider({ join }), joined)
    await it.came(source, sale())
    start()
    expect(await becomes(source, ({ retries }) => retries === 1)).toMatchObject({
      state: 'parked',
      reason: 'join',
    })
    const since = performance.now()
    await it.came(source, customer('later@example.com'))
    expect(
      await becomes(source, ({ key, waits }) => key === 's1' && waits === 'ended'),
    ).toMatchObject({
      email: 'later@example.com',
    })
    expect(performance.now() - since).toBeLessThan(3000)
  })

  test('takes the newest email, by the time its event happened', async () => {
    const preset = provider({
      join,
      event: { key: ['$.id'], type: ['$.type'], occurredAt: { path: '$.at', unit: 's' } },
    })
    const source = await make(preset, joined)
    await it.came(source, customer('new@example.com', { at: 1_790_000_100 }))
    await it.came(source, customer('old@example.com', { at: 1_790_000_000 }))
    await it.came(source, customer('newest@example.com', { at: 1_790_000_200 }))
    await it.came(source, customer('new@example.com', { at: 1_790_000_300 }))
    await it.came(source, sale())
    start()
    expect(
      await becomes(source, ({ key, waits }) => key === 's1' && waits === 'ended'),
    ).toMatchObject({
      email: 'newest@example.com',
    })
  })

  test('never takes the customer of another source', async () => {
    const [one, other] = [
      await make(provider({ join }), joined),
      await make(provider({ join }), joined),
    ]
    await it.came(other, customer('other@example.com'))
    await it.came(one, sale())
    start()
    expect(await becomes(one, ({ retries }) => retries === 1)).toMatchObject({ state: 'parked' })
  })

  test('ends without a grant after 72 hours, with its trace', async () => {
    const source = await make(provider({ join }), joined)
    await it.came(source, sale())
    await it.db.work`update lookups set retries = 14 where partner_id = ${source.partnerId}`
    start()
    expect(await ended(source)).toMatchObject({ state: 'unmatched', reason: 'no_email' })
    const [row] = await it.db.work`select trace from events where partner_id = ${source.partnerId}`
    expect(row?.['trace']).toMatchObject([{ outcome: 'no_email' }])
  })

  test('asks the provider when no event says it and there is a credential', async () => {
    const both = provider({ join, lookup: { ...lookup, required: false } })
    const source = await make(both, { ...joined, credentials: [basic] })
    await it.came(source, sale('p1'))
    expect(await it.events(source)).toMatchObject([{ reason: 'join' }])
    it.api.objects.set('/v1/payments/p1', object())
    start()
    expect(await ended(source)).toMatchObject({ trust: 'confirmed', email: 'true@example.com' })
  })

  test('leaves the provider in peace when an event says it', async () => {
    const both = provider({ join, lookup: { ...lookup, events: ['sale.*'], required: false } })
    const source = await make(both, { ...joined, credentials: [basic] })
    await it.came(source, customer('known@example.com'))
    await it.came(source, sale('p1'))
    start()
    expect(
      await becomes(source, ({ key, waits }) => key === 'p1' && waits === 'ended'),
    ).toMatchObject({
      email: 'known@example.com',
    })
    expect(it.api.asked).toEqual([])
  })

  test('finds nothing once the person is forgotten', async () => {
    const source = await make(provider({ join }), joined)
    await it.came(source, customer('gone@example.com'))
    await it.db.work`delete from contacts where partner_id = ${source.partnerId}`
    await it.came(source, sale())
    start()
    expect(await becomes(source, ({ retries }) => retries === 1)).toMatchObject({
      state: 'parked',
      email: null,
    })
  })

  test('makes no second grant for a person who was erased', async () => {
    const source = await make(provider({ lookup }))
    it.api.objects.set('/v1/payments/p1', object('p1', { email: 'erased@example.com' }))
    it.api.objects.set('/v1/payments/p2', object('p2', { email: 'erased@example.com' }))
    await it.came(source, payment('p1'))
    start()
    await ended(source)
    await it.db
      .work`update grants set state = 'suppressed', email = null, due_at = null, settled_at = now() where partner_id = ${source.partnerId}`
    await it.came(source, payment('p2'))
    await until(async () => (await it.events(source)).every(({ waits }) => waits === 'ended'))
    const rows = await it.db
      .work`select state, email from grants where partner_id = ${source.partnerId}`
    expect(rows).toMatchObject([{ state: 'suppressed', email: null }])
  })
})
