// Reading: whatever an authentic sender wrote becomes at least one event, with a key that a repeat
// has again and nothing else has.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { trustAt } from '../../src/inbound/event.ts'
import { instantOf } from '../../src/inbound/instant.ts'
import { read } from '../../src/inbound/read.ts'
import type { JsonObject, JsonValue } from '../../src/json.ts'
import { limits } from '../../src/limits.ts'
import { providers } from '../../src/providers/index.ts'
import type { Provider } from '../../src/providers/provider.ts'
import type { Authentic, SentRequest } from '../../src/schemes/scheme.ts'

const authentic: Authentic = { authentic: true, credential: 'one', trust: 'signed' }
const { stripe, github, kinde, clerk } = providers
const logs = providers['auth0-log-stream']
const hash = (bytes: Buffer | string) =>
  'sha256:' + createHash('sha256').update(bytes).digest('hex')

function sent(body: string | Buffer, headers: Record<string, string | string[]> = {}): SentRequest {
  const map = Object.entries(headers).map(([name, value]) => [name, [value].flat()] as const)
  return { method: 'POST', url: '', headers: new Map(map), body: Buffer.from(body) }
}

function readOne(provider: Provider, body: JsonValue, headers = {}) {
  const [event] = read(provider, sent(JSON.stringify(body), headers), authentic)
  if (event === undefined) throw new Error('no event')
  return event
}

function nested(depth: number): string {
  return '{"a":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1)
}

describe('a body that cannot be read', () => {
  const tooMany = limits.eventsPerRequestMax + 1
  const bodies: [string, Provider, string | Buffer, string][] = [
    ['broken JSON', stripe, '{"id":', 'not_json'],
    ['two values in one', stripe, '{}{}', 'not_json'],
    ['NaN', stripe, 'NaN', 'not_json'],
    ['text that is not UTF-8', stripe, Buffer.from([0x22, 0xff, 0x22]), 'not_utf8'],
    ['a surrogate in UTF-8', stripe, Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'not_utf8'],
    ['nothing', stripe, '', 'empty'],
    ['blanks', stripe, ' \r\n\t', 'empty'],
    ['only a byte order mark', stripe, '\uFEFF', 'empty'],
    ['a number', stripe, '5', 'not_an_object'],
    ['null', stripe, 'null', 'not_an_object'],
    ['an array where none is expected', stripe, '[{"id":"evt_1"}]', 'not_an_object'],
    ['too deep an object', stripe, nested(limits.jsonDepthMax + 1), 'too_deep'],
    ['a bottomless array', stripe, '['.repeat(500_000), 'too_deep'],
    ['an empty array of events', logs, '[]', 'empty'],
    ['too many events', logs, JSON.stringify(Array(tooMany).fill({})), 'too_many_events'],
    ['too many lines', logs, '{}\n'.repeat(tooMany), 'too_many_events'],
    ['a broken array over several lines', logs, '[\n{"log_id":1},\n{', 'not_json'],
  ]

  test.each(bodies)(
    '(%s) is one unreadable event, keyed by its bytes',
    (_name, provider, body, reason) => {
      const events = read(provider, sent(body), authentic)
      expect(events).toEqual([
        {
          key: hash(Buffer.from(body)),
          type: '',
          occurredAt: null,
          test: false,
          part: 0,
          value: null,
          unreadable: reason,
          trust: 'signed',
          regions: [],
        },
      ])
    },
  )

  test('is read at the very limits', () => {
    const deepest = read(stripe, sent(nested(limits.jsonDepthMax)), authentic)
    expect(deepest).toMatchObject([{ unreadable: null }])
    const most = Array.from({ length: limits.eventsPerRequestMax }, (_, log_id) => ({ log_id }))
    expect(read(logs, sent(JSON.stringify(most)), authentic)).toHaveLength(most.length)
  })

  test('is not taken to be deep for brackets inside strings', () => {
    const text = `"${'[{'.repeat(200)}\\"${'['.repeat(200)}`
    expect(readOne(stripe, { id: 'evt_1', text })).toMatchObject({ key: 'evt_1', unreadable: null })
  })

  test('is not taken to be flat for a string that ends in a backslash', () => {
    const body = `{"text":"\\\\","deep":${nested(limits.jsonDepthMax)}}`
    expect(read(stripe, sent(body), authentic)).toMatchObject([{ unreadable: 'too_deep' }])
  })
})

describe('a batch', () => {
  const entry = (log_id: string): JsonObject => ({ log_id, data: { type: 'ss' } })

  test.each([
    ['an array', JSON.stringify([entry('1'), entry('2')])],
    ['lines', `${JSON.stringify(entry('1'))}\n${JSON.stringify(entry('2'))}\n`],
    [
      'lines ended as on Windows',
      `${JSON.stringify(entry('1'))}\r\n\r\n${JSON.stringify(entry('2'))}`,
    ],
  ])('of %s gives each event its own key and number', (_name, body) => {
    const events = read(logs, sent(body), authentic)
    expect(events.map(({ key, part, type }) => [key, part, type])).toEqual([
      ['1', 0, 'ss'],
      ['2', 1, 'ss'],
    ])
  })

  test('may be a single object, on one line or on several', () => {
    for (const body of [JSON.stringify(entry('1')), JSON.stringify(entry('1'), null, 2)]) {
      expect(read(logs, sent(body), authentic)).toMatchObject([{ key: '1', part: 0 }])
    }
  })

  test('with broken lines loses only those, each recorded by its own bytes', () => {
    const deep = nested(limits.jsonDepthMax + 1)
    const body = `[broken\n${JSON.stringify(entry('1'))}\n${deep}\n7\n${JSON.stringify(entry('2'))}`
    const events = read(logs, sent(body), authentic)
    expect(events.map(({ key, unreadable }) => [key, unreadable])).toEqual([
      [hash('[broken'), 'not_json'],
      ['1', null],
      [hash(deep), 'too_deep'],
      [hash('7'), 'not_an_object'],
      ['2', null],
    ])
  })

  test('keys an element without an id by its content, wherever it stands', () => {
    const odd = { data: { type: 's' } }
    const [, event] = read(logs, sent(JSON.stringify([entry('1'), odd])), authentic)
    expect(event?.key).toBe(hash(JSON.stringify(odd)))
  })
})

describe('the key', () => {
  const long = 'x'.repeat(limits.eventKeyCharsMax)

  test.each([
    ['a text', 'evt_1', 'evt_1'],
    ['a number', 17, '17'],
    ['the longest text allowed', long, long],
    ['a longer text', `${long}x`, hash(`${long}x`)],
    ['a text with NUL', 'a\u0000b', hash('a\u0000b')],
    ['a text with a line break', 'a\nb', hash('a\nb')],
    ['a text that looks like a hash', hash('other'), hash(hash('other'))],
    ['a lone surrogate', 'a\ud800', hash('a\ud800')],
  ])('from %s is that, or its hash', (_name, id, key) => {
    expect(readOne(stripe, { id }).key).toBe(key)
  })

  test.each([
    ['missing', {}],
    ['empty', { id: '' }],
    ['null', { id: null }],
    ['an object', { id: { a: 1 } }],
    ['true', { id: true }],
    ['a number JSON has rounded', { id: 2 ** 60 }],
  ])('is the hash of the bytes where the id is %s', (_name, body) => {
    expect(readOne(stripe, body).key).toBe(hash(JSON.stringify(body)))
  })

  test('is never taken from a header outside the proof', () => {
    const one = readOne(github, { a: 1 }, { 'x-github-delivery': 'one' })
    const other = readOne(github, { a: 1 }, { 'x-github-delivery': 'other' })
    expect(one.key).toBe(hash('{"a":1}'))
    expect(other.key).toBe(one.key)
  })

  test('comes from a header where the proof covers it, unless it was sent twice', () => {
    expect(readOne(clerk, {}, { 'svix-id': 'msg_1' }).key).toBe('msg_1')
    expect(readOne(clerk, {}, { 'svix-id': ['msg_1', 'msg_2'] }).key).toBe(hash('{}'))
    expect(readOne(clerk, {}).key).toBe(hash('{}'))
  })

  test('needs every part of a joined key', () => {
    const joined = { ...stripe, event: { ...stripe.event, key: ['$.a', '$.b'] } }
    expect(readOne(joined, { a: 'x', b: 2 }).key).toBe('x:2')
    expect(readOne(joined, { a: 'x' }).key).toBe(hash('{"a":"x"}'))
  })

  test('may be placed by the settings of a source, as the type may', () => {
    const settings = { key_path: '$.order.no', type_path: '$.event' }
    const body = '{"id":"customer","type":"shop","event":"paid","order":{"no":42}}'
    const generic = providers['generic-token']
    expect(read(generic, sent(body), authentic, settings)).toMatchObject([
      { key: '42', type: 'paid' },
    ])
    expect(read(generic, sent(body), authentic)).toMatchObject([{ key: 'customer', type: 'shop' }])
    const whole = { key_path: '$', type_path: '' }
    expect(read(generic, sent(body), authentic, whole)).toMatchObject([
      { key: hash(body), type: 'shop' },
    ])
    expect(read(stripe, sent(body), authentic, settings)).toMatchObject([{ key: 'customer' }])
  })
})

describe('the type', () => {
  test.each([
    ['plain', 'invoice.paid', 'invoice.paid'],
    ['with control characters', 'in\u0000voice\n.paid\u009f', 'invoice.paid'],
    ['too long', 'x'.repeat(999), 'x'.repeat(limits.eventTypeCharsMax)],
    ['cut inside a character', 'x'.repeat(199) + '😀', 'x'.repeat(199) + '\ufffd'],
    ['no text', { a: 1 }, ''],
  ])('(%s) is made fit to store', (_name, type, expected) => {
    expect(readOne(stripe, { type }).type).toBe(expected)
  })

  test('joins what is there', () => {
    expect(readOne(github, { action: 'created' }, { 'x-github-event': 'star' }).type).toBe(
      'star.created',
    )
    expect(readOne(github, {}, { 'x-github-event': 'ping' }).type).toBe('ping')
  })
})

describe('the rest of an event', () => {
  test('tells a test from the real thing', () => {
    expect(readOne(stripe, { livemode: false }).test).toBe(true)
    for (const livemode of [true, null, 'false', 0])
      expect(readOne(stripe, { livemode }).test).toBe(false)
    expect(readOne(stripe, {}).test).toBe(false)
  })

  test('lists the places the proof does not cover', () => {
    const provider = {
      ...stripe,
      event: { ...stripe.event, unsigned: ['$.data.email', '$.list[*]'] },
    }
    const event = readOne(provider, { data: { email: 'a@b.c' }, list: [1, 2] })
    expect(event.regions.map(({ path }) => path)).toEqual([
      "$['data']['email']",
      "$['list'][0]",
      "$['list'][1]",
    ])
  })

  test('a path that reaches further than can be told leaves nothing signed', () => {
    const provider: Provider = {
      ...stripe,
      event: { ...stripe.event, unsigned: ['$.list[*]'] },
    }
    const list = Array.from({ length: limits.pathNodesMax + 1 }, (_, n) => n)
    expect(readOne(provider, { list }).regions).toEqual([{ path: '$', trust: 'unsigned' }])
  })

  test('takes the claims of a token as the event', () => {
    const claims = { event_id: 'e1', type: 'user.created', timestamp: '2026-11-30T00:00:00Z' }
    expect(read(kinde, sent('a.b.c'), { ...authentic, claims })).toMatchObject([
      { key: 'e1', type: 'user.created', occurredAt: Date.UTC(2026, 10, 30), value: claims },
    ])
    const { event_id: _gone, ...anonymous } = claims
    expect(read(kinde, sent('a.b.c'), { ...authentic, claims: anonymous })).toMatchObject([
      { key: hash('a.b.c') },
    ])
    const deep: JsonObject = JSON.parse(nested(limits.jsonDepthMax + 1))
    expect(read(kinde, sent('a.b.c'), { ...authentic, claims: deep })).toMatchObject([
      { unreadable: 'too_deep' },
    ])
    expect(read(kinde, sent('a.b.c'), authentic)).toMatchObject([{ unreadable: 'empty' }])
  })

  test('trusts a body beside a token no further than the token’s sender', () => {
    const [event] = read(stripe, sent('{}'), { ...authentic, claims: {}, claimsOnly: true })
    expect(event?.trust).toBe('token')
    const [own] = read(kinde, sent('x'), { ...authentic, claims: {}, claimsOnly: true })
    expect(own?.trust).toBe('signed')
  })

  test('tolerates a byte order mark', () => {
    expect(read(stripe, sent('\uFEFF{"id":"evt_1"}'), authentic)).toMatchObject([{ key: 'evt_1' }])
  })

  test('treats names of the object prototype like any other', () => {
    const [event] = read(stripe, sent('{"__proto__":{"id":"evil"},"constructor":1}'), authentic)
    expect(event?.key).toMatch(/^sha256:/)
  })
})

describe('a time', () => {
  const noon = Date.UTC(2026, 10, 30, 12)
  const times: [JsonValue, 's' | 'ms' | 'iso', number | null][] = [
    [noon / 1000, 's', noon],
    [String(noon / 1000), 's', noon],
    [noon / 1000 + 0.5, 's', noon + 500],
    [noon, 'ms', noon],
    ['2026-11-30T12:00:00Z', 'iso', noon],
    ['2026-11-30T15:00:00.000+03:00', 'iso', noon],
    ['2026-11-30 12:00:00.123456Z', 'iso', noon + 123],
    ['2026-11-30T12:00:00', 'iso', null],
    ['2026-13-45T12:00:00Z', 'iso', null],
    ['30 November 2026', 'iso', null],
    [noon, 's', null],
    [noon / 1000, 'ms', null],
    [Date.UTC(2000, 0, 1) - 1, 'ms', null],
    [Date.UTC(2100, 0, 1), 'ms', null],
    [-1, 's', null],
    [true, 's', null],
    [null, 'iso', null],
  ]

  test.each(times)('%j in %s is %j', (value, unit, expected) => {
    expect(instantOf(value, unit)).toBe(expected)
  })
})

describe('whatever is sent', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
    fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text)),
    fc.array(fc.oneof(fc.json(), fc.string())).map((lines) => Buffer.from(lines.join('\n'))),
  )

  test('reading never throws, never drops, and gives a repeat the same keys', () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom(...Object.values(providers)), (body, provider) => {
        const events = read(provider, sent(body), authentic)
        expect(events.length).toBeGreaterThan(0)
        for (const { key, type, unreadable, value } of events) {
          expect(key.length > 0 && key.length <= limits.eventKeyCharsMax).toBe(true)
          expect(/\p{Cc}/u.test(key + type)).toBe(false)
          expect(unreadable === null).toBe(value !== null)
        }
        const again = read(provider, sent(Buffer.from(body)), authentic)
        expect(again).toEqual(events)
      }),
      { numRuns: 500 },
    )
  })
})

describe('where the proof covers some fields only', () => {
  const provider: Provider = {
    ...providers.stripe,
    event: { key: ['$.id'], otherKeys: [['$.order']], type: ['$.type'] },
  }
  const body = { id: 'evt_1', order: 'o_1', email: 'anna@example.com' }
  const coveredBy = (covers: string[]) =>
    read(provider, sent(JSON.stringify(body)), { ...authentic, covers })[0]

  test('the key comes from those, the next expression is tried, and else it is the hash', () => {
    expect(coveredBy(["$['id']"])?.key).toBe('evt_1')
    expect(coveredBy(["$['order']"])?.key).toBe('o_1')
    expect(coveredBy(["$['email']"])?.key).toBe(hash(JSON.stringify(body)))
  })

  test('the others are unsigned, with all below them', () => {
    const event = coveredBy(["$['id']"])
    expect(event && trustAt(event, "$['id']")).toBe('signed')
    expect(event && trustAt(event, "$['email']")).toBe('unsigned')
    expect(event && trustAt(event, "$['ids']['a']")).toBe('unsigned')
  })
})
