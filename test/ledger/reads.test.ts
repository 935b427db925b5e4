// What a question about one person or one thing reads must not grow with what is kept of others: also as one
// partner, behind the second wall, where a plan may use fewer indexes.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from 'drizzle-orm'
import type { Asker, Ledger } from '../../src/ledger/asking.ts'
import { listEvents, readEvent } from '../../src/ledger/events.ts'
import { listGrants, readGrant } from '../../src/ledger/grants.ts'
import { readPerson } from '../../src/ledger/people.ts'
import { limits } from '../../src/limits.ts'
import { exportPerson } from '../../src/privacy/person.ts'
import type { Reader } from '../../src/db/ledger/reading.ts'
import type { Orm } from '../../src/db/open.ts'
import { openScene, pepper, type Scene, type ScenePartner } from './scene.ts'

const email = 'ivan@example.com'
const others = 5000
let scene: Scene
let partner: ScenePartner
let ids: { event: string; grant: string }

beforeAll(async () => {
  scene = await openScene()
  partner = await scene.makePartner()
  const event = await scene.came(partner, { email, key: 'first' })
  for (let n = 0; n < 5; n++) await scene.came(partner, { email })
  await scene.answered('{"status":"ok"}')
  const [grant] = await scene.db.work<{ id: string }[]>`
    select id from grants where partner_id = ${partner.partnerId}`
  ids = { event, grant: grant?.id ?? '' }
  await beOneOfMany()
})
afterAll(() => scene.close())

/** The same partner has many more people, before and after this one. */
async function beOneOfMany(): Promise<void> {
  const { partnerId, sourceId, campaignId } = partner
  const rule = partner.rules[0]?.id ?? ''
  const { work } = scene.db
  await work`
    create temporary table many as
    select n, gen_random_uuid() as id, gen_random_uuid() as body_id, gen_random_uuid() as grant_id,
      decode(md5(n::text), 'hex') as key, now() - n * interval '1 second' as at
    from generate_series(1, ${others}::int) n`
  await work`
    insert into event_bodies (partner_id, id, received_at, method, headers, body)
    select ${partnerId}, body_id, at, 'POST', '{}', '{}' from many`
  await work`
    insert into events (partner_id, id, source_id, event_key, type, received_at, state, reason, trust, body_id, email_key, trace, matches)
    select ${partnerId}, id, ${sourceId}, n, 'invoice.paid', at, 'matched', 'matched', 'signed', body_id, key, '[]', '[]' from many`
  await work`
    insert into grants (partner_id, id, campaign_id, mode, email_key, folded_key, email, event_id, rule_id, state, settled_at)
    select ${partnerId}, grant_id, ${campaignId}, 'live', key, key, n || '@example.org', id, ${rule}, 'granted', at from many`
  await work`
    insert into attempts (partner_id, grant_id, attempt, at, answer, ambiguous, node)
    select ${partnerId}, grant_id, 1, at, 'ok', false, id from many`
  await work`analyze`
}

/** The most rows that one of its transactions has read of all tables. */
async function rowsRead(ask: (ledger: Ledger) => Promise<unknown>): Promise<number> {
  let most = 0
  const { questions, orm } = scene.relayDb
  const counted: Orm = Object.create(questions)
  counted.transaction = (question, how) =>
    questions.transaction(async (tx) => {
      const before = await readSoFar(tx)
      const answer = await question(tx)
      most = Math.max(most, (await readSoFar(tx)) - before)
      return answer
    }, how)
  await ask({ orm: counted, changes: orm, pepper })
  return most
}

/** By this connection, since it last told the server. */
async function readSoFar(tx: Reader): Promise<number> {
  const [row] = await tx.execute(sql`
    select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int as n from pg_stat_xact_user_tables`)
  return Number(row?.['n'])
}

const about: Record<string, (ledger: Ledger, asker: Asker) => Promise<unknown>> = {
  'a person’s story': (ledger, asker) => readPerson(ledger, asker, email, 'en'),
  'everything of a person': (ledger, asker) =>
    exportPerson({ ...ledger, now: () => Date.now() }, asker, email),
  'a person’s events': (ledger, asker) => listEvents(ledger, asker, { email, limit: 50 }),
  'a person’s grants': (ledger, asker) => listGrants(ledger, asker, { email, limit: 50 }),
  'one event': (ledger, asker) => readEvent(ledger, asker, ids.event, 'en'),
  'one grant': (ledger, asker) => readGrant(ledger, asker, ids.grant),
}

/** Of the newest events, for what no key leads to. */
const searched: Record<string, number> = {
  'everything of a person': limits.namingEventsSearchedMax,
}

const asks = Object.keys(about).flatMap((name) =>
  (['a partner', 'an operator'] as const).map((who) => ({ name, who })),
)

test.each(asks)('$name, asked by $who', async ({ name, who }) => {
  const owner = who === 'a partner' ? partner.partnerId : null
  const asker = { owner, actor: 'token:test', reveal: false }
  const answers: unknown[] = []
  const rows = await rowsRead(async (ledger) => answers.push(await about[name]?.(ledger, asker)))
  expect(answers).toEqual([expect.anything()])
  expect(rows).toBeGreaterThan(0)
  expect(rows).toBeLessThan(others / 10 + (searched[name] ?? 0))
})
