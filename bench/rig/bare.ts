// The least that could stand at a webhook's URL: Hono, the body, its HMAC, JSON.parse, "ok". Nothing is kept.
//   node bare.ts SECRET      prints its port
import { createHmac, timingSafeEqual } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const [secret = ''] = process.argv.slice(2)
const app = new Hono()

app.post('/in/:key', async (c) => {
  const body = Buffer.from(await c.req.arrayBuffer())
  const [, at, signature] =
    /^t=(\d+),v1=(\w{64})$/.exec(c.req.header('stripe-signature') ?? '') ?? []
  const mac = createHmac('sha256', secret).update(`${at}.`).update(body).digest()
  if (signature === undefined || !timingSafeEqual(mac, Buffer.from(signature, 'hex')))
    return c.body(null, 401)
  const event = JSON.parse(body.toString()) as { type?: unknown }
  return typeof event.type === 'string' ? c.body(null, 200) : c.body(null, 400)
})

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
  process.stdout.write(`${port}\n`),
)
