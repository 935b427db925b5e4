// A database that is far away: its clock is known only as well as its answers are quick. A pace is served all
// the same, and kept.
import { createHmac } from 'node:crypto'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { startTestRelay, type TestRelay } from '../support/relay.ts'
import { until } from '../support/sending.ts'
import { createWire, type Wire } from '../support/wire.ts'

let eachWayMs = 40
const secret = 'whsec_far_0123456789'
const key = 'far-key-0123456789abcdef01'
const config = `
partner: far
campaigns: [{ name: paced, mode: live, api_key: 11111111-2222-4333-8444-555555555555, per_second: 20 }]
sources:
  - name: shop
    provider: stripe
    key: ${key}
    credentials: [{ secret: ${secret} }]
    rules: [{ events: [invoice.paid], email: [$.data.object.customer_email], campaign: paced }]
`

let wire: Wire
let road: Server
let it: TestRelay
beforeAll(async () => {
  wire = await createWire(inject('server'))
  road = createServer((near) => {
    const far = connect(wire.port, '127.0.0.1')
    later(near, far)
    later(far, near)
  }).listen(0, '127.0.0.1')
  await until(() => Promise.resolve(road.listening))
  it = await startTestRelay(config, {}, (road.address() as AddressInfo).port)
}, 60_000)
afterAll(async () => {
  await it.close()
  road.close()
  await wire.close()
})

/** In order, each piece so much later; and never two pieces faster than one. */
function later(from: Socket, to: Socket): void {
  from.setNoDelay(true)
  from.on('data', (piece) => setTimeout(() => to.writable && to.write(piece), eachWayMs))
  from.on('close', () => setTimeout(() => to.destroy(), eachWayMs))
  from.on('error', () => to.destroy())
}

async function send(n: number): Promise<void> {
  const body = JSON.stringify({
    id: `evt_far_${n}`,
    type: 'invoice.paid',
    livemode: true,
    data: { object: { customer_email: `far${n}@example.com` } },
  })
  const at = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
  const headers = { 'stripe-signature': `t=${at},v1=${mac}` }
  // Where the source is looked up over a connection that is first to be made, it may be asked to come again.
  const post = () => fetch(`${it.url}/in/${key}`, { method: 'POST', headers, body })
  expect(await until(async () => (await post()).status === 200)).toBe(true)
}

const arrive = (many: number) =>
  until(() => Promise.resolve(it.moab.registrations().length === many), 60_000)

test(
  'every one comes, also when answers take longer than before',
  { timeout: 180_000 },
  async () => {
    await send(0)
    expect(await arrive(1)).toBe(true)
    // From here on no answer tells the clock better than those before.
    eachWayMs = 60
    for (let n = 1; n < 30; n++) await send(n)
    expect(await arrive(30)).toBe(true)
  },
)
