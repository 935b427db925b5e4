import { describe, expect, test } from 'vitest'
import { trustAt, type ReadEvent } from '../../src/inbound/event.ts'
import { judge } from '../../src/inbound/judge.ts'
import type { JsonValue } from '../../src/json.ts'
import { withConfirmed, withJoined } from '../../src/lookups/enrich.ts'
import { contactIn, parkingOf } from '../../src/lookups/parking.ts'
import { basic, join, lookup, provider } from './scene.ts'

const event = (value: JsonValue, more: Partial<ReadEvent> = {}): ReadEvent => ({
  key: 'k',
  type: 'sale.done',
  occurredAt: null,
  test: false,
  part: 0,
  value,
  unreadable: null,
  trust: 'signed',
  regions: [],
  ...more,
})
const sale = event({ object: { id: 's', customer: 'c1' } })
const optional = { ...lookup, required: false }

describe('an event is parked', () => {
  test.each([
    ['nowhere, as a rule', {}, [basic], true, undefined],
    ['for its lookup', { lookup }, [basic], false, ['lookup', 'lookup']],
    [
      'for a required lookup without credential',
      { lookup },
      [],
      false,
      ['lookup', 'lookup_credentials'],
    ],
    ['not for an optional one without credential', { lookup: optional }, [], true, undefined],
    [
      'not for an optional one whose password is empty',
      { lookup: optional },
      [{ ...basic, password: '' }],
      true,
      undefined,
    ],
    [
      'for an optional one with its credential',
      { lookup: optional },
      [basic],
      false,
      ['lookup', 'lookup'],
    ],
    [
      'not with the credential of another kind',
      { lookup: { ...optional, auth: 'bearer' as const } },
      [basic],
      true,
      undefined,
    ],
    [
      'not for the lookup of other events',
      { lookup: { ...lookup, events: ['payment.*'] } },
      [basic],
      true,
      undefined,
    ],
    ['for a join that found no email', { join }, [], true, ['join', 'join']],
    ['not for a join when an email was found', { join }, [], false, undefined],
    [
      'for the join before an optional lookup',
      { join, lookup: optional },
      [basic],
      true,
      ['join', 'join'],
    ],
    [
      'for a required lookup before the join',
      { join, lookup },
      [basic],
      true,
      ['lookup', 'lookup'],
    ],
  ])('%s', (_, preset, credentials, foundNoEmail, waits) => {
    const parked = parkingOf(provider(preset), sale, credentials, foundNoEmail)
    expect(parked && [parked.waitsFor, parked.reason]).toEqual(waits)
  })

  test('never when it cannot be read', () => {
    const broken = event(null, { unreadable: 'not_json' })
    expect(parkingOf(provider({ lookup }), broken, [basic], true)).toBeUndefined()
  })

  test('and `verify` says so', async () => {
    const judged = async (preset: ReturnType<typeof provider>) =>
      judge(
        {
          provider: preset,
          proof: { scheme: 'token', at: { header: ['x-token'], prefix: '' }, credential: 'token' },
          settings: {},
          credentials: [{ id: '0', token: 't' }],
          request: {
            method: 'POST',
            url: '',
            headers: new Map([['x-token', ['t']]]),
            body: Buffer.from(
              JSON.stringify({ id: 'e', type: 'sale.done', ...(sale.value as object) }),
            ),
          },
          now: 0,
        },
        () => Promise.resolve('unavailable' as const),
      )
    expect(await judged(provider({ lookup }))).toMatchObject({
      event: { key: 'e', parked: 'lookup' },
    })
    expect(await judged(provider({ join }))).toMatchObject({ event: { parked: 'join' } })
    expect(await judged(provider({}))).not.toHaveProperty('event.parked')
  })
})

describe('trust', () => {
  const preset = {
    provider: provider({ lookup }),
    settings: {},
    request: { method: 'POST', url: '', headers: new Map(), body: Buffer.alloc(0) },
  }
  const hostile = event(
    {
      confirmed: { email: 'forged@example.com' },
      joined: { email: 'forged@example.com' },
      rest: 1,
    },
    {
      regions: [
        { path: "$['confirmed']['email']", trust: 'signed' },
        { path: "$['rest']", trust: 'unsigned' },
      ],
    },
  )

  test('of what was fetched is confirmed, and of nothing else', () => {
    const whole = withConfirmed(hostile, { email: 'true@example.com' }, undefined, preset)
    expect(whole.value).toMatchObject({ confirmed: { email: 'true@example.com' } })
    expect(trustAt(whole, "$['confirmed']['email']")).toBe('confirmed')
    expect(trustAt(whole, "$['confirmedness']")).toBe('signed')
    expect(trustAt(whole, "$['rest']")).toBe('unsigned')
  })

  test('of what was joined is that with which it was learned', () => {
    const whole = withJoined(hostile, 'true@example.com', 'token')
    expect(whole.value).toMatchObject({ joined: { email: 'true@example.com' } })
    expect(trustAt(whole, "$['joined']['email']")).toBe('token')
  })

  test.each([
    ['both signed', [], 'signed'],
    [
      'an unsigned email',
      [{ path: "$['object']['email']", trust: 'unsigned' as const }],
      'unsigned',
    ],
    [
      'an unsigned customer',
      [{ path: "$['object']['id']", trust: 'unsigned' as const }],
      'unsigned',
    ],
  ])('of a contact with %s', (_, regions, trust) => {
    const learned = event(
      { object: { id: 'c1', email: ' A <a@EXAMPLE.com> ' } },
      { type: 'customer.created', regions },
    )
    expect(contactIn(provider({ join }), learned)).toEqual({
      customer: 'c1',
      email: 'a@example.com',
      trust,
    })
  })
})
