// The least that could stand at a webhook's URL: Hono, the body, its HMAC, JSON.parse, "ok". Nothing is kept.
//   node bare.ts SECRET      prints its port
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { isSigned } from './webhook.ts'

const [secret = ''] = process.argv.slice(2)
const app = new Hono()

app.post('/in/:key', async (c) => {
  const body = Buffer.from(await c.req.arrayBuffer())
  if (!isSigned(secret, c.req.header('stripe-signature'), body)) return c.body(null, 401)
  const event = JSON.parse(body.toString()) as { type?: unknown }
  return typeof event.type === 'string' ? c.body(null, 200) : c.body(null, 400)
})

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
  process.stdout.write(`${port}\n`),
)
