// What all tortures share: a built relay as a child process on a database of its own, honest senders
// beside the attack, and what can be measured from outside.
import { spawn, type ChildProcess } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { Pool } from 'undici'
import { fromUrl } from '../../src/db/open.ts'
import { freePort } from '../support/free-port.ts'

export const secret = 'whsec_torture'
export const honestKey = 'honest-key-0123456789abcdef'

export interface Stand {
  url: string
  port: number
  pid: number
  sql: postgres.Sql
  /** The relay lives and answers. */
  healthy(): Promise<boolean>
  rssBytes(): Promise<number>
  /** What /metrics says under this name; the sum over its labels. */
  metric(name: string): Promise<number>
  tableBytes(): Promise<number>
  stop(): Promise<void>
}

const honestConfig = `
partner: honest
campaigns: [{ name: c, mode: sandbox }]
sources:
  - name: shop
    provider: stripe
    key: ${honestKey}
    credentials: [{ secret: ${secret} }]
    rules: [{ events: [invoice.paid], email: [$.data.object.customer_email], campaign: c }]
`

export interface StandOptions {
  databaseUrl: string
  /** Configuration files of more partners. */
  more?: readonly string[]
}

export async function startStand({ databaseUrl, more = [] }: StandOptions): Promise<Stand> {
  const folder = await mkdtemp(join(tmpdir(), 'moab-relay-torture-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = {
    PATH: process.env['PATH'],
    DATABASE_URL: databaseUrl,
    RELAY_KEY: Buffer.alloc(32, 7).toString('base64url'),
    MOAB_URL: `${url}/sandbox/api/Register/Add`,
    PORT: String(port),
    LOG_LEVEL: 'error',
  }
  const files = await Promise.all(
    [honestConfig, ...more].map(async (text, n) => {
      const file = join(folder, `${n}.yaml`)
      await writeFile(file, text)
      return file
    }),
  )
  await run(['migrate'], env)
  for (const file of files.slice(1)) await run(['apply', file], env)
  const relay = spawn(process.execPath, ['dist/main.js', 'serve'], {
    env: { ...env, CONFIG_FILE: files[0] },
    stdio: ['ignore', 'inherit', 'ignore'],
  })
  const alive = () => relay.exitCode === null && relay.signalCode === null
  const healthy = async () =>
    alive() && (await fetch(`${url}/readyz`).catch(() => undefined))?.ok === true
  for (let tries = 0; !(await healthy()); tries++) {
    if (tries > 400 || !alive()) throw new Error('the relay did not start')
    await pause(50)
  }
  const sql = postgres({ ...fromUrl(databaseUrl), max: 1, onnotice: () => {} })
  return {
    url,
    port,
    pid: relay.pid ?? 0,
    sql,
    healthy,
    rssBytes: async () => rssOf(relay.pid ?? 0),
    metric: async (name) => sumOf(name, await (await fetch(`${url}/metrics`)).text()),
    tableBytes: async () => {
      const [row] = await sql`
        select coalesce(sum(pg_total_relation_size(oid)), 0)::float8 as bytes from pg_class
        where relkind in ('r', 'm') and relnamespace = 'public'::regnamespace`
      return Number(row?.['bytes'])
    },
    stop: async () => {
      await sql.end()
      await end(relay)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, ['dist/main.js', ...args], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}`)
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

async function rssOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024
}

function sumOf(name: string, text: string): number {
  const lines = text.split('\n').filter((line) => /^[\w:]+/.exec(line)?.[0] === name)
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

export function stripeEvent(id: string, more: object = {}): Buffer {
  const object = { customer_email: `${id}@example.com` }
  return Buffer.from(
    JSON.stringify({ id, type: 'invoice.paid', livemode: true, data: { object }, ...more }),
  )
}

export function stripeSignature(body: Buffer, key = secret): string {
  const at = Math.floor(Date.now() / 1000)
  return `t=${at},v1=${createHmac('sha256', key).update(`${at}.`).update(body).digest('hex')}`
}

export interface Heard {
  sent: number
  /** Answers that were not 2xx, and connections that broke. */
  not2xx: string[]
  p50: number
  p99: number
}

/** Signed events at a steady rate on connections of their own, whatever the answers take. */
export async function sendHonestly(url: string, perSecond: number, ms: number): Promise<Heard> {
  const pool = new Pool(url, { connections: 16 })
  const times: number[] = []
  const not2xx: string[] = []
  const until = performance.now() + ms
  const open: Promise<void>[] = []
  for (let due = performance.now(); due < until; due += 1000 / perSecond) {
    await pause(Math.max(0, due - performance.now()))
    open.push(one())
  }
  await Promise.all(open)
  await pool.close()
  return { sent: times.length, not2xx, p50: quantile(times, 0.5), p99: quantile(times, 0.99) }

  async function one(): Promise<void> {
    const body = stripeEvent(`honest_${randomBytes(9).toString('hex')}`)
    const started = performance.now()
    try {
      const answer = await pool.request({
        method: 'POST',
        path: `/in/${honestKey}`,
        headers: { 'content-type': 'application/json', 'stripe-signature': stripeSignature(body) },
        body,
        signal: AbortSignal.timeout(20_000),
      })
      await answer.body.dump()
      if (answer.statusCode !== 200) not2xx.push(String(answer.statusCode))
    } catch (error) {
      not2xx.push(error instanceof Error ? error.message : String(error))
    }
    times.push(performance.now() - started)
  }
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0
}
