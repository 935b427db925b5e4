// One event, one grant; the relay is killed before its first socket write after the request came in,
// before its second, its third … until it lives through the whole story. After each death the next
// relay finds a state that it can go on from, and the sender, who repeats, ends with one bonus.
import { spawn, type ChildProcess } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { serveSandbox } from '../../src/moab/sandbox.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { relayKey } from '../support/relay.ts'
import { until } from '../support/sending.ts'
import { freePort } from '../support/free-port.ts'

const pointsMax = 60
const sweepsMax = 5
const secret = 'whsec_points'
const key = 'points-key-0123456789abcdef'
const config = `
partner: points
campaigns: [{ name: c, mode: live, api_key: 11111111-2222-4333-8444-555555555555 }]
sources:
  - name: shop
    provider: stripe
    key: ${key}
    credentials: [{ secret: ${secret} }]
    rules: [{ events: [invoice.paid], email: [$.data.object.customer_email], campaign: c }]
`
const Counted = z.object({ done: z.number() })

let database: FreshDatabase
let moab: Awaited<ReturnType<typeof serveSandbox>>
let sql: postgres.Sql
let folder: string
let port: number
let relay: ChildProcess

beforeAll(async () => {
  database = await freshDatabase()
  moab = await serveSandbox({ port: 0, host: '127.0.0.1' })
  sql = postgres(database.options)
  folder = await mkdtemp(join(tmpdir(), 'moab-relay-points-'))
  await writeFile(join(folder, 'relay.yaml'), config)
  port = await freePort()
})
afterAll(async () => {
  await ended()
  await sql.end()
  await moab.close()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

test(
  'a relay killed at any of its writes leaves nothing half done',
  { timeout: 300_000 },
  async () => {
    await start()
    const told = { deaths: 0, answered: 0, registered: 0 }
    // The relay's own rounds write as well, and on a busy machine shift the count: a sweep may step
    // over a point, and then another one is made.
    for (let sweep = 1; sweep <= sweepsMax && told.registered === 0; sweep++)
      await swept(sweep, told)
    console.log(told)
    // Before the record, after it, after the answer, before MOAB, after MOAB: all were among them.
    expect(told.deaths).toBeGreaterThanOrEqual(4)
    expect(told.answered).toBeGreaterThan(0)
    expect(told.registered).toBeGreaterThan(0)
  },
)

type Told = { deaths: number; answered: number; registered: number }

/** One death at each point, up to the first that comes after the end of the whole story. */
async function swept(sweep: number, told: Told): Promise<void> {
  for (let point = 1; point <= pointsMax; point++) {
    const id = `evt_point_${sweep}_${point}`
    await ask({ arm: point })
    const status = await post(id)
    if (await settled(id)) {
      await ask({ arm: 1_000_000 })
      expect(status).toBe(200)
      await checked(id, 0)
      return
    }
    told.deaths += 1
    if (status === 200) told.answered += 1
    if (callsFor(id) > 0) told.registered += 1
    await sql`update grants set lease_until = now() - interval '1 s' where state = 'sending'`
    await start()
    // What was acknowledged must be there before the sender says it again.
    if (status === 200)
      expect(await sql`select 1 from events where event_key = ${id}`).toHaveLength(1)
    else expect(await until(async () => (await post(id)) === 200, 20_000)).toBe(true)
    await until(async () => (await stateOf(id)) === 'granted', 30_000)
    await checked(id, 1)
  }
  throw new Error(`no end after ${pointsMax} points`)
}

const email = (id: string) => `${id}@example.com`
const callsFor = (id: string) =>
  moab.sandbox.registrations().filter((each) => each.email === email(id)).length

/** Once everywhere; and at most one call more than was needed, which MOAB answered with 10. */
async function checked(id: string, extra: number): Promise<void> {
  expect(await sql`select 1 from events where event_key = ${id}`).toHaveLength(1)
  const grants = await sql`select state, attempt from grants where email = ${email(id)}`
  expect(grants.map((grant) => grant['state'])).toEqual(['granted'])
  expect(Number(grants[0]?.['attempt'])).toBeLessThanOrEqual(1 + extra)
  expect(callsFor(id)).toBe(1)
}

async function stateOf(id: string): Promise<unknown> {
  const [grant] = await sql`select state from grants where email = ${email(id)}`
  return grant?.['state']
}

/** True when the whole story ended well; false when the relay died under it. */
async function settled(id: string): Promise<boolean> {
  await until(async () => isGone() || (await stateOf(id)) === 'granted', 30_000)
  // Its next writes may follow the last word.
  await new Promise((resolve) => setTimeout(resolve, 50))
  return !isGone()
}

const isGone = () => relay.exitCode !== null || relay.signalCode !== null

async function ask(message: { arm: number }): Promise<void> {
  const answer = once(relay, 'message')
  relay.send(message)
  Counted.parse((await answer)[0])
}

async function post(id: string): Promise<number> {
  const body = JSON.stringify({
    id,
    type: 'invoice.paid',
    livemode: true,
    data: { object: { customer_email: email(id) } },
  })
  const at = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/in/${key}`, {
      method: 'POST',
      headers: { 'stripe-signature': `t=${at},v1=${mac}` },
      body,
      signal: AbortSignal.timeout(10_000),
    })
    await answer.text()
    return answer.status
  } catch {
    return 0
  }
}

async function start(): Promise<void> {
  relay = spawn(
    process.execPath,
    ['--import', './test/crash/points-preload.mjs', 'dist/main.js', 'serve'],
    {
      env: {
        ...process.env,
        DATABASE_URL: database.url,
        RELAY_KEY: relayKey,
        MOAB_URL: moab.url,
        PORT: String(port),
        CONFIG_FILE: join(folder, 'relay.yaml'),
        LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    },
  )
  await until(
    async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok,
    30_000,
  )
}

async function ended(): Promise<void> {
  if (isGone()) return
  const gone = once(relay, 'exit')
  relay.kill('SIGKILL')
  await gone
}
