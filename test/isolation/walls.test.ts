// The second wall, asked of the database itself: what each role may do, and that a login which is no
// superuser works behind it.
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { migrate, survey } from '../../src/db/migrate.ts'
import { openDatabase, sqlState, type Database, type Sql } from '../../src/db/open.ts'
import { recordBatch } from '../../src/db/record.ts'
import { parts, roleOf, type Part } from '../../src/db/roles.ts'
import { uuidv7 } from '../../src/ids.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { makePartner, type TestPartner } from '../support/partner.ts'
import { requestToRecord } from '../support/request.ts'

let fresh: FreshDatabase
let db: Database
let owner: Sql
let own: TestPartner
let other: TestPartner

beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options, fresh.options, true)
  owner = postgres({ ...fresh.options, max: 2, onnotice: () => {} })
  const asOwner = openDatabase(fresh.options)
  own = await makePartner(asOwner)
  other = await makePartner(asOwner)
  await asOwner.close()
  for (const partner of [own, other]) {
    const request = requestToRecord(partner, { email: 'maria@example.com' })
    await recordBatch(db.record, [request], uuidv7(), 60_000)
  }
})
afterAll(async () => {
  await owner.end()
  await db.close()
  await fresh.drop()
})

/** As a role, for a partner; rolled back. Resolves with the rows, or the SQLSTATE of the refusal. */
async function as(part: Part, partnerId: string | null, statement: string) {
  const undone = Symbol('undone')
  let rows: readonly object[] = []
  try {
    await owner.begin(async (tx) => {
      await tx`select moab_enter(${part}, ${partnerId}::uuid)`
      rows = await tx.unsafe(statement)
      throw undone
    })
  } catch (error) {
    if (error !== undone) return sqlState(error)
  }
  return rows
}
const denied = '42501'

const tablesOf = async () =>
  owner<{ name: string; owned: boolean; forced: boolean; policies: string[]; rights: number }[]>`
    select c.relname as name, c.relforcerowsecurity and c.relrowsecurity as forced,
      exists (select from pg_attribute a where a.attrelid = c.oid and a.attname in ('partner_id', 'chain')) as owned,
      array(select polname::text from pg_policy p where p.polrelid = c.oid order by 1) as policies,
      (select count(*)::int from walls w where w.object = c.relname) as rights
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    order by 1`

test('every table of a partner is behind the wall, and every table has its rights', async () => {
  const tables = await tablesOf()
  expect(tables.filter(({ owned }) => owned).length).toBeGreaterThan(20)
  for (const { name, owned, forced, policies, rights } of tables) {
    if (name === 'walls') continue
    expect([name, rights > 0]).toEqual([name, true])
    if (owned || name === 'partners' || name === 'users')
      expect([name, forced, policies]).toEqual([name, true, ['everyone', 'one_partner']])
  }
})

test('each pool works under its role', async () => {
  const asked = [db.record, db.work].map(
    (sql) => sql<{ who: string }[]>`select current_user as who`,
  )
  const who = (await Promise.all(asked)).map(([row]) => row?.who)
  expect(who).toEqual(['moab_relay_ingest', 'moab_relay_worker'])
  for (const orm of [db.orm, db.questions])
    expect(await orm.execute('select current_user as who')).toEqual([{ who: 'moab_relay_access' }])
})

describe('a partner', () => {
  test.each(['events', 'grants', 'event_bodies', 'sources', 'campaigns', 'partners'])(
    'sees its own %s and nobody else’s; no partner sees none',
    async (table) => {
      const owned = table === 'partners' ? 'id' : 'partner_id'
      const statement = `select distinct ${owned} as id from ${table}`
      expect(await as('app', own.partnerId, statement)).toEqual([{ id: own.partnerId }])
      expect(await as('app', null, statement)).toEqual([])
      expect(await as('audit', null, statement)).toHaveLength(2)
    },
  )

  test('changes and adds nothing of anybody else', async () => {
    const move = `update sources set partner_id = '${other.partnerId}' where id = '${own.sourceId}'`
    expect(await as('app', own.partnerId, move)).toBe(denied)
    const change = `update sources set enabled = false where id = '${other.sourceId}' returning id`
    expect(await as('app', own.partnerId, change)).toEqual([])
    const add = `insert into rules (partner_id, id, source_id, campaign_id, position, name, definition)
      values ('${other.partnerId}', '${uuidv7()}', '${other.sourceId}', '${other.campaignId}', 9, 'x', '{}')`
    expect(await as('app', own.partnerId, add)).toBe(denied)
  })

  test('cannot get at a partition, or at what is sealed for the whole installation', async () => {
    for (const statement of [
      'select 1 from event_bodies_default',
      'select pepper_sealed from installation',
      'select password_hash from users',
      'select private_sealed from signing_keys',
      'select 1 from sessions',
    ])
      expect([statement, await as('app', own.partnerId, statement)]).toEqual([statement, denied])
  })
})

test('who audits reads and changes nothing, and no secret', async () => {
  for (const statement of [
    'select ingest_key_sealed from sources',
    'select sealed from credentials',
    'select api_key_sealed from campaigns',
    'select token_hash from api_tokens',
    'update events set copies = 1',
    'delete from grants',
  ])
    expect([statement, await as('audit', null, statement)]).toEqual([statement, denied])
})

test.each(parts)('%s changes and removes no entry of the audit', async (part) => {
  for (const table of ['audit_entries', 'audit_links', 'audit_checkpoints'])
    for (const statement of [
      `delete from ${table}`,
      `truncate ${table}`,
      `set local moab.retention = 'on'; delete from ${table}`,
      `update ${table} set ${table === 'audit_entries' ? 'actor = null' : 'seq = 1'}`,
    ])
      expect(await as(part, own.partnerId, statement)).toBe(denied)
})

describe('a login that is no superuser', () => {
  const server = inject('server')
  const withLogin = async (
    traits: string,
    does: (options: FreshDatabase['options'], admin: Sql) => Promise<void>,
  ) => {
    const name = `walls_${uuidv7().slice(-12)}`
    const admin = postgres({ ...server, database: 'postgres', max: 1, onnotice: () => {} })
    await admin.unsafe(`create role ${name} login password 'x' ${traits}`)
    await admin.unsafe(`create database ${name} owner ${name} encoding 'UTF8' template template0`)
    const options = { ...server, username: name, password: 'x', database: name }
    const inside = postgres({ ...server, database: name, max: 1, onnotice: () => {} })
    try {
      await inside.unsafe(`grant create on schema public to ${name}`)
      await does(options, inside)
    } finally {
      await inside.end()
      await admin.unsafe(`drop database ${name} with (force)`)
      await admin.unsafe(`drop owned by ${name}; drop role ${name}`)
      await admin.end()
    }
  }

  const works = async (
    options: FreshDatabase['options'],
    walls: boolean,
    ownerOptions = options,
  ) => {
    const asOwner = openDatabase(ownerOptions)
    const relayDb = openDatabase(options, options, walls)
    try {
      const partner = await makePartner(asOwner)
      const request = requestToRecord(partner, { email: 'maria@example.com' })
      const { fresh: recorded } = await recordBatch(relayDb.record, [request], uuidv7(), 60_000)
      expect(recorded.size).toBe(1)
      expect(await asOwner.work`select 1 from events`).toHaveLength(1)
    } finally {
      await Promise.all([asOwner.close(), relayDb.close()])
    }
  }

  test('works behind the wall where it is a member of the roles', async () => {
    await withLogin('', async (options, admin) => {
      for (const part of parts) await admin.unsafe(`grant ${roleOf(part)} to ${options.username}`)
      await migrate(options)
      expect((await survey(options)).walls).toBe(true)
      await works(options, true)
    })
  })

  test('need own nothing', async () => {
    await withLogin('', async (options, admin) => {
      const owning = { ...options, username: server.username, password: server.password ?? '' }
      await migrate(owning)
      for (const part of parts) await admin.unsafe(`grant ${roleOf(part)} to ${options.username}`)
      expect(await survey(options)).toEqual({ pending: 0, encoding: 'UTF8', walls: true })
      await works(options, true, owning)
      const [row] =
        await admin`select has_table_privilege(${options.username}, 'installation', 'delete') as may`
      expect(row).toEqual({ may: false })
    })
  })

  test('works without it where it may not, and gains it when somebody makes it a member', async () => {
    await withLogin('', async (options, admin) => {
      await migrate(options)
      expect((await survey(options)).walls).toBe(false)
      await works(options, false)
      for (const part of parts) await admin.unsafe(`grant ${roleOf(part)} to ${options.username}`)
      expect((await survey(options)).walls).toBe(true)
      const opened = openDatabase(options, options, true)
      expect(await opened.work`select current_user as who`).toEqual([{ who: roleOf('worker') }])
      await opened.close()
    })
  })
})

describe('what only the owner may do, the worker has done for it', () => {
  const drop = (month: string) => `select moab_drop_bodies('${month}'::date) as dropped`
  const cut = (chain: string) => `select moab_cut_audit('${chain}') as gone`
  const monthOf = (back: number) => {
    const now = new Date()
    return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1))
      .toISOString()
      .slice(0, 10)
  }
  const makeMonth = async (back: number) => {
    const name = `event_bodies_${monthOf(back).slice(0, 7).replace('-', '_')}`
    await owner.unsafe(`create table ${name} partition of event_bodies
      for values from ('${monthOf(back)}') to ('${monthOf(back - 1)}')`)
    await owner.unsafe(`insert into event_bodies (partner_id, id, received_at, method, headers, body)
      values ('${own.partnerId}', '${uuidv7()}', '${monthOf(back)}', 'POST', '{}', '')`)
    return name
  }

  test('no month is dropped that somebody keeps, or that is none', async () => {
    const name = await makeMonth(3)
    expect(await as('worker', null, `drop table ${name}`)).toBe(denied)
    // Nobody has chosen anything: all is kept.
    expect(await as('worker', null, drop(monthOf(3)))).toEqual([{ dropped: false }])
    await owner`insert into retention (partner_id, bodies_days) values (${own.partnerId}, 30)`
    expect(await as('worker', null, drop(monthOf(3)))).toEqual([{ dropped: false }])
    await owner`insert into retention (partner_id, bodies_days) values (${other.partnerId}, 400)`
    expect(await as('worker', null, drop(monthOf(3)))).toEqual([{ dropped: false }])
    await owner`update retention set bodies_days = 30`
    expect(await as('worker', null, drop(monthOf(3)))).toEqual([{ dropped: true }])
    for (const month of [monthOf(0), monthOf(-1), monthOf(50)])
      expect(await as('worker', null, drop(month))).toEqual([{ dropped: false }])
  })

  test('no entry of the audit is cut off that is young, whatever the worker puts there', async () => {
    const chain = own.partnerId
    await owner`insert into retention (partner_id, audit_days) values (${chain}, 1)
      on conflict (partner_id) do update set audit_days = 1`
    const [first, second] = [uuidv7(), uuidv7()]
    for (const [id, days] of [
      [first, 400],
      [second, 300],
    ] as const)
      await owner`insert into audit_entries (id, partner_id, at, actor, action, detail)
        values (${id}, ${chain}, now() - ${days} * interval '1 day', 'test', 'config.applied', '{}')`
    await owner`insert into audit_chains (chain) values (${chain})`
    await owner`insert into audit_links (chain, seq, entry_id, hash) values (${chain}, 1, ${first}, ''), (${chain}, 2, ${second}, '')`
    const forged = `insert into audit_checkpoints (chain, seq, jws, created_at)
      values ('${chain}', 2, 'x', now() - interval '9 years'); `
    expect(await as('worker', null, forged + cut(chain))).toEqual([[], [{ gone: 0 }]])
    // A day is too short for the audit: what is younger than a year stays.
    await owner`insert into audit_checkpoints (chain, seq, jws, created_at) values (${chain}, 2, 'x', now() - interval '300 days')`
    expect(await as('worker', null, cut(chain))).toEqual([{ gone: 0 }])
    await owner.begin(async (tx) => {
      await tx`set local session_replication_role = 'replica'`
      await tx`update audit_checkpoints set created_at = now() - interval '380 days'`
      await tx`update audit_entries set at = now() - interval '390 days' where id = ${second}`
    })
    expect(await as('worker', null, cut(chain))).toEqual([{ gone: 2 }])
    // Nor is a door left open behind it, not even for the owner.
    const after = owner.begin(async (tx) => {
      await tx.unsafe(cut(chain))
      await tx`delete from audit_links`
    })
    await expect(after).rejects.toMatchObject({ code: '23000' })
  })

  test.each(parts.filter((part) => part !== 'worker'))('%s may do neither', async (part) => {
    expect(await as(part, own.partnerId, drop(monthOf(3)))).toBe(denied)
    expect(await as(part, own.partnerId, cut(own.partnerId))).toBe(denied)
  })

  test('who may erase sees no address of another partner’s erasure', async () => {
    for (const { partnerId } of [own, other])
      await owner`insert into erasures (partner_id, id, folded_key, email_sealed, requested_by)
        values (${partnerId}, ${uuidv7()}, '\x01', 'sealed', 'test')`
    const seen = 'select distinct partner_id as id from erasures'
    expect(await as('app', own.partnerId, seen)).toEqual([{ id: own.partnerId }])
    expect(await as('app', null, seen)).toEqual([])
    for (const part of ['ingest', 'access', 'operator', 'audit'] as const)
      expect(await as(part, null, 'select email_sealed from erasures')).toBe(denied)
  })
})
