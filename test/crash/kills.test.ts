// The relay is killed again and again while webhooks pour in. What it had acknowledged must be there,
// byte for byte; what a rule matched must be at MOAB, once. The ledger is kept outside the relay.
import { spawn, type ChildProcess } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { Pool } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveSandbox } from '../../src/moab/sandbox.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { relayKey } from '../support/relay.ts'
import { until } from '../support/sending.ts'
import { freePort } from '../support/free-port.ts'

const kills = 20
const secret = 'whsec_crash'
const key = 'crash-key-0123456789abcdef'
const config = `
partner: crash
campaigns: [{ name: c, mode: live, api_key: 11111111-2222-4333-8444-555555555555 }]
sources:
  - name: shop
    provider: stripe
    key: ${key}
    credentials: [{ secret: ${secret} }]
    rules: [{ events: [invoice.paid], email: [$.data.object.customer_email], campaign: c }]
`

let database: FreshDatabase
let moab: Awaited<ReturnType<typeof serveSandbox>>
let folder: string
let port: number
let relay: ChildProcess | undefined

beforeAll(async () => {
  database = await freshDatabase()
  moab = await serveSandbox({ port: 0, host: '127.0.0.1' })
  folder = await mkdtemp(join(tmpdir(), 'moab-relay-crash-'))
  await writeFile(join(folder, 'relay.yaml'), config)
  port = await freePort()
})
afterAll(async () => {
  if (relay?.exitCode === null && relay.signalCode === null) {
    relay.kill('SIGKILL')
    await once(relay, 'exit')
  }
  await moab.close()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

test(
  `every acknowledged event survives ${kills} kills and is granted once`,
  { timeout: 180_000 },
  async () => {
    const acknowledged = new Map<string, Buffer>()
    const load = { on: true, unanswered: 0 }
    await startRelay()
    const senders = Array.from({ length: 16 }, () => send(acknowledged, load))
    for (let n = 0; n < kills; n++) {
      const before = acknowledged.size
      await until(async () => acknowledged.size > before + 20, 20_000)
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 150))
      await kill()
      await startRelay()
    }
    load.on = false
    await Promise.all(senders)
    await kill()

    const sql = postgres(database.options)
    try {
      // A killed relay's leases last a minute; the clock is put on instead of waiting.
      await sql`update grants set lease_until = now() - interval '1 s' where state = 'sending'`
      await startRelay()
      await until(
        async () =>
          (await sql`select 1 from grants where state not in ('granted', 'already_known') limit 1`)
            .length === 0,
        60_000,
      )

      expect(load.unanswered).toBeGreaterThan(0)
      expect(await lost(sql, acknowledged)).toEqual([])
      const grants = await sql`select email, state, attempt, ambiguous from grants`
      expect(grants.every(({ state }) => state === 'granted')).toBe(true)
      const registered = moab.sandbox.registrations().map(({ email }) => email)
      expect(new Set(registered).size).toBe(registered.length)
      expect(new Set(registered)).toEqual(new Set(grants.map(({ email }) => email)))
      for (const id of acknowledged.keys()) expect(registered).toContain(`${id}@example.com`)
      // Extra calls are only those whose relay died under them.
      const ambiguous = grants.filter((grant) => grant['ambiguous']).length
      expect(moab.sandbox.calls).toBeLessThanOrEqual(registered.length + ambiguous)
      expect(ambiguous).toBeGreaterThan(0)
    } finally {
      await sql.end()
    }
  },
)

async function lost(
  sql: postgres.Sql,
  acknowledged: ReadonlyMap<string, Buffer>,
): Promise<string[]> {
  const rows =
    await sql`select e.event_key, b.body from events e join event_bodies b on b.id = e.body_id and b.received_at = e.received_at`
  const bodies = new Map(rows.map((row) => [String(row['event_key']), row['body']]))
  return [...acknowledged]
    .filter(([id, body]) => bodies.get(id)?.equals(body) !== true)
    .map(([id]) => id)
}

/** Like a provider: one event after another, each repeated until it is answered 2xx. */
async function send(
  acknowledged: Map<string, Buffer>,
  load: { on: boolean; unanswered: number },
): Promise<void> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 1 })
  while (load.on) {
    const id = `evt_${randomBytes(9).toString('hex')}`
    const body = Buffer.from(
      JSON.stringify({
        id,
        type: 'invoice.paid',
        livemode: true,
        pad: randomBytes(300).toString('hex'),
        data: { object: { customer_email: `${id}@example.com` } },
      }),
    )
    for (let tries = 0; tries < 200 && !acknowledged.has(id); tries++) {
      if ((await post(pool, body)) === 200) acknowledged.set(id, body)
      else load.unanswered++
      if (!acknowledged.has(id)) await new Promise((resolve) => setTimeout(resolve, 20))
      if (!load.on && tries > 0) break
    }
  }
  await pool.destroy()
}

async function post(pool: Pool, body: Buffer): Promise<number> {
  const at = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex')
  try {
    const answer = await pool.request({
      method: 'POST',
      path: `/in/${key}`,
      headers: { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${mac}` },
      body,
      signal: AbortSignal.timeout(10_000),
    })
    await answer.body.dump()
    return answer.statusCode
  } catch {
    return 0
  }
}

async function startRelay(): Promise<void> {
  relay = spawn(process.execPath, ['dist/main.js', 'serve'], {
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      RELAY_KEY: relayKey,
      MOAB_URL: moab.url,
      PORT: String(port),
      CONFIG_FILE: join(folder, 'relay.yaml'),
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'inherit', 'ignore'],
  })
  await until(
    async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok,
    20_000,
  )
}

async function kill(): Promise<void> {
  if (relay === undefined) return
  const gone = once(relay, 'exit')
  relay.kill('SIGKILL')
  await gone
}
