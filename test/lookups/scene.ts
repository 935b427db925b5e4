// A source of an invented provider, that provider's API on loopback, and lookups that go there.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { uuidv7 } from '../../src/ids.ts'
import { createRecorder } from '../../src/inbound/recorder.ts'
import { receive } from '../../src/inbound/receive.ts'
import type { JsonValue } from '../../src/json.ts'
import { createLookupClient } from '../../src/lookups/client.ts'
import { Lookups } from '../../src/lookups/worker.ts'
import { addressOf } from '../../src/listen.ts'
import type { LookedUp } from '../../src/ops/reporter.ts'
import type { ActiveSource } from '../../src/partners/directory.ts'
import { genericToken } from '../../src/providers/generic-token.ts'
import type { Join, Lookup, Provider } from '../../src/providers/provider.ts'
import { compileRule, Rule } from '../../src/rules/rule.ts'
import type { Credential } from '../../src/schemes/scheme.ts'
import { freshDatabase } from '../support/database.ts'
import { makePartner } from '../support/partner.ts'
import { until } from '../support/sending.ts'

export const pepper = Buffer.alloc(32, 3)
export const basic = { id: 'api', username: 'shop', password: 'api-secret' }
const door = { id: uuidv7(), token: 'door-token' }

export const lookup: Lookup = {
  url: 'https://api.provider.example/v1/payments/{field:$.object.id}',
  auth: 'basic',
  agree: [
    { event: '$.object.id', fetched: '$.id' },
    { event: '$.object.status', fetched: '$.status' },
  ],
  required: true,
}

export const join: Join = {
  learn: { events: ['customer.*'], customer: '$.object.id', email: ['$.object.email'] },
  apply: { events: ['sale.*'], customer: '$.object.customer' },
}

/** Proven by a token in a header; `key` and `type` as the generic preset has them. */
export function provider(more: Partial<Provider>): Provider {
  const { settings: _, ...rest } = genericToken
  return {
    ...rest,
    proof: { scheme: 'token', at: { header: ['x-token'] } },
    event: { key: ['$.id'], type: ['$.type'], test: { path: '$.confirmed.mode', oneOf: ['test'] } },
    ...more,
  }
}

export interface Api {
  url: string
  /** What the provider's server got, newest last. */
  asked: { path: string; authorization: string | undefined }[]
  /** By path; a number is a status with no body, null holds the request open. */
  objects: Map<string, JsonValue | { raw: string; status?: number } | number>
  close(): Promise<void>
}

export async function openApi(): Promise<Api> {
  const asked: Api['asked'] = []
  const objects: Api['objects'] = new Map()
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push({ path, authorization: request.headers.authorization })
    const object = objects.get(path) ?? 404
    if (object === 'hang') return
    if (typeof object === 'number') {
      response.writeHead(object, { location: '/elsewhere' }).end()
    } else if (typeof object === 'object' && 'raw' in object) {
      response.writeHead(200).end(object.raw)
    } else {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(object))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url: addressOf(server), asked, objects, close }
}

export interface Scene {
  db: Database
  /** As a relay works with it: behind its walls. */
  relayDb: Database
  api: Api
  /** A source of its own, with one rule for all events. */
  source(
    preset: Provider,
    traits?: { credentials?: Credential[]; email?: string[] },
  ): Promise<ActiveSource>
  /** Resolves with the status that the sender gets. */
  came(source: ActiveSource, value: JsonValue): Promise<number>
  start(sources: () => readonly ActiveSource[], deadlineMs?: number): Lookups
  looked: LookedUp[]
  errors: unknown[]
  events(source: ActiveSource): Promise<EventRow[]>
  due(source: ActiveSource): Promise<void>
  stopAll(): Promise<void>
  close(): Promise<void>
}

export interface EventRow {
  key: string
  type: string
  state: string
  reason: string
  copies: number
  waits: string | null
  retries: number | null
  path: string | null
  trust: string | null
  email: string | null
  grant: string | null
  attempts: string[]
}

async function openScene(): Promise<Scene> {
  const fresh = await freshDatabase()
  const db = openDatabase(fresh.options)
  const relayDb = openDatabase(fresh.options, fresh.options, true)
  const api = await openApi()
  const running: Lookups[] = []
  const looked: LookedUp[] = []
  const errors: unknown[] = []
  const wake = () => running.forEach((one) => one.wake())
  const recorder = createRecorder({
    sql: relayDb.record,
    node: uuidv7(),
    pepper,
    worker: undefined,
    parked: wake,
  })
  const stopAll = async () => {
    for (const one of running.splice(0)) await one.stop(2000)
  }
  return {
    db,
    relayDb,
    api,
    looked,
    errors,
    async source(preset, { credentials = [basic], email = ['$.confirmed.email'] } = {}) {
      const { partnerId, sourceId, campaignId } = await makePartner(db)
      const rule = compileRule(Rule.parse({ events: ['*'], email, campaign: 'spring' }))
      return {
        id: sourceId,
        partnerId,
        name: 'shop',
        providerId: 'test',
        provider: preset,
        proof: { scheme: 'token', at: { header: ['x-token'], prefix: '' }, credential: 'token' },
        settings: {},
        credentials: [door, ...credentials].map((credential) => ({ credential, validUntil: null })),
        rules: [{ id: uuidv7(), name: 'all', campaign: { id: campaignId, mode: 'live' }, rule }],
        // Only for what is large, and nothing here is.
        recipe: { providerId: 'generic-token', settings: {}, rules: [] },
      }
    },
    async came(source, value) {
      const { status } = await receive(
        {
          keySetAt: () => Promise.resolve('unavailable' as const),
          aside: { keep: () => Promise.reject(new Error('nothing here is large')) },
          recorder,
          rejections: { note: () => {}, drained: async () => {} },
          now: Date.now,
          used: () => {},
          failed: (error) => errors.push(error),
        },
        source,
        {
          method: 'POST',
          url: 'https://relay.example.com/in/x',
          headers: new Map([['x-token', ['door-token']]]),
          body: Buffer.from(JSON.stringify(value)),
        },
      )
      return status
    },
    start(sources, deadlineMs = 2000) {
      const one = new Lookups({
        sql: relayDb.work,
        node: uuidv7(),
        pepper,
        client: createLookupClient({ originOf: () => api.url, deadlineMs }),
        source: async (_partner, id) => sources().find((source) => source.id === id),
        now: Date.now,
        random: () => 0,
        looked: (each) => looked.push(each),
        granted: () => {},
        failed: (error) => errors.push(error),
      })
      running.push(one)
      one.start()
      return one
    },
    async events({ partnerId }) {
      return db.work<EventRow[]>`
        select e.event_key as key, e.type, e.state, e.reason, e.copies, l.state as waits, l.retries,
          e.matches -> 0 ->> 'path' as path, e.matches -> 0 ->> 'trust' as trust, g.email, g.state as grant,
          array(select a.outcome from lookup_attempts a where a.event_id = e.id order by attempt) as attempts
        from events e
        left join lookups l on l.partner_id = e.partner_id and l.event_id = e.id
        left join grants g on g.partner_id = e.partner_id and g.event_id = e.id
        where e.partner_id = ${partnerId} order by e.id`
    },
    async due({ partnerId }) {
      await db.work`update lookups set due_at = now() where partner_id = ${partnerId} and state = 'waiting'`
      await db.work`update lookup_health set probe_at = now() where partner_id = ${partnerId} and state <> 'healthy'`
      wake()
    },
    stopAll,
    close: async () => {
      await stopAll()
      await api.close()
      await relayDb.close()
      await db.close()
      await fresh.drop()
    },
  }
}

/** One scene for the tests of a file, each of which finds it empty and must leave no surprise. */
export function useScene(opened: (scene: Scene) => void) {
  let scene: Scene
  let sources: ActiveSource[] = []
  beforeAll(async () => {
    scene = await openScene()
    opened(scene)
  })
  afterAll(() => scene.close())
  beforeEach(() => {
    scene.api.objects.clear()
    scene.api.asked.length = 0
    scene.looked.length = 0
    sources = []
  })
  afterEach(async () => {
    await scene.stopAll()
    expect(scene.errors.splice(0)).toEqual([])
  })
  const becomes = (source: ActiveSource, fit: (event: EventRow) => boolean) =>
    until(async () => (await scene.events(source)).find(fit))
  return {
    make: async (...args: Parameters<Scene['source']>) => {
      const source = await scene.source(...args)
      sources.push(source)
      return source
    },
    /** A person set the source up differently. */
    changed: (source: ActiveSource) => {
      sources = sources.map((each) => (each.id === source.id ? source : each))
    },
    start: (deadlineMs?: number) => scene.start(() => sources, deadlineMs),
    becomes,
    ended: (source: ActiveSource) => becomes(source, ({ waits }) => waits === 'ended'),
  }
}

/** As the provider sends it; its email must not be believed. */
export const payment = (id = 'p1', status = 'paid') => ({
  id: `evt_${id}`,
  type: 'payment.paid',
  object: { id, status, email: 'forged@example.com' },
})

/** As the provider's API tells it. */
export const object = (id = 'p1', more = {}) => ({
  id,
  status: 'paid',
  email: 'true@example.com',
  ...more,
})
