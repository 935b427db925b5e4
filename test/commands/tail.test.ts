// `tail` beside a relay at work: what it tells, in which order, and what it lives through.
import { spawn, type ChildProcess } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { createTail, type News } from '../../src/ledger/tail.ts'
import { limits } from '../../src/limits.ts'
import { makePartner } from '../support/partner.ts'
import { relayKey, startTestRelay, type TestRelay } from '../support/relay.ts'
import { recordEmails, until } from '../support/sending.ts'

// Each command is a process of its own, and a busy machine takes seconds to start one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const keyOf = (name: string) => `${name}-key-0123456789abcdef`
const source = (name: string) => `
  - name: ${name}
    provider: stripe
    key: ${keyOf(name)}
    credentials: [{ secret: whsec_tail }]
    rules: [{ events: [invoice.paid], email: [$.data.object.customer_email], campaign: live }]`
const config = `
partner: acme
campaigns: [{ name: live, mode: live, api_key: 11111111-2222-4333-8444-555555555555 }]
sources:${source('shop')}${source('other')}`

let it: TestRelay
beforeAll(async () => {
  it = await startTestRelay(config)
})
afterAll(() => it.close())

let number = 0
async function send(
  name: string,
  email: string,
  { type = 'invoice.paid', with: key = 'whsec_tail' } = {},
) {
  const id = `evt_${number++}`
  const object = { customer_email: email }
  const body = JSON.stringify({ id, type, livemode: true, data: { object } })
  const at = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', key).update(`${at}.${body}`).digest('hex')
  const headers = { 'stripe-signature': `t=${at},v1=${mac}` }
  const answer = await fetch(`${it.url}/in/${keyOf(name)}`, { method: 'POST', headers, body })
  await answer.text()
  return id
}

const tailOf = (about: { partner?: string; source?: string }, lines = 10) => {
  const { db, pepper } = it.installation
  const ledger = { orm: db.questions, changes: db.orm, pepper }
  return createTail(ledger, { owner: null, actor: 'test', reveal: false }, about, lines)
}
const told = async (tail: ReturnType<typeof tailOf>) => {
  const found = await tail.next()
  if ('unknown' in found) throw new Error(`there is no such ${found.unknown}`)
  return found
}
const brief = (news: News) =>
  news.kind === 'rejection'
    ? `${news.rejection.source.name} ${news.rejection.reason}`
    : `${news.event.key}${news.again ? ' again' : ''} ${news.event.fate}`

/** Until something is told that looks so. */
async function untilTold(tail: ReturnType<typeof tailOf>, what: RegExp): Promise<string[]> {
  const all: string[] = []
  await until(async () => {
    all.push(...(await told(tail)).news.map(brief))
    return all.some((line) => what.test(line))
  })
  return all
}

test('an event is told once, and again when its bonus went on', async () => {
  const tail = tailOf({ source: 'shop' })
  expect((await told(tail)).news).toEqual([])
  const key = await send('shop', 'moab+once-reset@example.com')
  const [first, ...later] = await untilTold(tail, / granted$/)
  expect(first).toMatch(`${key} `)
  expect(first).not.toContain('again')
  expect(later.at(-1)).toBe(`${key} again granted`)
  for (const line of later) expect(line).toMatch(`${key} again `)
  expect((await told(tail)).news).toEqual([])
})

test('a refused request is told with its reason, of its own source', async () => {
  const [shop, other] = [
    tailOf({ source: 'shop' }, 0),
    tailOf({ partner: 'acme', source: 'other' }),
  ]
  expect((await told(shop)).news).toEqual([])
  expect((await told(other)).news).toEqual([])
  await send('other', 'anna@example.com', { with: 'whsec_wrong' })
  expect(await untilTold(other, /./)).toEqual(['other signature_mismatch'])
  expect((await told(shop)).news).toEqual([])
  expect(await tailOf({ source: 'nobody' }).next()).toEqual({ unknown: 'source' })
})

test('it begins with the newest lines, the oldest of them first', async () => {
  const keys = []
  for (const name of ['one', 'two', 'three'])
    keys.push(await send('other', `${name}@example.com`, { type: 'charge.failed' }))
  const tail = tailOf({ source: 'other' }, 2)
  expect((await told(tail)).news.map(brief)).toEqual(keys.slice(1).map((key) => `${key} unmatched`))
  // What is older than the beginning is no news later either.
  expect((await told(tail)).news).toEqual([])
  const next = await send('other', 'four@example.com', { type: 'charge.failed' })
  expect((await told(tail)).news.map(brief)).toEqual([`${next} unmatched`])
})

test('of more than anybody reads the newest are told, and that there was more', async () => {
  const partner = await makePartner(it.db)
  const about = { partner: `partner ${partner.partnerId}` }
  const tail = tailOf(about)
  await told(tail)
  const most = limits.tailRows * limits.tailPagesMax
  await recordEmails(it.db, partner, emails(limits.tailRows + 1))
  expect(await told(tail)).toMatchObject({ missed: false, news: { length: limits.tailRows + 1 } })
  await recordEmails(it.db, partner, emails(most + 1))
  expect(await told(tail)).toMatchObject({ missed: true, news: { length: most } })
  expect((await told(tail)).missed).toBe(false)
})

const emails = (count: number) =>
  Array.from({ length: count }, () => `person${number++}@example.com`)

describe('the command', () => {
  let child: ChildProcess | undefined
  afterEach(() => child?.kill('SIGKILL'))

  function start(...args: string[]) {
    const { PATH, HOME } = process.env
    const env = { PATH, HOME, RELAY_KEY: relayKey, DATABASE_URL: it.databaseUrl, LANG: 'C' }
    child = spawn(process.execPath, [resolve('dist/main.js'), 'tail', ...args], { env })
    const said = { out: '', err: '' }
    child.stdout?.on('data', (chunk: Buffer) => (said.out += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (said.err += chunk.toString()))
    const ended = once(child, 'close').then(([code]) => Number(code))
    return { child, said, ended }
  }

  test('follows, also past a database that hung up, and ends when it is asked to', async () => {
    const { child: tail, said, ended } = start('shop', '--lines', '0')
    const says = (what: RegExp) => until(() => Promise.resolve(what.test(said.out)), 20_000)
    // It says nothing until something comes.
    await until(async () => {
      await send('shop', 'maria@example.com')
      return said.out !== ''
    }, 20_000)
    expect(said.out).toMatch(
      /^[\d-]{10} [\d:]{8} {2}acme\/shop {2}invoice\.paid {2}m\*\*\*@example\.com {2}\w/,
    )
    await it.db.work`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'moab-relay questions'
        and pid <> pg_backend_pid()`
    await send('shop', 'olga@example.com', { type: 'charge.failed' })
    await says(/charge\.failed {2}no rule led to a grant/)
    await send('shop', 'olga@example.com', { with: 'whsec_wrong' })
    await says(/refused: the signature does not match/)
    tail.kill('SIGINT')
    expect(await ended).toBe(0)
    expect(said.out).not.toContain('maria')
  })

  test('--once ends at once; --json is one object a line; --lang is the words’', async () => {
    const { said, ended } = start('acme/shop', '--once', '--json', '--lines', '3')
    expect(await ended).toBe(0)
    const objects = said.out
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(objects).toHaveLength(3)
    expect(objects).toContainEqual(
      expect.objectContaining({ kind: 'event', type: 'charge.failed' }),
    )
    expect(objects).toContainEqual(expect.objectContaining({ kind: 'rejection' }))
    const russian = start('shop', '--once', '--lang', 'ru')
    expect(await russian.ended).toBe(0)
    expect(russian.said.out).toContain('отклонено: подпись не сходится')
  })

  test('a source or partner that is not there is a mistake', async () => {
    const { said, ended } = start('nobody')
    expect(await ended).toBe(2)
    expect(said.err).toContain('there is no source “nobody”. There are: ')
  })
})
