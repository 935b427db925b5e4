// Indexes that a migration cannot build on large tables: it runs in a transaction, and would keep every
// relay from recording until it is done. They are built beside the work, one after the other; until
// then the questions they are for take longer. See docs/decisions/0005-pages-look-at-so-many-rows.md.
import postgres from 'postgres'
import { limits } from '../limits.ts'
import { lockKeys } from './locks.ts'
import type { DatabaseOptions, Sql } from './open.ts'

interface LateIndex {
  name: string
  on: string
  /** An older one that is not needed once this one is there. */
  instead?: string
}

const lateIndexes: readonly LateIndex[] = [
  { name: 'attempts_newest', on: 'attempts (partner_id, at, grant_id, attempt)' },
  {
    name: 'events_person_newest',
    on: 'events (partner_id, email_key, id) where email_key is not null',
    instead: 'events_person',
  },
  { name: 'events_type', on: 'events (partner_id, type, id)' },
  {
    name: 'events_state',
    on: "events (partner_id, state, id) where state in ('unreadable', 'test', 'parked')",
  },
  {
    name: 'events_reason',
    on: "events (partner_id, reason, id) where reason not in ('matched', 'no_type_match')",
  },
  {
    name: 'events_key_person',
    on: "events (partner_id, lower(event_key)) where position('@' in event_key) > 0",
  },
  { name: 'grants_campaign', on: 'grants (campaign_id, id)' },
  {
    name: 'grants_person_cased',
    on: 'grants (partner_id, folded_key) where folded_key <> email_key',
    instead: 'grants_person_folded',
  },
]

/** Those that are missing or half built. */
export async function lackingIndexes(sql: Sql): Promise<string[]> {
  const there = await sql<{ name: string }[]>`
    select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
    where i.indisvalid and c.relnamespace = current_schema()::regnamespace
      and c.relname = any(${lateIndexes.map(({ name }) => name)})`
  const valid = new Set(there.map(({ name }) => name))
  return lateIndexes.flatMap(({ name }) => (valid.has(name) ? [] : [name]))
}

/**
 * One relay builds, on a connection of its own, past a pooler: the lock is its session's, and goes with
 * it. What a killed relay left half built is taken away and built anew.
 */
export async function buildIndexes(
  sql: Sql,
  direct: DatabaseOptions,
  signal: AbortSignal,
): Promise<void> {
  if ((await lackingIndexes(sql)).length === 0) return
  const builder = postgres({
    ...direct,
    max: 1,
    onnotice: () => {},
    connect_timeout: limits.databaseConnectMs / 1000,
    connection: { ...direct.connection, application_name: 'moab-relay indexes' },
  })
  // What is being built at the end of the relay is not waited for.
  signal.addEventListener('abort', () => void builder.end({ timeout: 0 }), { once: true })
  try {
    const [lock] = await builder`select pg_try_advisory_lock(${lockKeys.indexes}) as ours`
    if (lock?.['ours'] !== true) return
    for (const name of await lackingIndexes(builder)) await buildOne(builder, name)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    await builder.end({ timeout: 5 })
  }
}

async function buildOne(builder: Sql, name: string): Promise<void> {
  const index = lateIndexes.find((one) => one.name === name)
  if (index === undefined) return
  await builder.unsafe(`drop index concurrently if exists ${name}`)
  await builder.unsafe(`create index concurrently ${name} on ${index.on}`)
  if (index.instead !== undefined)
    await builder.unsafe(`drop index concurrently if exists ${index.instead}`)
}
