// Built relays as processes of their own, and a sender that keeps a ledger of what was answered.
import { spawn, type ChildProcess } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { Pool } from 'undici'
import { afterEach, beforeEach, expect } from 'vitest'
import { serveSandbox, type Sandbox } from '../../src/moab/sandbox.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { relayKey } from '../support/relay.ts'
import { loopbackNetworks } from '../support/outgoing.ts'
import { until } from '../support/sending.ts'
import { freePort } from '../support/free-port.ts'

const secret = 'whsec_several'
export const ingestKey = 'several-key-0123456789abcdef'

const config = (perSecond: string) => `
partner: several
campaigns: [{ name: c, mode: live, api_key: 11111111-2222-4333-8444-555555555555${perSecond} }]
sources:
  - name: shop
    provider: stripe
    key: ${ingestKey}
    credentials: [{ secret: ${secret} }]
    rules: [{ events: [invoice.paid], email: [$.data.object.customer_email], campaign: c }]
`

export interface BuiltRelay {
  port: number
  process: ChildProcess
  /** What it wrote to its log. */
  log(): string
  ready(): Promise<void>
  /** Resolves with the exit code. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
}

export interface Fleet {
  /** `root`: where the built relay lies, if it is another one than this. */
  start(env: Record<string, string>, options?: StartOptions): Promise<BuiltRelay>
  close(): Promise<void>
}

interface StartOptions {
  root?: string
  port?: number
  /** A command other than `serve`. */
  command?: string
}

export async function openFleet(moabUrl: string): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), 'moab-relay-several-'))
  const file = join(folder, 'relay.yaml')
  await writeFile(file, config(''))
  const running = new Set<BuiltRelay>()
  return {
    async start(env, { root = '.', port, command = 'serve' } = {}) {
      const own = port ?? (await freePort())
      const child = spawn(process.execPath, [join(root, 'dist/main.js'), command], {
        env: {
          ...process.env,
          RELAY_KEY: relayKey,
          MOAB_URL: moabUrl,
          PORT: String(own),
          CONFIG_FILE: file,
          OUTGOING_ALLOWED_NETWORKS: loopbackNetworks,
          LOG_LEVEL: 'error',
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const relay = watched(child, own, () => running.delete(relay))
      running.add(relay)
      return relay
    },
    async close() {
      await Promise.all([...running].map((relay) => relay.end('SIGKILL')))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function watched(child: ChildProcess, port: number, gone: () => void): BuiltRelay {
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (log += text))
  const exited = once(child, 'exit').then(([code]: unknown[]) => {
    gone()
    return typeof code === 'number' ? code : null
  })
  return {
    port,
    process: child,
    log: () => log,
    async ready() {
      await until(async () => {
        if (child.exitCode !== null) throw new Error(`the relay ended: ${log}`)
        return (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok
      }, 30_000)
    },
    end(signal) {
      child.kill(signal)
      return exited
    },
  }
}

export interface Stage {
  database: FreshDatabase
  moab: Awaited<ReturnType<typeof serveSandbox>>
  fleet: Fleet
  /** Beside the relays: what the database holds. */
  sql: postgres.Sql
  /** The environment of a relay on that database. */
  env(more?: Record<string, string>): Record<string, string>
}

/** A new one for each test of a file. */
export function useStage(opened: (stage: Stage) => void): void {
  let stage: Stage
  beforeEach(async () => {
    const database = await freshDatabase()
    const moab = await serveSandbox({ port: 0, host: '127.0.0.1' })
    const fleet = await openFleet(moab.url)
    const sql = postgres({ ...database.options, onnotice: () => {} })
    const env = (more: Record<string, string> = {}) => ({ DATABASE_URL: database.url, ...more })
    stage = { database, moab, fleet, sql, env }
    opened(stage)
  })
  afterEach(async () => {
    await stage.sql.end()
    await stage.fleet.close()
    await stage.moab.close()
    await stage.database.drop()
  })
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

export interface Sender {
  /** Event key → body, of what was answered 2xx. */
  acknowledged: ReadonlyMap<string, Buffer>
  /** Status, or the error's code, of every other answer, with its time. */
  refused: readonly { at: number; said: string }[]
  /** Times of 2xx answers, Unix milliseconds. */
  times: readonly number[]
  stop(): Promise<void>
}

/** So many signed events a second, each sent once, over kept connections. */
export function send(ports: readonly number[], perSecond: number): Sender {
  const acknowledged = new Map<string, Buffer>()
  const refused: { at: number; said: string }[] = []
  const times: number[] = []
  const pools = ports.map((port) => new Pool(`http://127.0.0.1:${port}`, { connections: 32 }))
  const open = new Set<Promise<void>>()
  let n = 0
  const started = performance.now()
  const timer = setInterval(() => {
    const due = ((performance.now() - started) / 1000) * perSecond
    for (; n < due; n++) {
      const one = post(n).finally(() => open.delete(one))
      open.add(one)
    }
  }, 5)

  async function post(index: number): Promise<void> {
    const id = `evt_${randomBytes(9).toString('hex')}`
    const body = eventBody(id)
    const said = await deliver(pools[index % pools.length], body)
    if (said === '200') {
      acknowledged.set(id, body)
      times.push(Date.now())
    } else refused.push({ at: Date.now(), said })
  }

  return {
    acknowledged,
    refused,
    times,
    async stop() {
      clearInterval(timer)
      await Promise.all(open)
      await Promise.all(pools.map((pool) => pool.destroy()))
    },
  }
}

function eventBody(id: string): Buffer {
  return Buffer.from(
    JSON.stringify({
      id,
      type: 'invoice.paid',
      livemode: true,
      pad: randomBytes(300).toString('hex'),
      data: { object: { customer_email: `${id}@example.com` } },
    }),
  )
}

async function deliver(pool: Pool | undefined, body: Buffer): Promise<string> {
  const at = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex')
  try {
    const answer = await pool?.request({
      method: 'POST',
      path: `/in/${ingestKey}`,
      headers: { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${mac}` },
      body,
      signal: AbortSignal.timeout(20_000),
    })
    await answer?.body.dump()
    return String(answer?.statusCode)
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

/** Keys of acknowledged events that are not there byte for byte. */
export async function lost(
  sql: postgres.Sql,
  acknowledged: ReadonlyMap<string, Buffer>,
): Promise<string[]> {
  const rows = await sql`
    select e.event_key, b.body from events e
    join event_bodies b on b.id = e.body_id and b.received_at = e.received_at`
  const bodies = new Map(rows.map((row) => [String(row['event_key']), row['body']]))
  return [...acknowledged]
    .filter(([id, body]) => bodies.get(id)?.equals(body) !== true)
    .map(([id]) => id)
}

/** Every grant at MOAB, once; those that are not are told as they stand. */
export async function allGranted(sql: postgres.Sql, ms = 60_000): Promise<void> {
  const open = () => sql`
    select g.state, g.reason, g.attempt, g.retries, g.answer, g.lease_owner, h.state as health, h.reason as why,
      g.due_at - now() as due, g.lease_until - now() as lease, now() - g.created_at as age
    from grants g join campaign_health h using (partner_id, campaign_id)
    where g.state not in ('granted', 'already_known') limit 5`
  await until(async () => (await open()).length === 0, ms).catch(async () => {
    expect(await open()).toEqual([])
  })
}

/** What was acknowledged is recorded, and each of its emails is at MOAB, once. */
export async function everythingThere(
  sql: postgres.Sql,
  moab: Sandbox,
  acknowledged: ReadonlyMap<string, Buffer>,
): Promise<void> {
  expect(acknowledged.size).toBeGreaterThan(50)
  expect(await lost(sql, acknowledged)).toEqual([])
  await allGranted(sql)
  const registered = moab.registrations().map(({ email }) => email)
  expect(new Set(registered).size).toBe(registered.length)
  for (const id of acknowledged.keys()) expect(registered).toContain(`${id}@example.com`)
}
