// The shortest way that still keeps an event before it is forwarded: verify, one row, its commit, the POST to MOAB,
// and the answer.   node least.ts SECRET STUB SOCKET PORT USER DATABASE      prints its port
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import postgres from 'postgres'
import { Pool } from 'undici'
import { isSigned } from './webhook.ts'

const [secret = '', stub = '', host = '', port = '', username = '', database = ''] =
  process.argv.slice(2)
const sql = postgres({ host, port: Number(port), username, database, max: 4, onnotice: () => {} })
await sql`create table if not exists least (id uuid primary key default gen_random_uuid(), email text, body bytea)`
const pool = new Pool(stub, { connections: 32 })
const app = new Hono()

app.post('/in/:key', async (c) => {
  const body = Buffer.from(await c.req.arrayBuffer())
  if (!isSigned(secret, c.req.header('stripe-signature'), body)) return c.body(null, 401)
  const event = JSON.parse(body.toString()) as { data: { object: { customer_email: string } } }
  const email = event.data.object.customer_email
  await sql`insert into least (email, body) values (${email}, ${body})`
  void forward(email)
  return c.body(null, 200)
})

async function forward(email: string): Promise<void> {
  const { body } = await pool.request({
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ api_key: '11111111-2222-4333-8444-555555555555', email }),
  })
  await body.json()
}

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
  process.stdout.write(`${port}\n`),
)
