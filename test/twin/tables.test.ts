// The twin's tables beside a real PostgreSQL whose clock is virtual: the same calls of src/db, then
// every row compared. It is what makes the twin a twin: a changed WHERE in src/db turns it red.
import * as fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as claims from '../../src/db/claim.ts'
import { moveHeld } from '../../src/db/held.ts'
import { openDatabase, type Database, type Sql } from '../../src/db/open.ts'
import { recordBatch } from '../../src/db/record.ts'
import { settleBatch, type AttemptResult } from '../../src/db/settle.ts'
import { decide } from '../../src/grants/outcome.ts'
import { uuidv7 } from '../../src/ids.ts'
import { readAnswer } from '../../src/moab/answer.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { makeCampaign, makePartner, type TestPartner } from '../support/partner.ts'
import { requestToRecord } from '../support/request.ts'
import { lost, refused } from './moab.ts'
import { settings, timeIsUp } from './settings.ts'
import { execute } from './statements.ts'
import { Tables, type Campaign, type Grant } from './tables.ts'

let fresh: FreshDatabase
let db: Database
let sql: Sql
beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options)
  // One connection, in which now() is ours.
  sql = postgres({
    ...fresh.options,
    max: 1,
    onnotice: () => {},
    connection: { search_path: 'twin, pg_catalog, public' },
  })
  await sql.unsafe(`create schema twin;
    create function twin.now() returns timestamptz stable language sql as
      $$ select to_timestamp(current_setting('twin.ms')::float8 / 1000) $$`)
})
afterAll(async () => {
  await sql.end()
  await db.close()
  await fresh.drop()
})

const nodes = [uuidv7(), uuidv7()] as const
const start = 1_796_000_000_000

type Taken = Grant & { due: string | null }

class Pair {
  now = start
  taken: { grant: Taken; node: string }[] = []
  partner: TestPartner
  campaigns: Campaign[] = []
  model = new Tables(
    () => this.now,
    () => 0,
  )
  modelSql: Sql

  constructor(partner: TestPartner) {
    this.partner = partner
    const unsafe = async (statement: string, parameters: readonly unknown[]) =>
      execute(this.model, statement, parameters)
    this.modelSql = { unsafe, options: { prepare: true } } as unknown as Sql
  }

  async both<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    await sql`select set_config('twin.ms', ${String(this.now)}, false)`
    const [real, model] = [await work(sql), await work(this.modelSql)]
    expect(bare(model)).toEqual(bare(real))
    return real
  }
}

/** Claims return rows in no order. */
function bare(rows: unknown): unknown {
  if (!Array.isArray(rows)) return rows
  const short = rows.map(({ id, attempt, retries, ambiguous }: Grant) => ({
    id,
    attempt,
    retries,
    ambiguous,
  }))
  return short.sort((a, b) => (a.id < b.id ? -1 : 1))
}

type Claim = (
  ...given: Parameters<typeof claims.claimDue>
) => Promise<readonly claims.ClaimedGrant[]>
const claimsOf: Record<'due' | 'paced' | 'probes', Claim> = {
  due: claims.claimDue,
  paced: (sql, lease) => claims.claimPaced(sql, lease),
  probes: (sql, lease) => claims.claimProbes(sql, lease),
}
const node = fc.nat(1)
const spans = fc.constantFrom(0, 1_000, 5_000, 20_000, 61_000, 600_000, 1_800_000, 86_400_000)
const answers = fc.constantFrom(0, 1, 2, 4, 5, 7, 8, 9, 10, 11, 77, 'lost', 'refused')
const step = fc.oneof(
  fc.record({
    arrive: fc.nat(2),
    emails: fc.array(fc.nat(9), { minLength: 1, maxLength: 5 }),
    node,
  }),
  fc.record({
    claim: fc.constantFrom('due', 'paced', 'probes'),
    /** Of one campaign only, where they are due ones. */
    of: fc.option(fc.nat(2)),
    node,
    most: fc.constantFrom(2, 100),
  }),
  fc.record({
    settle: fc.array(answers, { minLength: 1, maxLength: 6 }),
    node,
    keep: fc.boolean(),
  }),
  fc.record({ handBack: fc.nat(3), node }),
  // A bound among equals may fall on any of them: these two are asked for all.
  fc.record({ rescue: fc.constant(100) }),
  fc.record({ move: fc.constant(1000) }),
  fc.record({ pass: spans }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

test(
  'the tables of the twin are those of PostgreSQL',
  { timeout: settings.timeoutMs },
  async () => {
    const started = performance.now()
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 8, maxLength: 30, size: 'max' }),
        async (steps) => {
          if (timeIsUp(started)) return
          const pair = await makePair()
          for (const each of steps) await act(pair, each)
          expect(await rowsOf(pair)).toEqual(modelRows(pair))
        },
      ),
      settings.assert(2_400, 40),
    )
  },
)

async function makePair(): Promise<Pair> {
  await sql`truncate attempts, grants, campaign_health cascade`
  const pair = new Pair(await makePartner(db))
  const { partnerId, campaignId } = pair.partner
  const ids = [
    campaignId,
    await makeCampaign(db, partnerId, { perSecond: 2 }),
    await makeCampaign(db, partnerId, { startsAt: new Date(start + 400_000) }),
  ]
  await sql`update campaign_health set since = to_timestamp(${start / 1000}), pace_at = to_timestamp(${start / 1000})`
  ids.forEach((id, n) => {
    const startsAt = n === 2 ? start + 400_000 : null
    pair.model.addCampaign({ partnerId, id, perSecond: n === 1 ? 2 : null, startsAt })
  })
  pair.campaigns = [...pair.model.campaigns.values()]
  return pair
}

async function act(pair: Pair, step: Step): Promise<void> {
  if ('pass' in step) pair.now += step.pass
  else if ('rescue' in step) await pair.both((to) => claims.rescueLost(to, step.rescue))
  else if ('move' in step) await pair.both((to) => moveHeld(to, step.move))
  else if ('arrive' in step) await arrive(pair, step.arrive, step.emails, nodeOf(step.node))
  else if ('claim' in step) {
    const lease = { node: nodeOf(step.node), leaseMs: 60_000, most: step.most }
    const these = pair.campaigns.filter((_, n) => n === step.of)
    const asked = these.map(({ id, partnerId }) => ({ partnerId, campaignId: id }))
    const claim = claimsOf[step.claim]
    const rows = await pair.both(async (to) => [
      ...(await claim(to, lease, step.of === null ? 'all' : asked)),
    ])
    for (const grant of rows)
      pair.taken.push({ grant: grant as unknown as Taken, node: lease.node })
  } else if ('handBack' in step) {
    const back = pair.taken.splice(0, step.handBack).map(({ grant }) => grant)
    await pair.both((to) => claims.handBack(to, back as never, nodeOf(step.node)))
  } else await settle(pair, step.settle, nodeOf(step.node), step.keep)
}

const nodeOf = (n: number) => nodes[n] ?? nodes[0]

async function arrive(pair: Pair, n: number, emails: readonly number[], by: string): Promise<void> {
  const campaignId = pair.campaigns[n]?.id ?? ''
  const partner = { ...pair.partner, campaignId }
  const requests = emails.map((email) =>
    requestToRecord(partner, {
      email: `${email}@x.io`,
      key: `key ${email}`,
      claim: email % 2 === 0,
    }),
  )
  const { made } = await pair.both((to) => recordBatch(to, requests, by, 60_000))
  // Rows are born by the real clock, whose time the tests are ahead of.
  await sql`
    update grants set created_at = to_timestamp(${pair.now / 1000})
    where created_at < to_timestamp(${start / 1000})`
  for (const [id, state] of made) {
    const grant = pair.model.grant(id)
    if (state === 'sending' && grant) pair.taken.push({ grant: { ...grant, due: null }, node: by })
  }
}

/** Results of calls, some of them of leases that are another's by now. */
async function settle(pair: Pair, said: readonly (number | string)[], by: string, keep: boolean) {
  const taken = keep ? pair.taken.slice(0, said.length) : pair.taken.splice(0, said.length)
  const seen = new Set<string>()
  const results = taken.flatMap(({ grant }, n): AttemptResult[] => {
    if (seen.has(grant.id)) return []
    seen.add(grant.id)
    const answer = answerOf(said[n] ?? 0)
    const { partnerId, campaignId, id: grantId, attempt } = grant
    const decision = decide(answer, grant, 0.5)
    return [{ partnerId, campaignId, grantId, attempt, ms: 5, answer, decision }]
  })
  if (results.length > 0) await pair.both((to) => settleBatch(to, results, by))
}

function answerOf(said: number | string) {
  if (said === 'lost') return lost
  if (said === 'refused') return refused
  const body = said === 0 ? '{"status":"OK"}' : `{"status":"FAIL","error":${said}}`
  return readAnswer(200, Buffer.from(body), true)
}

const ms = (column: string) =>
  `round(extract(epoch from ${column}) * 1000)::float8 as "${column.replaceAll(/_(.)/g, (_, c: string) => c.toUpperCase())}"`

async function rowsOf(pair: Pair) {
  const { partnerId } = pair.partner
  const grants = await sql.unsafe(
    `select id, campaign_id as "campaignId", state, reason, ${ms('due_at')}, attempt, retries, ambiguous,
      ${ms('lease_until')}, lease_owner as "leaseOwner", ${ms('settled_at')}, answer
    from grants where partner_id = $1 order by id`,
    [partnerId],
  )
  const health = await sql.unsafe(
    `select campaign_id as "campaignId", state, reason, ${ms('since')}, failures, probes, ${ms('probe_at')},
      ${ms('pace_at')}
    from campaign_health where partner_id = $1 order by campaign_id`,
    [partnerId],
  )
  const attempts = await sql.unsafe(
    `select grant_id as "grantId", attempt, node, answer, failure, ambiguous, fenced
    from attempts where partner_id = $1 order by grant_id, attempt, node`,
    [partnerId],
  )
  return { grants: [...grants], health: [...health], attempts: [...attempts] }
}

function modelRows({ model }: Pair) {
  const grants = model.grants.map((g) => ({
    id: g.id,
    campaignId: g.campaignId,
    state: g.state,
    reason: g.reason,
    dueAt: g.dueAt,
    attempt: g.attempt,
    retries: g.retries,
    ambiguous: g.ambiguous,
    leaseUntil: g.leaseUntil,
    leaseOwner: g.leaseOwner,
    settledAt: g.settledAt,
    answer: g.answer,
  }))
  const health = [...model.health.values()]
    .map((h) => ({
      campaignId: h.campaignId,
      state: h.state,
      reason: h.reason,
      since: h.since,
      failures: h.failures,
      probes: h.probes,
      probeAt: h.probeAt,
      paceAt: Math.round(h.paceAt),
    }))
    .sort((a, b) => (a.campaignId < b.campaignId ? -1 : 1))
  const key = (a: { grantId: string; attempt: number; node: string }) =>
    `${a.grantId} ${String(a.attempt).padStart(5, '0')} ${a.node}`
  const attempts = [...model.attempts.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1))
  return { grants, health, attempts }
}
