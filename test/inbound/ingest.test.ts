import { createHmac } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { request } from 'undici'
import Stripe from 'stripe'
import { limits } from '../../src/limits.ts'
import { sendRaw } from '../support/raw-http.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'
import { until } from '../support/sending.ts'

const secret = 'whsec_test_secret'
const key = 'stripe-key-0123456789abcdef'
let it: TestRelay

beforeAll(async () => {
  it = await startTestRelay(`
partner: acme
campaigns:
  - { name: spring, mode: live, api_key: 11111111-2222-4333-8444-555555555555 }
sources:
  - name: shop
    provider: stripe
    key: ${key}
    credentials: [{ secret: ${secret} }]
    rules:
      - { events: [invoice.paid], email: [$.data.object.customer_email], campaign: spring }
  - name: bare
    provider: stripe
    key: bare-key-0123456789abcdef
  - name: courses
    provider: getcourse
    key: courses-key-0123456789abcd
    credentials: [{ token: a-shared-token-of-the-url }]
  - name: off
    provider: stripe
    key: off-key-0123456789abcdef0
    enabled: false
    credentials: [{ secret: ${secret} }]
`)
})
afterAll(() => it.close())

const sign = (body: Buffer | string, at = Math.floor(Date.now() / 1000)) =>
  `t=${at},v1=${createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex')}`

async function post(
  body: Buffer | string,
  headers: Record<string, string | string[]> = {},
  path = `/in/${key}`,
) {
  const answer = await request(it.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': sign(body), ...headers },
    body,
  })
  return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() }
}

const eventsWhere = (text: string) =>
  it.db.work.unsafe(
    `select e.*, b.body from events e join event_bodies b on b.id = e.body_id where ${text}`,
  )
const stripeEvent = (id: string, more: object = {}) =>
  JSON.stringify({
    id,
    type: 'invoice.paid',
    livemode: true,
    created: 1796000000,
    data: { object: {} },
    ...more,
  })

describe('an authentic request', () => {
  test('is answered 200 after it was recorded, with identical bytes', async () => {
    const body = stripeEvent('evt_first').replaceAll(',', ' , ')
    const { status, headers } = await post(body)
    expect(status).toBe(200)
    expect(headers).toMatchObject({ 'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/) })
    expect(headers).toMatchObject({ 'content-length': '0', connection: 'keep-alive' })
    const [row] = await eventsWhere(`event_key = 'evt_first'`)
    expect(row?.['body'].equals(Buffer.from(body))).toBe(true)
  })

  test('signed by the official SDK is accepted', async () => {
    const payload = stripeEvent('evt_sdk')
    const header = new Stripe('sk_test_x').webhooks.generateTestHeaderString({ payload, secret })
    expect((await post(payload, { 'stripe-signature': header })).status).toBe(200)
  })

  test('that comes again is answered the same and recorded once', async () => {
    const body = stripeEvent('evt_copy', {
      data: { object: { customer_email: 'copy@example.com' } },
    })
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(body)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await eventsWhere(`event_key = 'evt_copy'`)).toMatchObject([{ copies: 10 }])
  })

  test('reaches MOAB and is granted', async () => {
    await post(
      stripeEvent('evt_paid', { data: { object: { customer_email: 'Paid.User+tag@ПРИМЕР.рф' } } }),
    )
    const registration = await until(async () =>
      it.moab.registrations().find(({ email }) => email.startsWith('Paid.User')),
    )
    expect(registration.email).toBe('Paid.User+tag@xn--e1afmkfd.xn--p1ai')
  })

  test('in test mode never reaches MOAB from a live campaign', async () => {
    await post(
      stripeEvent('evt_test', {
        livemode: false,
        data: { object: { customer_email: 'tester@example.com' } },
      }),
    )
    const [grant] = await it.db.work`select state from grants where email = 'tester@example.com'`
    expect(grant?.['state']).toBe('test')
    await new Promise((resolve) => setTimeout(resolve, 1200))
    expect(it.moab.registrations().some(({ email }) => email === 'tester@example.com')).toBe(false)
  })
})

describe('a body that cannot be used is recorded all the same', () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000)
  test.each([
    ['not JSON', Buffer.from('{"id":'), 'unreadable'],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'unreadable'],
    ['nested deeply', Buffer.from(deep), 'unreadable'],
    ['empty', Buffer.alloc(0), 'unreadable'],
    ['a number', Buffer.from('1e400'), 'unreadable'],
    ['with a BOM', Buffer.from('\uFEFF{"id":"evt_bom","type":"x"}'), 'unmatched'],
    ['with NUL', Buffer.from('{"id":"evt\\u0000nul","type":"a\\u0000b"}'), 'unmatched'],
    ['with lone surrogates', Buffer.from('{"id":"evt\\ud800","type":"\\udfff"}'), 'unmatched'],
    [
      'with duplicate keys',
      Buffer.from('{"id":"evt_dup","id":"evt_dup2","type":"x"}'),
      'unmatched',
    ],
    [
      'with __proto__',
      Buffer.from('{"__proto__":{"id":"evt_proto"},"constructor":{"prototype":1},"type":"x"}'),
      'unmatched',
    ],
    [
      'with huge numbers',
      Buffer.from('{"id":"evt_huge","type":"invoice.paid","data":{"object":{"amount":1e400}}}'),
      'unmatched',
    ],
  ])('%s', async (_, body, state) => {
    const before = await eventsWhere('true')
    expect((await post(body)).status).toBe(200)
    const known = new Set(before.map((row) => row['id']))
    const added = (await eventsWhere('true')).filter((row) => !known.has(row['id']))
    expect(added).toHaveLength(1)
    expect(added[0]?.['state']).toBe(state)
    expect(added[0]?.['body'].equals(body)).toBe(true)
  })
})

describe('a request that is not believed', () => {
  const body = stripeEvent('evt_refused')
  test.each([
    ['no signature', { 'stripe-signature': [] as string[] }, 401],
    [
      'a forged one',
      { 'stripe-signature': `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}` },
      401,
    ],
    ['a stale one', { 'stripe-signature': sign(body, Math.floor(Date.now() / 1000) - 301) }, 401],
    ['two of them', { 'stripe-signature': [sign(body), sign(body)] }, 401],
    ['gzip', { 'content-encoding': 'gzip' }, 415],
  ])('%s', async (_, headers, status) => {
    const answer = await post(
      headers['content-encoding' as keyof typeof headers] ? gzipSync(body) : body,
      headers,
    )
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body)).toEqual({ request_id: answer.headers['x-request-id'] })
    expect(answer.headers['content-type']).toBe('application/json')
    expect(await eventsWhere(`event_key = 'evt_refused'`)).toEqual([])
  })

  test('leaves a sample with its reason and no secret', async () => {
    await post('{}', { 'stripe-signature': 't=1,v1=00', authorization: 'Bearer topsecret' })
    const rows = await until(async () => {
      const found = await it.db
        .work`select * from rejections where headers::text like '%authorization%'`
      return found.length > 0 && found
    })
    expect(rows[0]).toMatchObject({ reason: 'signature_mismatch', method: 'POST' })
    expect(JSON.stringify(rows[0]?.['headers'])).not.toContain('topsecret')
  })

  test('is counted', async () => {
    const counted = async () => {
      const [row] = await it.db.work`select coalesce(sum(count), 0)::int as n from refused_hours`
      return Number(row?.['n'])
    }
    await post('{}', { 'stripe-signature': 't=1,v1=00' })
    const before = await until(counted)
    await post('{}', { 'stripe-signature': 't=1,v1=00' })
    expect(await until(async () => (await counted()) > Number(before))).toBe(true)
  })

  test('gzip, too, leaves a sample that says what to do', async () => {
    await post(gzipSync('{}'), { 'content-encoding': 'gzip' })
    const rows = await until(async () => {
      const found = await it.db
        .work`select hint from rejections where reason = 'encoding_not_supported'`
      return found.length > 0 && found
    })
    expect(rows[0]?.['hint']).toContain('compress')
  })

  test('a source without a credential answers 503: the secret may be pasted in a minute', async () => {
    const answer = await post('{}', {}, '/in/bare-key-0123456789abcdef')
    expect(answer.status).toBe(503)
    expect(answer.headers['retry-after']).toBe(String(limits.retryAfterSeconds))
  })

  test('unknown, disabled and impossible keys are told apart by nobody', async () => {
    const paths = [
      '/in/unknown-key-0123456789',
      '/in/off-key-0123456789abcdef0',
      '/in/%00',
      `/in/${'x'.repeat(500)}`,
    ]
    const answers = await Promise.all(paths.map((path) => post('{}', {}, path)))
    const shapes = answers.map(({ status, headers, body: text }) => {
      const { date: _date, 'x-request-id': _id, ...rest } = headers
      return { status, rest, text: text.replace(/[0-9a-f-]{36}/, 'ID') }
    })
    expect(shapes[0]?.status).toBe(404)
    for (const shape of shapes) expect(shape).toEqual(shapes[0])
  })

  test('another method is answered 405 with what is allowed', async () => {
    const answer = await request(`${it.url}/in/${key}`, { method: 'GET' })
    expect(answer.statusCode).toBe(405)
    expect(answer.headers['allow']).toBe('POST')
    await answer.body.dump()
  })

  test.each([
    ['announced', limits.bodyBytesMax, 200],
    ['announced', limits.bodyBytesMax + 1, 413],
  ])('a body of %s %d bytes is answered %d', async (_, size, status) => {
    const big = Buffer.alloc(size, 0x20)
    big.write(stripeEvent(`evt_big_${size}`))
    const answer = await post(big)
    expect(answer.status).toBe(status)
    // What of it is still to come is not read.
    expect(answer.headers['connection']).toBe(status === 200 ? 'keep-alive' : 'close')
  })

  test('a chunked body is cut off at the limit', async () => {
    const chunk = '10000\r\n' + ' '.repeat(0x10000) + '\r\n'
    const answer = await sendRaw(
      it.url,
      [
        `POST /in/${key} HTTP/1.1`,
        'Host: x',
        'Transfer-Encoding: chunked',
        `stripe-signature: ${sign('')}`,
      ],
      chunk.repeat(20) + '0\r\n\r\n',
    ).catch(() => ({ status: 413 }))
    expect(answer.status).toBe(413)
  })

  test('two Host headers are refused', async () => {
    const answer = await sendRaw(
      it.url,
      [
        `POST /in/${key} HTTP/1.1`,
        'Host: a',
        'Host: b',
        `stripe-signature: ${sign(body)}`,
        `Content-Length: ${Buffer.byteLength(body)}`,
      ],
      body,
    )
    expect(answer.status).toBe(400)
  })
})

test('of a GET the parameters are kept as the body, without the token among them', async () => {
  const query = 'email=anna%40example.com&token=a-shared-token-of-the-url&order=77'
  const answer = await request(`${it.url}/in/courses-key-0123456789abcd?${query}`)
  expect(answer.statusCode).toBe(200)
  const rows = await eventsWhere(`b.method = 'GET'`)
  expect(rows.map(({ body }) => String(body))).toEqual(['email=anna%40example.com&order=77'])
})

test('a relay that leaves still answers, and gives up the connection with it', async () => {
  const leaving = await startTestRelay('partner: acme', { DRAIN_SECONDS: '1' })
  try {
    const stopped = leaving.relay.stop()
    for (const path of ['/in/unknown-key-0123456789', '/healthz']) {
      const { headers, body } = await request(leaving.url + path, { method: 'GET' })
      expect(headers['connection'], path).toBe('close')
      await body.dump()
    }
    await stopped
  } finally {
    await leaving.close()
  }
})
