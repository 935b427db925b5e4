// A database of its own, a vault, and the moves every test of the config file makes.
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { configVersion } from '../../src/db/directory.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import type { Outgoing } from '../../src/outgoing/outgoing.ts'
import { applyConfig, describeProblems, type Applied } from '../../src/partners/apply.ts'
import { isChange, type Change } from '../../src/partners/changes.ts'
import { exportConfig } from '../../src/partners/export.ts'
import { createVault, type Vault } from '../../src/vault.ts'
import { freshDatabase } from '../support/database.ts'
import { toPublic } from '../support/outgoing.ts'

export interface Scene {
  db: Database
  vault: Vault
  apply(text: string, options?: Options): ReturnType<typeof applyConfig>
  /** Throws what is wrong with the file. */
  applied(text: string, options?: Options): Promise<Applied>
  print(options?: { partner?: string; secrets?: boolean }): Promise<string>
  version(): Promise<number>
  /** Every row of the tables that a config file can change, as text. */
  dump(): Promise<string>
  rows(statement: string): Promise<Record<string, unknown>[]>
  empty(): Promise<void>
  close(): Promise<void>
}

export interface Options {
  env?: Record<string, string>
  files?: Record<string, string>
  dryRun?: boolean
  outgoing?: Outgoing
}

export const now = Date.UTC(2026, 10, 1)
export const apiKey = '11111111-2222-4333-8444-555555555555'

const tables = [
  'partners',
  'campaigns',
  'campaign_health',
  'sources',
  'credentials',
  'rules',
  'installation',
  'audit_entries',
]

export async function openScene(): Promise<Scene> {
  const database = await freshDatabase()
  const db = openDatabase(database.options)
  const relayDb = openDatabase(database.options, database.options, true)
  const vault = createVault([Buffer.alloc(32, 7)])
  const rows = async (statement: string) =>
    z
      .array(z.record(z.string(), z.unknown()))
      .parse([...(await db.orm.execute(sql.raw(statement)))])
  const apply = (
    text: string,
    { env = {}, files = {}, dryRun = false, outgoing = toPublic }: Options = {},
  ) =>
    applyConfig({ orm: relayDb.orm, vault, outgoing, now: () => now }, text, {
      file: '/etc/relay/relay.yaml',
      env,
      readFile: async (path) => files[path] ?? Promise.reject(new Error('ENOENT')),
      dryRun,
      actor: 'test',
    })
  return {
    db,
    vault,
    apply,
    async applied(text, options) {
      const result = await apply(text, options)
      if (!result.ok) throw new Error(describeProblems(result.problems))
      return result
    },
    print: (options) => exportConfig({ orm: relayDb.orm, vault }, options),
    version: () => configVersion(db.orm),
    rows,
    async dump() {
      const parts = await Promise.all(
        tables.map((table) => rows(`select t::text as row from ${table} t order by 1`)),
      )
      return JSON.stringify(parts, null, 1)
    },
    async empty() {
      await db.orm.transaction(async (tx) => {
        await tx.execute(sql`set local moab.retention = 'on'`)
        await tx.execute(sql`truncate partners, audit_entries cascade`)
      })
    },
    async close() {
      await relayDb.close()
      await db.close()
      await database.drop()
    },
  }
}

export const did = (changes: readonly Change[]) =>
  changes.filter(isChange).map(({ action, kind, name }) => `${action} ${kind} ${name}`)
