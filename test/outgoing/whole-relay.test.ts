// A URL that was stored before there was a guard: the relay starts, nothing inside is called, nothing is lost.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestRelay, type TestRelay } from '../support/relay.ts'
import { until } from '../support/sending.ts'

const secret = 'whsec_guard'
const key = 'guard-key-0123456789abcdef'
let it: TestRelay
let called = 0
const inside = createServer((_request, response) => {
  called += 1
  response.end('{"status":"ok"}')
})

beforeAll(async () => {
  inside.listen(0, '127.0.0.1')
  await once(inside, 'listening')
  it = await startTestRelay(`
partner: acme
campaigns: [{ name: spring, mode: live, api_key: 11111111-2222-4333-8444-555555555555 }]
sources:
  - name: shop
    provider: stripe
    key: ${key}
    credentials: [{ secret: ${secret} }]
    rules: [{ events: [invoice.paid], email: [$.data.object.customer_email], campaign: spring }]
`)
})
afterAll(async () => {
  await it.close()
  inside.close()
})

async function send(id: string, email: string): Promise<number> {
  const object = { customer_email: email }
  const event = {
    id,
    object: 'event',
    type: 'invoice.paid',
    livemode: true,
    created: 1_796_000_000,
  }
  const payload = JSON.stringify({ ...event, data: { object } })
  const signature = new Stripe('sk_test_x').webhooks.generateTestHeaderString({ payload, secret })
  const headers = { 'content-type': 'application/json', 'stripe-signature': signature }
  return (await fetch(`${it.url}/in/${key}`, { method: 'POST', headers, body: payload })).status
}

const sentTo = async (url: string | null) => {
  await it.db.work`update campaigns set url = ${url}`
  await it.db.work`update installation set config_version = config_version + 1`
}

test('a campaign that leads inside waits with its reason, and goes on when that is mended', async () => {
  await sentTo(`http://127.0.0.1:${(inside.address() as AddressInfo).port}/api/Register/Add`)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(await send('evt_1', 'ivan@example.com')).toBe(200)
  const grants = () => it.db.work<{ state: string; answer: string | null; ambiguous: boolean }[]>`
    select state, answer, ambiguous from grants`
  const attempts = () => it.db.work<{ failure: string | null }[]>`select failure from attempts`
  await until(async () => (await attempts()).length > 0)
  expect((await attempts())[0]).toEqual({ failure: 'address_refused' })
  expect(await grants()).toEqual([{ state: 'queued', answer: 'no_answer', ambiguous: false }])
  expect(called).toBe(0)

  await sentTo(null)
  await it.db.work`update grants set due_at = now() + interval '2 seconds'`
  await until(async () => (await grants())[0]?.state === 'granted')
  expect(it.moab.registrations().map(({ email }) => email)).toEqual(['ivan@example.com'])
  expect(called).toBe(0)
})
