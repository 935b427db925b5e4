// What the relay asks again and again must not read more and more. Plans are made while the tables are
// empty, and statistics come a minute after the rows: the statements themselves must lead the way.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sourceConditions } from '../../src/db/alarms.ts'
import { claimDue, claimPaced, claimProbes, rescueLost } from '../../src/db/claim.ts'
import { moveHeld } from '../../src/db/held.ts'
import { byKey, connect, type Sql } from '../../src/db/connect.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { sendingOfErased } from '../../src/db/privacy/unsent.ts'
import { uuidv7 } from '../../src/ids.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { makePartner, type TestPartner } from '../support/partner.ts'

let fresh: FreshDatabase
let db: Database
let partner: TestPartner
/** One connection, as those of the pool for work. */
let work: Sql

beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options)
  partner = await makePartner(db)
  for (const table of ['events', 'grants', 'attempts'])
    await db.work.unsafe(`alter table ${table} set (autovacuum_enabled = false)`)
})

beforeEach(async () => {
  await db.work`truncate events, grants, attempts cascade`
  work = connect(byKey(fresh.options), 1, 'work')
})

afterAll(async () => {
  await db.close()
  await fresh.drop()
})

/** As many as make the server stay with one plan. */
async function plan(ask: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < 7; n++) await ask()
}

async function grow(rows: number): Promise<void> {
  const { partnerId, sourceId, campaignId } = partner
  await db.work`
    insert into events (partner_id, id, source_id, event_key, type, state, reason, trust, body_id, trace, matches)
    select ${partnerId}, gen_random_uuid(), ${sourceId}, n, 'invoice.paid', 'matched', 'matched', 'signed',
      gen_random_uuid(), '[]', '[]'
    from generate_series(1, ${rows}::int) n`
  await db.work`
    insert into grants (partner_id, id, campaign_id, mode, email_key, folded_key, email, state, settled_at)
    select ${partnerId}, gen_random_uuid(), ${campaignId}, 'live', k.key, k.key, 'a@example.com', 'granted', now()
    from generate_series(1, ${rows}::int) n cross join lateral (select decode(md5(n::text), 'hex') as key) k`
}

/** Rows and index entries of these tables that the connection has read. */
async function readBy(ask: () => Promise<unknown>): Promise<number> {
  const read = async () => {
    await work`select pg_stat_force_next_flush()`
    const [row] = await work`
      select (select sum(seq_tup_read) from pg_stat_user_tables where relname in ('events', 'grants', 'attempts'))
        + (select sum(idx_tup_read) from pg_stat_user_indexes where relname in ('events', 'grants', 'attempts')) as n`
    return Number(row?.['n'])
  }
  const before = await read()
  await ask()
  return (await read()) - before
}

const lease = { node: uuidv7(), leaseMs: 60_000, most: 100 }

const newestOfSource = () =>
  sourceConditions(work, [{ partnerId: partner.partnerId, id: partner.sourceId }])

const questions: Record<string, () => Promise<unknown>> = {
  'who is being erased': () => sendingOfErased(work, lease.node),
  'what is due': async () => claimDue(work, lease),
  'what is due of one campaign': async () => claimDue(work, lease, [partner]),
  'what is due at a pace': () => claimPaced(work, lease),
  probes: async () => claimProbes(work, lease),
  'what is held': () => moveHeld(work, 100),
  'what was lost': () => rescueLost(work, 100),
  'how sources do': newestOfSource,
}

test.each(Object.keys(questions))('%s', async (name) => {
  const ask = questions[name] ?? (() => Promise.reject(new Error(name)))
  try {
    await plan(ask)
    await grow(5000)
    // Of two indexes that are alike but for the rows that are meant it took one while both were empty: the
    // first statistics mend that.
    if (name === 'what is held') await db.work`analyze grants`
    // The newest 20 and 300 events of a source are looked at.
    expect(await readBy(ask)).toBeLessThan(400)
  } finally {
    await work.end()
  }
})

test('how a source does that has most of all events', async () => {
  try {
    await grow(30_000)
    expect(await readBy(newestOfSource)).toBeLessThan(400)
  } finally {
    await work.end()
  }
})
