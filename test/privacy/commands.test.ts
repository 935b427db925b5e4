// What an operator does on the command line with people's data: as processes, on a database of their own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { limits } from '../../src/limits.ts'
import { startingPeriods } from '../../src/privacy/retention.ts'
import { Retaining } from '../../src/privacy/retaining.ts'
import { createVault } from '../../src/vault.ts'
import { uuidv7 } from '../../src/ids.ts'
import { oldId } from '../audit/scene.ts'
import { relayKey, startTestRelay, type TestRelay } from '../support/relay.ts'
import { placesOf } from './scene.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const main = resolve('dist/main.js')
const newKey = Buffer.alloc(32, 9).toString('base64url')
let it: TestRelay
let sql: postgres.Sql
let env: NodeJS.ProcessEnv

const yaml = (partner: string) => `
partner: ${partner}
campaigns:
  - { name: spring, mode: sandbox }
sources:
  - name: shop
    provider: stripe
    credentials: [{ secret: whsec_b2xk }]
    rules: [{ events: [invoice.paid], email: [$.email], campaign: spring }]
`

beforeAll(async () => {
  it = await startTestRelay(yaml('acme'))
  const { database, host, port, user, pass } = it.db.work.options
  sql = it.db.work
  const url = new URL(`postgres://localhost/${database}`)
  url.username = String(user)
  if (typeof pass === 'string') url.password = pass
  const [first = ''] = host
  url.port = String(port[0])
  if (first.startsWith('/')) url.searchParams.set('host', first)
  else url.hostname = first
  const { PATH, HOME } = process.env
  env = { PATH, HOME, DATABASE_URL: url.href, RELAY_KEY: relayKey, LOG_LEVEL: 'warn' }
})
afterAll(() => it.close())

interface Wanted {
  input?: string
  more?: NodeJS.ProcessEnv
  /** Killed as soon as this stands on its error output. */
  killedAt?: RegExp
}

async function run(args: readonly string[], { input = '', more = {}, killedAt }: Wanted = {}) {
  const child = spawn(process.execPath, [main, ...args], { env: { ...env, ...more } })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
    if (killedAt?.test(err)) child.kill('SIGKILL')
  })
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, err }
}

const retention = async () =>
  Object.fromEntries(
    (await run(['retention'])).out
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/))
      .map(([name = '', ...periods]) => [name, periods.join(', ')]),
  )

describe('retention', () => {
  const starting = `bodies ${startingPeriods.bodiesDays} days, ledger ${startingPeriods.ledgerDays} days, audit ${startingPeriods.auditDays} days`

  test('a new partner has its periods; one that was there before keeps all until somebody chooses, and doctor says so', async () => {
    expect(await retention()).toEqual({ acme: starting })
    // As an older relay would have made it, and what it has kept for years.
    const old = uuidv7()
    await sql`insert into partners (id, name) values (${old}, 'veteran')`
    const [id, body] = [oldId(2000 * 86_400_000), oldId(2000 * 86_400_000)]
    await sql`insert into events (id, partner_id, source_id, event_key, type, state, reason, trust, body_id, trace, matches, received_at)
      values (${id}, ${old}, ${uuidv7()}, 'k', 'x', 'unmatched', 'x', 'signed', ${body}, '[]', '[]', now() - interval '2000 days')`
    await sql`insert into event_bodies (partner_id, id, received_at, method, headers, body)
      values (${old}, ${body}, now() - interval '2000 days', 'POST', '{}', 'x')`
    const left = async () => {
      await new Retaining(it.installation.db.work).round()
      const [row] = await sql<{ events: number; bodies: number }[]>`
        select (select count(*)::int from events where partner_id = ${old}) as events,
          (select count(*)::int from event_bodies where partner_id = ${old}) as bodies`
      return row
    }
    expect(await left()).toEqual({ events: 1, bodies: 1 })
    expect(await retention()).toMatchObject({ veteran: 'bodies keep, ledger keep, audit keep' })
    expect((await run(['doctor'])).out).toMatch(/^! retention .*1 partner.*veteran/m)

    const chosen = await run(['retention', '--partner', 'veteran', '--bodies', '30'])
    expect(chosen).toMatchObject({
      code: 0,
      out: expect.stringContaining('bodies 30 days  ledger keep'),
    })
    expect(await left()).toEqual({ events: 1, bodies: 0 })
    await run(['retention', '--all', '--ledger', '396', '--audit', '1096'])
    expect(await left()).toEqual({ events: 0, bodies: 0 })
    expect(await retention()).toEqual({ acme: starting, veteran: starting })
    expect((await run(['doctor'])).out).toMatch(/^✓ retention /m)
  })

  test.each([
    [['--bodies', '30'], 'say whose'],
    [['--partner', 'nobody', '--bodies', '30'], 'no partner'],
    [['--all', '--bodies', '0'], 'from 1 to 400'],
    [['--all', '--audit', '30'], 'from 365'],
    [['--all', '--ledger', 'x'], 'from 30'],
    [['--all', '--partner', 'acme'], 'either'],
  ])('%j is refused: %s', async (args, says) => {
    expect(await run(['retention', ...args])).toMatchObject({
      code: 2,
      err: expect.stringContaining(says),
    })
  })
})

describe('erase', () => {
  test('takes the address from standard input, prints a record, and leaves nothing', async () => {
    const email = `anna.${uuidv7()}@example.com`
    const [row] = await sql<{ id: string }[]>`select id from partners where name = 'acme'`
    const id = uuidv7()
    await sql`insert into event_bodies (partner_id, id, received_at, method, headers, body)
      values (${row?.id ?? ''}, ${id}, now(), 'POST', '{}', ${Buffer.from(`{"email":"${email}"}`)})`
    const { code, out } = await run(['erase', '-', '--partner', 'acme'], { input: `${email}\n` })
    expect(code).toBe(0)
    expect(out).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/)
    expect(await placesOf(sql, email)).toEqual([])
  })

  test.each([
    [['erase', 'anna@example.com', '--partner', 'nobody'], 'no partner'],
    [['erase', 'nonsense'], 'no address'],
  ])('%j: exit 2, %s', async (args, says) => {
    const { code, err } = await run(args)
    expect(code).toBe(2)
    expect(err).toMatch(says === 'no address' ? /not an address/ : /no partner/)
  })
})

test('keys rotate, killed in the middle and called again, beside a relay that works', async () => {
  const both = { RELAY_KEY: newKey, RELAY_KEY_PREVIOUS: relayKey }
  const vault = createVault([Buffer.from(relayKey, 'base64url')])
  const [row] = await sql<{ id: string }[]>`select id from partners where name = 'acme'`
  const many = limits.resealedAtOnce * 3
  const ids = Array.from({ length: many }, () => uuidv7())
  const sealed = await Promise.all(
    ids.map((id) => vault.seal('{"url":"x"}', `notice_channels.sealed:${id}`)),
  )
  await sql`insert into notice_channels (partner_id, id, name, kind, language, enabled, sealed, shown)
    select ${row?.id ?? ''}, id, id::text, 'slack', 'en', false, sealed, '{}'
    from unnest(${ids}::uuid[], ${sealed}::text[]) as c(id, sealed)`

  expect((await run(['keys', 'status'], { more: both })).code).toBe(1)
  const killed = await run(['keys', 'rotate'], { more: both, killedAt: /notice_channels/ })
  expect(killed.code).toBeNull()
  const half = await run(['keys', 'status'], { more: both })
  expect(half.code).toBe(1)
  const [, done, all] = /(\d+) of (\d+) are sealed/.exec(half.out) ?? []
  expect(Number(done)).toBeGreaterThan(0)
  expect(Number(done)).toBeLessThan(Number(all))

  expect((await run(['keys', 'rotate'], { more: both })).code).toBe(0)
  const [left] = await sql<{ n: number }[]>`
    select count(*)::int as n from notice_channels where sealed = any(${sealed}::text[])`
  expect(left?.n).toBe(0)
  expect((await run(['keys', 'status'], { more: { RELAY_KEY: newKey } })).code).toBe(0)
  // The relay that is still running has the old key only: it is told, and nothing is lost.
  expect((await run(['keys', 'status'])).code).not.toBe(0)
})
