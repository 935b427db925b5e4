// A built relay between YooKassa's webhooks and its API. The preset fixes the API's host, and nothing in
// the relay can change it: the child's TLS connections to that host are led here from outside, and its
// certificate is one that this child alone trusts.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { selfSigned } from '../moab/certificate.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { relayKey } from '../support/relay.ts'
import { until } from '../support/sending.ts'
import { freePort } from '../support/free-port.ts'

const host = 'api.yookassa.ru'
const key = 'kassa-key-0123456789abcdef'
const config = `
partner: acme
campaigns: [{ name: try-out, mode: sandbox }]
sources:
  - name: kassa
    provider: yookassa
    key: ${key}
    credentials: [{ username: shop-1042, password: api-secret }]
    rules: [{ events: [payment.succeeded], email: [$.confirmed.metadata.email], campaign: try-out }]
`
const patience = 30_000

let database: FreshDatabase
let sql: postgres.Sql
let folder: string
let port: number
let env: NodeJS.ProcessEnv
let relay: ChildProcess | undefined

/** What the API says now, and what it was asked. */
const api = {
  status: 200,
  objects: new Map<string, object>(),
  asked: [] as { path: string | undefined; host: string | undefined; key: string | undefined }[],
}
let server: Server

beforeAll(async () => {
  const certificate = selfSigned(host)
  server = createServer(certificate, ({ url, headers }, response) => {
    api.asked.push({ path: url, host: headers.host, key: headers.authorization })
    const object = api.objects.get(url?.split('/').at(-1) ?? '')
    response.writeHead(api.status === 200 && object === undefined ? 404 : api.status)
    response.end(api.status === 200 ? JSON.stringify(object ?? {}) : '')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  database = await freshDatabase()
  sql = postgres(database.options)
  folder = await mkdtemp(join(tmpdir(), 'moab-relay-lookups-'))
  await writeFile(join(folder, 'relay.yaml'), config)
  await writeFile(join(folder, 'ca.pem'), certificate.cert)
  await writeFile(join(folder, 'led-here.cjs'), ledTo((server.address() as AddressInfo).port))
  port = await freePort()
  const { PATH, HOME } = process.env
  env = {
    PATH,
    HOME,
    DATABASE_URL: database.url,
    RELAY_KEY: relayKey,
    PORT: String(port),
    CONFIG_FILE: join(folder, 'relay.yaml'),
    // The sender's address is part of the proof.
    TRUSTED_PROXIES: '127.0.0.1',
    LOG_LEVEL: 'error',
    NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
    NODE_OPTIONS: `--require ${join(folder, 'led-here.cjs')}`,
  }
  await startRelay()
}, 90_000)

afterAll(async () => {
  await killRelay()
  await sql.end()
  await database.drop()
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true, force: true })
})

/** Certificates are judged as ever: only the address is another. */
function ledTo(apiPort: number): string {
  return `
const tls = require('node:tls')
const { connect } = tls
tls.connect = (options, ...more) =>
  connect(options.host === '${host}' ? { ...options, host: '127.0.0.1', port: ${apiPort} } : options, ...more)
`
}

async function startRelay(): Promise<void> {
  relay = spawn(process.execPath, ['dist/main.js', 'serve'], {
    env,
    stdio: ['ignore', 'inherit', 'ignore'],
  })
  const url = `http://127.0.0.1:${port}/readyz`
  await until(async () => (await fetch(url).catch(() => undefined))?.ok, 60_000)
}

async function killRelay(): Promise<void> {
  if (relay === undefined || relay.exitCode !== null || relay.signalCode !== null) return
  const gone = once(relay, 'exit')
  relay.kill('SIGKILL')
  await gone
}

async function command(...args: string[]) {
  const child = spawn(process.execPath, [resolve('dist/main.js'), ...args], { env })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out }
}

const emailOf = (id: string) => `${id}@example.com`

/** The payment as the API knows it. */
function known(id: string, status = 'succeeded'): void {
  const metadata = { order: '1042', email: emailOf(id) }
  api.objects.set(id, { id, status, paid: true, test: false, metadata })
}

/** Whoever may send it: the notification names another email, which must never be believed. */
async function notify(id: string, from = '185.71.76.7'): Promise<number> {
  const object = { id, status: 'succeeded', metadata: { email: `forged-${emailOf(id)}` } }
  const answer = await fetch(`http://127.0.0.1:${port}/in/${key}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
    body: JSON.stringify({ type: 'notification', event: 'payment.succeeded', object }),
  })
  return answer.status
}

async function eventOf(id: string) {
  const [row] = await sql`
    select e.state, e.reason, e.matches -> 0 ->> 'trust' as trust, l.state as waits, l.retries,
      g.email, g.state as grant, g.mode
    from events e left join lookups l on l.partner_id = e.partner_id and l.event_id = e.id
    left join grants g on g.partner_id = e.partner_id and g.event_id = e.id
    where e.event_key = ${`${id}:payment.succeeded`}`
  return row
}

const comes = (id: string, state: string, reason: string) =>
  until(async () => {
    const event = await eventOf(id)
    return event?.['state'] === state && event['reason'] === reason && event
  }, patience)

const granted = (id: string) =>
  until(async () => {
    const event = await eventOf(id)
    return event?.['grant'] === 'granted' && event
  }, patience)

const whole = { state: 'matched', trust: 'confirmed', grant: 'granted', mode: 'sandbox' }

describe('YooKassa through a whole relay', { timeout: 120_000 }, () => {
  test('what the API confirms is granted, with the email the API says', async () => {
    known('p-true')
    expect(await notify('p-true')).toBe(200)
    expect(await granted('p-true')).toMatchObject({ ...whole, email: emailOf('p-true') })
    expect(api.asked).toEqual([
      {
        path: '/v3/payments/p-true',
        host,
        key: `Basic ${Buffer.from('shop-1042:api-secret').toString('base64')}`,
      },
    ])
  })

  test('what the API knows otherwise is never granted, and the reason is told', async () => {
    known('p-canceled', 'canceled')
    expect(await notify('p-canceled')).toBe(200)
    expect(await comes('p-canceled', 'unmatched', 'not_confirmed')).toMatchObject({ grant: null })
    const story = await command('story', emailOf('p-canceled'))
    expect(story.out).not.toContain('granted')
  })

  test('an address that is not YooKassa’s is refused before anybody is asked', async () => {
    const asked = api.asked.length
    known('p-elsewhere')
    expect(await notify('p-elsewhere', '198.51.100.9')).toBe(401)
    expect(await eventOf('p-elsewhere')).toBeUndefined()
    expect(api.asked).toHaveLength(asked)
  })

  test('while the API is down it is parked, and confirmed after a kill and a new start', async () => {
    api.status = 503
    known('p-later')
    expect(await notify('p-later')).toBe(200)
    // Written down, too: a kill before that would leave it to the end of the lease.
    await until(async () => (await eventOf('p-later'))?.['retries'] === 1, patience)
    expect(api.asked.at(-1)?.path).toBe('/v3/payments/p-later')
    expect(await eventOf('p-later')).toMatchObject({ state: 'parked', grant: null })
    await killRelay()
    api.status = 200
    await startRelay()
    expect(await granted('p-later')).toMatchObject({ ...whole, email: emailOf('p-later') })
  })

  test('a refused credential holds the source, until recheck asks again', async () => {
    api.status = 401
    for (const id of ['p-held', 'p-held-too']) {
      known(id)
      expect(await notify(id)).toBe(200)
    }
    await comes('p-held', 'parked', 'lookup_credentials')
    await comes('p-held-too', 'parked', 'lookup_credentials')
    expect(await sql`select state from lookup_health`).toEqual([{ state: 'holding' }])

    // The shop has put its key right at YooKassa: nothing has changed here.
    api.status = 200
    expect(await command('recheck', '--partner', 'nobody')).toEqual({ code: 2, out: '' })
    expect(await command('recheck', '--partner', 'acme')).toEqual({
      code: 0,
      out: '2 parked events to be asked about again\n',
    })
    for (const id of ['p-held', 'p-held-too']) expect(await granted(id)).toMatchObject(whole)
    expect(await sql`select state from lookup_health`).toEqual([{ state: 'healthy' }])
    expect(await command('recheck')).toEqual({
      code: 0,
      out: '0 parked events to be asked about again\n',
    })
  })

  test('what 72 hours did not settle waits for recheck', async () => {
    api.status = 503
    known('p-stranded')
    expect(await notify('p-stranded')).toBe(200)
    await until(async () => api.asked.at(-1)?.path === '/v3/payments/p-stranded', patience)
    await until(async () => (await eventOf('p-stranded'))?.['waits'] === 'waiting', patience)
    // The last of the schedule's retries, at once.
    await sql`update lookups set retries = 14, due_at = now() where state = 'waiting'`
    await comes('p-stranded', 'parked', 'lookup_exhausted')
    api.status = 200
    expect(await command('recheck')).toEqual({
      code: 0,
      out: '1 parked event to be asked about again\n',
    })
    expect(await granted('p-stranded')).toMatchObject(whole)
  })
})
