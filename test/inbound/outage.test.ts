// The database goes away under a working relay and comes back.
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { createWire, type Wire } from '../support/wire.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'
import { until } from '../support/sending.ts'

const secret = 'whsec_outage'
const key = 'outage-key-0123456789abcdef'
let wire: Wire
let it: TestRelay
let number = 0

beforeAll(async () => {
  wire = await createWire(inject('server'))
  const config = `
partner: acme
campaigns: [{ name: c, mode: live, api_key: 11111111-2222-4333-8444-555555555555 }]
sources:
  - name: shop
    provider: stripe
    key: ${key}
    credentials: [{ secret: ${secret} }]
    rules: [{ events: [invoice.paid], email: [$.data.object.customer_email], campaign: c }]
`
  it = await startTestRelay(config, {}, wire.port)
  expect((await send()).status).toBe(200)
})
afterAll(async () => {
  await it.close()
  await wire.close()
})

async function send() {
  const id = `evt_outage_${number++}`
  const body = JSON.stringify({
    id,
    type: 'invoice.paid',
    livemode: true,
    data: { object: { customer_email: `${id}@example.com` } },
  })
  const at = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
  const started = performance.now()
  const answer = await fetch(`${it.url}/in/${key}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${mac}` },
    body,
  })
  await answer.text()
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    ms: performance.now() - started,
    id,
  }
}

test.each(['cut', 'refuse', 'hush'] as const)(
  '%s: 503 with Retry-After within 3 s, and 2xx within 2 s of its return',
  async (how) => {
    wire[how]()
    const answers = await Promise.all(Array.from({ length: 20 }, send))
    for (const { status, retryAfter, ms } of answers) {
      expect(status).toBe(503)
      expect(Number(retryAfter)).toBeGreaterThan(0)
      expect(ms).toBeLessThan(3000)
    }
    expect((await fetch(`${it.url}/healthz`)).status).toBe(200)
    expect((await fetch(`${it.url}/readyz`)).status).toBe(503)

    wire.mend()
    const back = performance.now()
    const first = await until(async () => {
      const answer = await send()
      return answer.status === 200 && answer
    })
    process.stdout.write(
      `${how}: first 2xx ${(performance.now() - back).toFixed(0)} ms after the database is back\n`,
    )
    expect(performance.now() - back).toBeLessThan(2000)
    await until(
      async () => it.moab.registrations().some(({ email }) => email === `${first.id}@example.com`),
      15_000,
    )
    await until(async () => (await fetch(`${it.url}/readyz`)).status === 200, 15_000)
  },
  40_000,
)

test('a silence that falls under load is noticed, although the connections are never closed', async () => {
  const load = { on: true }
  const senders = Array.from({ length: 8 }, async () => {
    while (load.on) await send()
  })
  await new Promise((resolve) => setTimeout(resolve, 300))
  wire.hush()
  await new Promise((resolve) => setTimeout(resolve, 3 * limits.recordSilenceMs))
  load.on = false
  await Promise.all(senders)
  wire.mend()
  const back = performance.now()
  await until(async () => (await send()).status === 200)
  process.stdout.write(
    `under load: first 2xx ${(performance.now() - back).toFixed(0)} ms after new connections work\n`,
  )
  expect(performance.now() - back).toBeLessThan(2000)
}, 30_000)
