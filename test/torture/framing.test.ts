// Framing and smuggling: directly, and behind nginx and haproxy where they are installed. Never more
// answers than requests, never a 5xx of ours, no event from a request that hides inside another one.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { converse, type Conversation } from './conversation.ts'
import { framingCases, type Words } from './framing-cases.ts'
import { isInstalled, proxies, startProxy, type Proxy } from './proxies.ts'
import { honestKey, startStand, stripeEvent, stripeSignature, type Stand } from './stand.ts'

let database: FreshDatabase
let stand: Stand
beforeAll(async () => {
  database = await freshDatabase()
  stand = await startStand({ databaseUrl: database.url })
})
afterAll(async () => {
  await stand.stop()
  await database.drop()
})

const rows = framingCases.map((row, at) => ({ ...row, at }))

/** Longer than a drained body is waited for (0.5 s), so that a second answer would be seen. */
const quietMs = 1000

describe('directly', () => {
  let heard: Conversation[]
  beforeAll(async () => void (heard = await conversations(stand.port)))

  test.each(rows)('$name: $says', ({ at, says }) => {
    expect(heard[at]).toEqual({ statuses: says, rest: '' })
  })

  test('the relay lives, and nothing was smuggled', checkAfterwards)
})

describe.each(proxies)('behind $name', ({ name }) => {
  let proxy: Proxy
  let heard: Conversation[]
  const there = isInstalled(name)
  beforeAll(async () => {
    if (!there) return
    proxy = await startProxy(name, stand.port)
    heard = await conversations(proxy.port)
  })
  afterAll(async () => proxy?.stop())

  test.skipIf(!there).each(rows)('$name', ({ at, requests }) => {
    const { statuses, rest } = heard[at] ?? { statuses: [], rest: 'nothing was heard' }
    expect(statuses.length, String(statuses)).toBeLessThanOrEqual(requests)
    // 501 and 505 are what a proxy says of codings and versions that it does not know.
    expect(statuses.filter((status) => status >= 500 && ![501, 505].includes(status))).toEqual([])
    // haproxy goes on in HTTP/2 with whoever begins so.
    expect(rest).not.toMatch(/HTTP/)
  })

  test.skipIf(!there)('the relay lives, and nothing was smuggled', checkAfterwards)
})

function conversations(port: number): Promise<Conversation[]> {
  return Promise.all(
    framingCases.map(({ bytes }) => converse(port, latin1(bytes(words())), quietMs)),
  )
}

async function checkAfterwards(): Promise<void> {
  expect(await stand.healthy()).toBe(true)
  const events = await stand.sql<{ key: string }[]>`select event_key as key from events`
  expect(events.filter(({ key }) => key.startsWith('smuggled'))).toEqual([])
  expect(events.length).toBeGreaterThan(0)
}

function words(): Words {
  const path = `/in/${honestKey}`
  const unique = (id: string) => `${id}_${randomBytes(6).toString('hex')}`
  const head = (body: Buffer, more: readonly string[]) =>
    [
      `POST ${path} HTTP/1.1`,
      'Host: relay.example.com',
      'Content-Type: application/json',
      `Stripe-Signature: ${stripeSignature(body)}`,
      ...more,
      '',
      '',
    ].join('\r\n')
  const signed = (id: string, more: readonly string[] = []) => {
    const body = stripeEvent(unique(id))
    return head(body, [...more, `Content-Length: ${body.length}`]) + body.toString()
  }
  return {
    path,
    signed,
    chunked(id, chunk = oneChunk, more = []) {
      const body = stripeEvent(unique(id))
      return head(body, [...more, 'Transfer-Encoding: chunked']) + chunk(body.toString())
    },
    smuggle: signed('smuggled'),
  }
}

const oneChunk = (body: string) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`

const latin1 = (text: string) => Buffer.from(text, 'latin1')
