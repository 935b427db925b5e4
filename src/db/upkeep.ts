// What keeps the database in shape and tells whether it is there.
import { sql as query } from 'drizzle-orm'
import type { Orm, Sql } from './open.ts'

const monthsAhead = 3

/** Partitions of the exact bodies, made before their month begins. */
export async function ensurePartitions(sql: Sql): Promise<void> {
  await sql`select ensure_event_body_partitions(${monthsAhead})`
}

/** Rejects when the database does not answer within a second. */
export async function ping(sql: Sql): Promise<void> {
  const answer = sql`select 1`
  const late = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error('the database does not answer')), 1000).unref(),
  )
  await Promise.race([answer, late])
}

/**
 * Settings under which a commit may be lost after it was answered, or a torn page after a crash
 * cannot be mended; empty where a commit lasts. Read as this session has them: a role or a database
 * may differ from the server.
 */
export async function frailSettings(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select name from pg_settings
    where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off' order by name`
  return rows.map(({ name }) => name)
}

export async function serverVersion(sql: Sql): Promise<string> {
  const [row] = await sql<
    { version: string }[]
  >`select current_setting('server_version') as version`
  return row?.version ?? ''
}

/** This machine's clock minus the database's. */
export async function clockDifferenceMs(sql: Sql): Promise<number> {
  const before = Date.now()
  const [row] = await sql<
    { ms: number }[]
  >`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`
  const middle = (before + Date.now()) / 2
  return Math.round(middle - (row?.ms ?? middle))
}

/** Whether this database follows another, and by how much it is behind what it has received. */
export async function replicaState(orm: Orm): Promise<{ isReplica: boolean; behindMs: number }> {
  const [row] = await orm.execute<{ isReplica: boolean; behindMs: number }>(query`
    select pg_is_in_recovery() as "isReplica", case
      when not pg_is_in_recovery() or pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0
      else coalesce(extract(epoch from now() - pg_last_xact_replay_timestamp()) * 1000, 0) end::float8 as "behindMs"`)
  return row ?? { isReplica: false, behindMs: 0 }
}

export interface UnwellCampaign {
  partner: string
  campaign: string
  state: string
  reason: string
  waiting: number
}

export async function unwellCampaigns(sql: Sql): Promise<UnwellCampaign[]> {
  return sql<UnwellCampaign[]>`
    select p.name as partner, c.name as campaign, h.state, h.reason,
      (select count(*)::int from grants g where g.campaign_id = c.id and g.state in ('queued', 'held')) as waiting
    from campaign_health h
    join campaigns c on c.partner_id = h.partner_id and c.id = h.campaign_id
    join partners p on p.id = c.partner_id
    where h.state <> 'healthy' and c.archived_at is null order by p.name, c.name`
}
