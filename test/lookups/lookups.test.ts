// Events that wait for their provider's word: confirmed, refused, held, and never lost.
import { describe, expect, test } from 'vitest'
import { claimLookups, recheckLookups } from '../../src/db/lookups/claim.ts'
import { uuidv7 } from '../../src/ids.ts'
import { limits } from '../../src/limits.ts'
import type { ActiveSource } from '../../src/partners/directory.ts'
import { until } from '../support/sending.ts'
import { basic, lookup, object, payment, provider, useScene, type Scene } from './scene.ts'

let it: Scene
const { make, start, becomes, ended, changed } = useScene((opened) => (it = opened))
const health = async ({ id }: ActiveSource) =>
  (await it.db.work`select state, failures, probe_at from lookup_health where source_id = ${id}`)[0]

describe('an event that must be confirmed', () => {
  test('waits without a grant, then is granted by what the provider says', async () => {
    const source = await make(provider({ lookup }))
    expect(await it.came(source, payment())).toBe(200)
    expect(await it.events(source)).toMatchObject([
      { state: 'parked', reason: 'lookup', waits: 'waiting', grant: null },
    ])
    it.api.objects.set('/v1/payments/p1', object())
    start()
    expect(await ended(source)).toMatchObject({
      state: 'matched',
      reason: 'matched',
      path: "$['confirmed']['email']",
      trust: 'confirmed',
      email: 'true@example.com',
      grant: 'queued',
      attempts: ['confirmed'],
    })
    const authorization = `Basic ${Buffer.from('shop:api-secret').toString('base64')}`
    expect(it.api.asked).toEqual([{ path: '/v1/payments/p1', authorization }])
    expect(it.looked).toMatchObject([{ outcome: 'confirmed', state: 'matched', httpStatus: 200 }])
  })

  test('is held behind the held grants of its campaign, as any other', async () => {
    const source = await make(provider({ lookup }))
    await it.db
      .work`update campaign_health set state = 'holding', reason = 'ended', probe_at = now() + interval '1 h'
      where partner_id = ${source.partnerId}`
    it.api.objects.set('/v1/payments/p1', object())
    await it.came(source, payment())
    start()
    expect(await ended(source)).toMatchObject({ state: 'matched', grant: 'held' })
  })

  test.each([
    ['another status', object('p1', { status: 'failed' })],
    ['another id', object('p2')],
    ['no status', { id: 'p1', email: 'true@example.com' }],
  ])('ends as not confirmed when the provider says %s', async (_, fetched) => {
    const source = await make(provider({ lookup }))
    it.api.objects.set('/v1/payments/p1', fetched)
    await it.came(source, payment())
    start()
    expect(await ended(source)).toMatchObject({
      state: 'unmatched',
      reason: 'not_confirmed',
      grant: null,
      attempts: ['not_confirmed'],
    })
  })

  test('of test mode, as only the provider knows, is no real grant', async () => {
    const source = await make(provider({ lookup }))
    it.api.objects.set('/v1/payments/p1', object('p1', { mode: 'test' }))
    await it.came(source, payment())
    start()
    expect(await ended(source)).toMatchObject({ state: 'test', grant: 'test' })
  })

  test('takes its type from the object, and the second object that the first one names', async () => {
    const preset = provider({
      lookup: {
        ...lookup,
        agree: [{ event: '$.object.id', fetched: '$.id' }],
        also: { url: 'https://api.provider.example/v1/customers/{field:$.customer}' },
      },
      event: { key: ['$.id'], type: ['$.confirmed.status'] },
    })
    const source = await make(preset, { email: ['$.confirmed.also.email'] })
    it.api.objects.set('/v1/payments/p1', object('p1', { customer: 'c/../1' }))
    it.api.objects.set('/v1/customers/c%2F..%2F1', { email: 'second@example.com' })
    await it.came(source, payment())
    start()
    expect(await ended(source)).toMatchObject({
      type: 'paid',
      trust: 'confirmed',
      email: 'second@example.com',
    })
  })

  test('that the sender wrote to look confirmed is not', async () => {
    const source = await make(provider({ lookup }))
    it.api.objects.set('/v1/payments/p1', object('p1', { email: null }))
    await it.came(source, { ...payment(), confirmed: { email: 'forged@example.com' } })
    start()
    expect(await ended(source)).toMatchObject({
      state: 'unmatched',
      reason: 'no_email',
      grant: null,
    })
  })

  test('without the id to ask for needs a person, and is not dropped', async () => {
    const source = await make(provider({ lookup }))
    for (const id of ['', '..', { deep: 1 }, 'x'.repeat(limits.lookupFieldCharsMax + 1)]) {
      await it.came(source, { id: `evt_${JSON.stringify(id).slice(0, 20)}`, object: { id } })
    }
    start()
    const rows = await until(async () => {
      const all = await it.events(source)
      return all.every(({ waits }) => waits === 'stranded') && all
    })
    expect(new Set(rows.map(({ state, reason }) => `${state} ${reason}`))).toEqual(
      new Set(['parked lookup_impossible']),
    )
    expect(it.api.asked).toEqual([])
  })

  test('is not asked about where it is optional and there is no credential', async () => {
    const optional = provider({ lookup: { ...lookup, required: false } })
    const bare = await make(optional, { credentials: [], email: ['$.object.email'] })
    const able = await make(optional)
    await it.came(bare, payment())
    await it.came(able, payment())
    expect(await it.events(bare)).toMatchObject([{ state: 'matched', waits: null }])
    expect(await it.events(able)).toMatchObject([{ state: 'parked', reason: 'lookup' }])
  })
})

describe('a provider that does not know the object', () => {
  test.each([404, 410])('(%d) is asked a few times before it is believed', async (status) => {
    const source = await make(provider({ lookup }))
    it.api.objects.set('/v1/payments/p1', status)
    await it.came(source, payment())
    start()
    for (let n = 1; n < limits.lookupAbsencesMax; n++) {
      await becomes(source, ({ attempts, waits }) => attempts.length === n && waits === 'waiting')
      expect(await it.events(source)).toMatchObject([{ state: 'parked', reason: 'lookup' }])
      await it.due(source)
    }
    expect(await ended(source)).toMatchObject({ state: 'unmatched', reason: 'not_found' })
    expect((await health(source))?.['state']).toBe('healthy')
  })
})

describe('a provider that refuses the credential', () => {
  test.each([401, 403])('(%d) holds the source until the credential changes', async (status) => {
    const source = await make(provider({ lookup }))
    it.api.objects.set('/v1/payments/p1', status)
    it.api.objects.set('/v1/payments/p2', object('p2'))
    await it.came(source, payment())
    const lookups = start()
    await becomes(source, ({ reason }) => reason === 'lookup_credentials')
    await it.came(source, payment('p2'))
    await until(async () => (await it.events(source)).every(({ waits }) => waits === 'held'))
    expect(await it.events(source)).toMatchObject([
      { state: 'parked', reason: 'lookup_credentials' },
      { state: 'parked', reason: 'lookup_credentials', attempts: [] },
    ])
    expect(it.api.asked).toHaveLength(1)
    changed({
      ...source,
      credentials: [{ credential: { ...basic, password: 'new' }, validUntil: null }],
    })
    it.api.objects.set('/v1/payments/p1', object())
    await lookups.reconsider()
    const rows = await until(async () => {
      const all = await it.events(source)
      return all.every(({ waits }) => waits === 'ended') && all
    })
    expect(rows.map(({ state, trust }) => [state, trust])).toEqual([
      ['matched', 'confirmed'],
      ['matched', 'confirmed'],
    ])
    expect((await health(source))?.['state']).toBe('healthy')
  })

  test('is not even asked without one, and nothing is accepted meanwhile', async () => {
    const source = await make(provider({ lookup }), { credentials: [] })
    await it.came(source, payment())
    expect(await it.events(source)).toMatchObject([{ reason: 'lookup_credentials' }])
    const lookups = start()
    await becomes(source, ({ waits }) => waits === 'held')
    expect(it.api.asked).toEqual([])
    changed({ ...source, credentials: [{ credential: basic, validUntil: null }] })
    it.api.objects.set('/v1/payments/p1', object())
    await lookups.reconsider()
    expect(await ended(source)).toMatchObject({
      state: 'matched',
      attempts: ['no_credential', 'confirmed'],
    })
  })
})

describe('a provider that is down', () => {
  test.each([
    ['an error', 503, 'provider_error'],
    ['too many requests', 429, 'busy'],
    ['a redirect', 302, 'unexpected'],
    ['no JSON', { raw: '<html>' }, 'unreadable'],
    ['a list', { raw: '[1]' }, 'unreadable'],
    ['deep JSON', { raw: `{"a":${'['.repeat(100)}${']'.repeat(100)}}` }, 'unreadable'],
    ['far too much', { raw: `{"a":"${'x'.repeat(limits.lookupAnswerBytesMax)}"}` }, 'unreadable'],
    ['silence', 'hang', 'timeout'],
  ])('(%s) is asked again later, by the schedule of grants', async (_, answer, outcome) => {
    const source = await make(provider({ lookup }))
    it.api.objects.set('/v1/payments/p1', answer)
    await it.came(source, payment())
    start(300)
    await becomes(source, ({ retries }) => retries === 1)
    expect(await it.events(source)).toMatchObject([
      { state: 'parked', reason: 'lookup', waits: 'waiting', attempts: [outcome] },
    ])
    const [row] = await it.db.work`
      select (extract(epoch from due_at - now()) * 1000)::float8 as ms from lookups where partner_id = ${source.partnerId}`
    expect(row?.['ms']).toBeGreaterThan(3000)
    expect(row?.['ms']).toBeLessThanOrEqual(5000)
    expect(it.api.asked).toHaveLength(1)
    it.api.objects.set('/v1/payments/p1', object())
    await it.due(source)
    expect(await ended(source)).toMatchObject({ state: 'matched', grant: 'queued' })
  })

  test('is left in peace but for probes, and everything comes once it is back', async () => {
    const source = await make(provider({ lookup }))
    const ids = Array.from({ length: 20 }, (_, n) => `p${n}`)
    for (const id of ids) {
      it.api.objects.set(`/v1/payments/${id}`, 500)
      await it.came(source, payment(id))
    }
    start()
    await until(async () => (await health(source))?.['state'] === 'unreachable')
    await until(async () => (await it.events(source)).every(({ waits }) => waits === 'waiting'))
    const before = it.api.asked.length
    await it.db.work`update lookups set due_at = now() where partner_id = ${source.partnerId}`
    await new Promise((resolve) => setTimeout(resolve, 1300))
    expect(it.api.asked.length).toBe(before)
    for (const id of ids) it.api.objects.set(`/v1/payments/${id}`, object(id))
    await it.due(source)
    await until(async () => (await it.events(source)).every(({ state }) => state === 'matched'))
    expect((await health(source))?.['state']).toBe('healthy')
  })

  test('for 72 hours leaves the event parked, for a person to look', async () => {
    const source = await make(provider({ lookup }))
    it.api.objects.set('/v1/payments/p1', 500)
    await it.came(source, payment())
    await it.db.work`update lookups set retries = 14 where partner_id = ${source.partnerId}`
    start()
    await becomes(source, ({ waits }) => waits === 'stranded')
    expect(await it.events(source)).toMatchObject([{ state: 'parked', reason: 'lookup_exhausted' }])
    it.api.objects.set('/v1/payments/p1', object())
    expect(await recheckLookups(it.db.work, uuidv7())).toBe(0)
    expect(await recheckLookups(it.db.work, source.partnerId)).toBe(1)
    expect(await ended(source)).toMatchObject({ state: 'matched', grant: 'queued' })
  })
})

describe('relays', () => {
  test('that are killed between the answer and the commit lose nothing, and grant once', async () => {
    const source = await make(provider({ lookup }))
    it.api.objects.set('/v1/payments/p1', object())
    await it.came(source, payment())
    // Taken by a relay that never comes back.
    const gone = { node: uuidv7(), leaseMs: 60_000, most: 8 }
    const taken = await claimLookups(it.db.work, gone)
    expect(taken.filter(({ partnerId }) => partnerId === source.partnerId)).toHaveLength(1)
    start()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(it.api.asked).toEqual([])
    await it.stopAll()
    await it.db
      .work`update lookups set lease_until = now() - interval '1 s' where partner_id = ${source.partnerId}`
    start()
    expect(await ended(source)).toMatchObject({
      state: 'matched',
      attempts: ['relay_lost', 'confirmed'],
    })
  })

  test('whose answer comes after their lease change nothing', async () => {
    const source = await make(provider({ lookup }))
    it.api.objects.set('/v1/payments/p1', 'hang')
    await it.came(source, payment())
    start(1000)
    await until(async () => it.api.asked.length === 1)
    await it.db
      .work`update lookups set attempt = attempt + 1, lease_owner = ${uuidv7()} where partner_id = ${source.partnerId}`
    await until(async () => it.looked.length > 0)
    expect(it.looked).toMatchObject([{ outcome: 'too_late' }])
    expect(await it.events(source)).toMatchObject([{ state: 'parked', waits: 'asking' }])
  })

  test('two of them ask about each event once', async () => {
    const source = await make(provider({ lookup }))
    const ids = Array.from({ length: 40 }, (_, n) => `p${n}`)
    for (const id of ids) it.api.objects.set(`/v1/payments/${id}`, object(id))
    await Promise.all(ids.map((id) => it.came(source, payment(id))))
    start()
    start()
    await until(async () => (await it.events(source)).every(({ state }) => state === 'matched'))
    expect(it.api.asked.map(({ path }) => path).sort()).toEqual(
      ids.map((id) => `/v1/payments/${id}`).sort(),
    )
    const [row] = await it.db
      .work`select count(*)::int as n from grants where partner_id = ${source.partnerId}`
    // One email, one campaign: one grant, whichever event came first.
    expect(row?.['n']).toBe(1)
  })
})

describe('what is kept', () => {
  test('has no secret, no object and no address in it', async () => {
    const source = await make(provider({ lookup }))
    it.api.objects.set('/v1/payments/p1', object())
    await it.came(source, payment())
    start()
    await ended(source)
    const rows = await it.db.work`
      select row_to_json(l)::text as lookup, row_to_json(a)::text as attempt, e.trace::text as trace
      from lookups l join lookup_attempts a on a.event_id = l.event_id join events e on e.id = l.event_id
      where l.partner_id = ${source.partnerId}`
    const kept = JSON.stringify(rows)
    expect(rows).toHaveLength(1)
    for (const secret of ['api-secret', Buffer.from('shop:api-secret').toString('base64'), 'true@'])
      expect(kept).not.toContain(secret)
  })
})
