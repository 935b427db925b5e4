// Entries with a chosen age, and the moves of somebody who owns the database.
import { Chaining } from '../../src/access/chaining.ts'
import { publishedKeys } from '../../src/access/signing.ts'
import { checkChain, type Checked } from '../../src/access/trail.ts'
import { openDatabase, type Database, type Statements } from '../../src/db/open.ts'
import { partners } from '../../src/db/schema.ts'
import { uuidv7 } from '../../src/ids.ts'
import { createVault, type Vault } from '../../src/vault.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'

export interface AuditScene {
  fresh: FreshDatabase
  db: Database
  vault: Vault
  chaining(): Chaining
  makePartner(): Promise<string>
  check(chain: string): Promise<Checked>
  /** With the triggers off, as a superuser may. */
  tamper(does: (sql: Statements) => Promise<unknown>): Promise<void>
  close(): Promise<void>
}

export async function openAuditScene(key = Buffer.alloc(32, 7)): Promise<AuditScene> {
  const fresh = await freshDatabase()
  const sizes = { record: 12, work: 4, orm: 3, questions: 1 }
  const db = openDatabase(fresh.options, { sizes })
  const vault = createVault([key])
  return {
    fresh,
    db,
    vault,
    chaining: () => new Chaining({ sql: db.work, orm: db.orm, vault, now: Date.now }),
    async makePartner() {
      const id = uuidv7()
      await db.orm.insert(partners).values({ id, name: `partner ${id}` })
      return id
    },
    check: async (chain) => checkChain({ sql: db.work, keys: await publishedKeys(db.orm) }, chain),
    async tamper(does) {
      await db.work.begin(async (tx) => {
        await tx`set local session_replication_role = 'replica'`
        await does(tx)
      })
    },
    async close() {
      await db.close()
      await fresh.drop()
    },
  }
}

/** As writeAudit does it, but old enough to be chained at once. Resolves with the id. */
export async function insertEntry(
  sql: Statements,
  partnerId: string | null,
  { id = uuidv7(), secondsAgo = 30 }: { id?: string; secondsAgo?: number } = {},
): Promise<string> {
  await sql`
    insert into audit_entries (id, partner_id, at, actor, action, subject, detail)
    values (${id}, ${partnerId}, clock_timestamp() - ${secondsAgo} * interval '1 s', 'test', 'links.made', ${id},
      '{"count": 3, "campaign": "весна"}')`
  return id
}

/** An id as it was made so long ago. */
export function oldId(msAgo: number): string {
  const time = (Date.now() - msAgo).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-${uuidv7().slice(14)}`
}
