// Large bodies take turns on a thread of their own: the same plan comes out, nobody else waits, and a
// source that sends too much of them is asked to come again.
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'

const secret = 'whsec_aside'
const source = (name: string, email: string) => `
  - name: ${name}
    provider: stripe
    key: ${name}-key-0123456789abcdef
    credentials: [{ secret: ${secret} }]
    rules: [{ events: ['*'], email: ['${email}'], campaign: c }]`
const config = `
partner: aside
campaigns: [{ name: c, mode: sandbox }]
sources:${source('plain', '$.data.email')}${source('costly', '$..[?@..[?@.a == $.data.none]].none')}
`

let relay: TestRelay
beforeAll(async () => {
  relay = await startTestRelay(config)
})
afterAll(async () => relay.close())

const pad = 'x'.repeat(limits.asideBodyBytesMin)
const many = JSON.stringify(Array.from({ length: 400 }, () => ({ a: 1 })))

async function send(name: string, id: string, data: string): Promise<number> {
  const body = `{"id":"${id}","type":"paid","livemode":true,"data":${data}}`
  const at = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
  const answer = await fetch(`${relay.url}/in/${name}-key-0123456789abcdef`, {
    method: 'POST',
    headers: { 'stripe-signature': `t=${at},v1=${mac}` },
    body,
  })
  await answer.arrayBuffer()
  if (answer.status === 503) expect(answer.headers.get('retry-after')).not.toBeNull()
  return answer.status
}

const recorded = (id: string) => relay.db.work`
  select state, reason, type, octet_length(b.body) as bytes from events e
  join event_bodies b on b.id = e.body_id and b.received_at = e.received_at where event_key = ${id}`

test('a large body is planned and kept as a small one is', async () => {
  const data = { email: 'large@example.com', pad }
  expect(await send('plain', 'large', JSON.stringify(data))).toBe(200)
  const [event] = await recorded('large')
  expect(event).toMatchObject({ state: 'matched', reason: 'matched', type: 'paid' })
  expect(Number(event?.['bytes'])).toBeGreaterThan(limits.asideBodyBytesMin)
})

test('a small body whose rules take long gets all the work that a rule may take', async () => {
  expect(await send('costly', 'costly', many)).toBe(200)
  const [event] = await recorded('costly')
  expect(event).toMatchObject({ state: 'unmatched', reason: 'no_email' })
})

test('more of them than may wait: 503, come again, while small ones go on', async () => {
  const flood = Array.from({ length: 4 * limits.asideWaitingPerSourceMax }, (_, n) =>
    send('plain', `flood_${n}`, JSON.stringify({ pad })),
  )
  const small = await send('plain', 'small', '{"email":"small@example.com"}')
  const statuses = await Promise.all(flood)
  expect(small).toBe(200)
  expect(new Set(statuses)).toEqual(new Set([200, 503]))
  const kept = await relay.db.work`
    select 1 from events where event_key like 'flood%'`
  expect(kept).toHaveLength(statuses.filter((status) => status === 200).length)
})

test('what a large body grants is sent', async () => {
  const data = { email: 'sent@example.com', pad }
  expect(await send('plain', 'sent', JSON.stringify(data))).toBe(200)
  const granted = () => relay.db.work<{ state: string }[]>`
    select state from grants where email = 'sent@example.com'`
  await expect.poll(granted, { timeout: 5000 }).toEqual([{ state: 'granted' }])
})

test('a copy of a large body is counted, and grants nothing again', async () => {
  const data = JSON.stringify({ email: 'copied@example.com', pad })
  expect([await send('plain', 'copied', data), await send('plain', 'copied', data)]).toEqual([
    200, 200,
  ])
  const [event] = await relay.db.work`
    select copies from events where event_key = 'copied'`
  expect(event).toEqual({ copies: 2 })
})
