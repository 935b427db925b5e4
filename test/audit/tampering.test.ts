// Whatever somebody who owns the database does to the past, the check names the first row that shows it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { linkHash, origin } from '../../src/access/chain.ts'
import { readCheckpoint, signCheckpoint } from '../../src/access/checkpoint.ts'
import { openSigner, publishedKeys, type Signer } from '../../src/access/signing.ts'
import { checkKept, trailFaults, type TrailFault } from '../../src/access/trail.ts'
import { linksAfter, newestCheckpoint } from '../../src/db/audit/trail.ts'
import type { Statements } from '../../src/db/open.ts'
import { createVault } from '../../src/vault.ts'
import { insertEntry, oldId, openAuditScene, type AuditScene } from './scene.ts'

let it: AuditScene
let stranger: Signer
/** A chain of ten links with a checkpoint at the fifth. */
let chain: string
let ids: string[]

beforeAll(async () => {
  it = await openAuditScene()
  const other = await openAuditScene()
  const vault = createVault([Buffer.alloc(32, 9)])
  stranger = await openSigner({ orm: other.db.orm, vault })
  await other.close()
})
afterAll(() => it.close())

beforeEach(async () => {
  chain = await it.makePartner()
  ids = []
  for (const _ of [1, 2]) {
    for (let n = 0; n < 5; n++) ids.push(await insertEntry(it.db.work, chain))
    await it.chaining().round()
  }
  expect(await it.check(chain)).toEqual({ links: 10, checkpoints: 1, waiting: 0, broken: null })
})

const own = () => openSigner({ orm: it.db.orm, vault: it.vault })
/** By way of numbers that are free. */
async function moved(sql: Statements, from: number, by: number): Promise<void> {
  await sql`update audit_links set seq = seq + 1000 where chain = ${chain} and seq >= ${from}`
  await sql`update audit_links set seq = seq - 1000 + ${by}::int where chain = ${chain} and seq > 1000`
}

/** Everything from this place on as if it had always been so: what the owner of the database can do. */
async function rehash(sql: Statements, from: number): Promise<void> {
  const links = await linksAfter(it.db.work, chain, 0)
  let { hash } = links[from - 2] ?? origin(chain)
  for (const { seq, entry } of links.slice(from - 1)) {
    if (entry === null) throw new Error('no entry')
    hash = linkHash(hash, seq === from ? { ...entry, actor: 'another' } : entry)
    await sql`update audit_links set hash = ${hash} where chain = ${chain} and seq = ${seq}`
  }
  await sql`update audit_entries set actor = 'another' where id = ${ids[from - 1] ?? ''}`
}

async function resign(sql: Statements, signer: Signer, more: object = {}): Promise<void> {
  const stored = await newestCheckpoint(it.db.work, chain)
  const keys = await publishedKeys(it.db.orm)
  const said = await readCheckpoint(keys, stored?.jws ?? '')
  if (said === undefined) throw new Error('no checkpoint')
  const [link] = await sql<{ hash: Buffer }[]>`
    select hash from audit_links where chain = ${chain} and seq = ${said.seq}`
  const hash = link?.hash.toString('hex') ?? ''
  const jws = await signCheckpoint(signer, { ...said, hash, ...more })
  await sql`update audit_checkpoints set jws = ${jws} where chain = ${chain}`
}

interface Deed {
  does: string
  tamper(sql: Statements): Promise<unknown>
  found: { fault: TrailFault; seq: number | null }
}

const deeds: Deed[] = [
  {
    does: 'another actor',
    tamper: (sql) => sql`update audit_entries set actor = 'nobody' where id = ${ids[2] ?? ''}`,
    found: { fault: 'entry_changed', seq: 3 },
  },
  {
    does: 'another time, by a microsecond',
    tamper: (sql) =>
      sql`update audit_entries set at = at + interval '1 microsecond' where id = ${ids[2] ?? ''}`,
    found: { fault: 'entry_changed', seq: 3 },
  },
  {
    does: 'another number in the detail',
    tamper: (sql) =>
      sql`update audit_entries set detail = detail || '{"count": 4}' where id = ${ids[0] ?? ''}`,
    found: { fault: 'entry_changed', seq: 1 },
  },
  {
    does: 'nobody’s instead of the partner’s',
    tamper: (sql) => sql`update audit_entries set partner_id = null where id = ${ids[6] ?? ''}`,
    found: { fault: 'entry_changed', seq: 7 },
  },
  {
    does: 'the last entry changed',
    tamper: (sql) => sql`update audit_entries set subject = null where id = ${ids[9] ?? ''}`,
    found: { fault: 'link_changed', seq: 10 },
  },
  {
    does: 'an entry removed',
    tamper: (sql) => sql`delete from audit_entries where id = ${ids[3] ?? ''}`,
    found: { fault: 'entry_removed', seq: 4 },
  },
  {
    does: 'an entry removed with its link',
    async tamper(sql) {
      await sql`delete from audit_entries where id = ${ids[3] ?? ''}`
      await sql`delete from audit_links where entry_id = ${ids[3] ?? ''}`
    },
    found: { fault: 'link_removed', seq: 5 },
  },
  {
    does: 'the first entry removed with its link',
    async tamper(sql) {
      await sql`delete from audit_entries where id = ${ids[0] ?? ''}`
      await sql`delete from audit_links where entry_id = ${ids[0] ?? ''}`
    },
    found: { fault: 'link_removed', seq: 2 },
  },
  {
    does: 'an entry removed with its link, and the gap closed',
    async tamper(sql) {
      await sql`delete from audit_entries where id = ${ids[3] ?? ''}`
      await sql`delete from audit_links where entry_id = ${ids[3] ?? ''}`
      await moved(sql, 5, -1)
    },
    found: { fault: 'entry_changed', seq: 4 },
  },
  {
    does: 'a link removed, its entry left',
    tamper: (sql) => sql`delete from audit_links where chain = ${chain} and seq = 7`,
    found: { fault: 'link_removed', seq: 8 },
  },
  {
    does: 'another hash',
    tamper: (sql) =>
      sql`update audit_links set hash = ${Buffer.alloc(32)} where chain = ${chain} and seq = 6`,
    found: { fault: 'link_changed', seq: 6 },
  },
  {
    does: 'an entry put in between, and the rest moved on',
    async tamper(sql) {
      const id = await insertEntry(sql, chain)
      await moved(sql, 8, 1)
      await sql`insert into audit_links values (${chain}, 8, ${id}, ${Buffer.alloc(32, 1)})`
    },
    found: { fault: 'inserted', seq: 8 },
  },
  {
    does: 'an entry put at the end with a hash that does not continue the chain',
    async tamper(sql) {
      const id = await insertEntry(sql, chain)
      await sql`insert into audit_links values (${chain}, 11, ${id}, ${Buffer.alloc(32, 1)})`
    },
    found: { fault: 'link_changed', seq: 11 },
  },
  {
    does: 'an entry of nobody’s put at the end with a hash that fits',
    async tamper(sql) {
      const id = await insertEntry(sql, null)
      await sql`insert into audit_links values (${chain}, 11, ${id}, ${Buffer.alloc(32, 1)})`
      const link = (await linksAfter(sql, chain, 9)).map(({ entry }) => entry)
      const [{ hash } = { hash: Buffer.alloc(0) }] = await linksAfter(sql, chain, 9, 1)
      const fits = link[1] ? linkHash(hash, link[1]) : hash
      await sql`update audit_links set hash = ${fits} where chain = ${chain} and seq = 11`
    },
    found: { fault: 'entry_foreign', seq: 11 },
  },
  {
    does: 'the end cut off, with its entries',
    async tamper(sql) {
      await sql`delete from audit_links where chain = ${chain} and seq > 3`
      await sql`delete from audit_entries where id in ${sql(ids.slice(3))}`
    },
    found: { fault: 'chain_short', seq: 5 },
  },
  {
    does: 'everything rewritten from an entry on',
    tamper: (sql) => rehash(sql, 3),
    found: { fault: 'checkpoint_mismatch', seq: 5 },
  },
  {
    does: 'everything rewritten, the checkpoint signed with a key of one’s own',
    async tamper(sql) {
      await rehash(sql, 3)
      await resign(sql, stranger)
    },
    found: { fault: 'checkpoint_unsigned', seq: 5 },
  },
  {
    does: 'a checkpoint that is none',
    tamper: (sql) => sql`update audit_checkpoints set jws = 'x' where chain = ${chain}`,
    found: { fault: 'checkpoint_unsigned', seq: 5 },
  },
  {
    does: 'a true checkpoint at another place',
    tamper: (sql) => sql`update audit_checkpoints set seq = 6 where chain = ${chain}`,
    found: { fault: 'checkpoint_elsewhere', seq: 6 },
  },
  {
    does: 'an entry on no chain, older than the checkpoint',
    tamper: (sql) => insertEntry(sql, chain, { id: oldId(7_200_000), secondsAgo: 7200 }),
    found: { fault: 'entry_outside', seq: null },
  },
]

test.each(deeds)('$does: found', async ({ tamper, found }) => {
  await it.tamper(tamper)
  const { broken } = await it.check(chain)
  expect(broken).toMatchObject(found)
})

test('an entry that is put in with an old time gets a place, and is found there', async () => {
  const id = await insertEntry(it.db.work, chain, { id: oldId(7_200_000), secondsAgo: 7200 })
  await it.chaining().round()
  const broken = { fault: 'entry_late', seq: 11, entryId: id }
  expect(await it.check(chain)).toMatchObject({ broken })
})

test('each fault is tried', () => {
  const tried = new Set<string>(deeds.map(({ found }) => found.fault)).add('entry_late')
  // Those of a chain that retention has cut: see test/privacy/retention.test.ts.
  tried.add('cut_early').add('cut_since')
  expect(Object.keys(trailFaults).filter((fault) => !tried.has(fault))).toEqual([])
})

test('whoever has the keys as well can rewrite everything; a kept checkpoint still shows it', async () => {
  const keys = await publishedKeys(it.db.orm)
  const parts = { sql: it.db.work, keys }
  const kept = await readCheckpoint(keys, (await newestCheckpoint(it.db.work, chain))?.jws ?? '')
  if (kept === undefined) throw new Error('no checkpoint')
  expect(await checkKept(parts, kept)).toBeUndefined()
  await it.tamper(async (sql) => {
    await rehash(sql, 3)
    await resign(sql, await own())
  })
  expect((await it.check(chain)).broken).toBeNull()
  expect(await checkKept(parts, kept)).toBe('checkpoint_mismatch')
  await it.tamper((sql) => sql`delete from audit_links where chain = ${chain} and seq > 4`)
  expect(await checkKept(parts, kept)).toBe('chain_short')
})

describe.each(['audit_entries', 'audit_links', 'audit_checkpoints'])('%s', (table) => {
  const column = table === 'audit_entries' ? 'actor' : 'chain'
  const statements = {
    UPDATE: `update ${table} set ${column} = ${column}`,
    DELETE: `delete from ${table}`,
    TRUNCATE: `truncate ${table}`,
  }

  test.each(Object.entries(statements))('takes no %s', async (operation, statement) => {
    await expect(it.db.work.unsafe(statement)).rejects.toThrow(
      `rows of ${table} are only ever added: ${operation} is refused`,
    )
  })

  test('lets retention take rows away, and change none', async () => {
    const undone = new Error('undone')
    const asRetention = (statement: string) =>
      it.db.work.begin(async (tx) => {
        await tx`set local moab.retention = 'on'`
        await tx.unsafe(statement)
        throw undone
      })
    await expect(asRetention(statements.DELETE)).rejects.toBe(undone)
    await expect(asRetention(statements.TRUNCATE)).rejects.toBe(undone)
    await expect(asRetention(statements.UPDATE)).rejects.toThrow('UPDATE is refused')
    await expect(it.db.work.unsafe(statements.DELETE)).rejects.toThrow('DELETE is refused')
  })
})
