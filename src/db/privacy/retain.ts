// What has been kept for long enough goes, a bounded number of rows at a time and never in the way of
// recording: a row that somebody has locked is left for the next time.
import { retentionRules, type Kept } from '../../privacy/retention.ts'
import { limits } from '../../limits.ts'
import { lockKeys } from '../locks.ts'
import { firstIdAt } from '../ledger/page.ts'
import { sqlState, type Sql, type Statements } from '../open.ts'

const columns = { bodies: 'bodies_days', ledger: 'ledger_days', audit: 'audit_days' } as const

/** The moment before which a row of the partner in `partner` is over. */
const over = (kept: Kept, partner: string) =>
  `now() - coalesce((select r.${columns[kept]} from retention r where r.partner_id = ${partner}), ${retentionRules[kept].days}) * interval '1 day'`

/**
 * Months of bodies that are over for every partner: their tables go, in milliseconds. Nobody is kept
 * waiting: where a lock is not to be had at once, they go the next time.
 */
export async function dropMonths(sql: Sql): Promise<string[]> {
  const rows = await sql.unsafe<{ name: string }[]>(
    `select c.relname as name from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    cross join lateral (select to_date(substring(c.relname from '_(\\d{4}_\\d\\d)$'), 'YYYY_MM') as month) m
    where i.inhparent = 'event_bodies'::regclass and m.month is not null
      and (m.month + interval '1 month') at time zone 'UTC' < (
        select now() - greatest($1::int, coalesce(max(bodies_days), 0)) * interval '1 day' from retention
      ) order by 1`,
    [retentionRules.bodies.days],
  )
  const dropped: string[] = []
  for (const { name } of rows) if (await dropMonth(sql, name)) dropped.push(name)
  return dropped
}

/** False: somebody reads there at this moment, or another relay was quicker. */
async function dropMonth(sql: Sql, name: string): Promise<boolean> {
  try {
    await sql.begin(async (tx) => {
      await tx.unsafe(`set local lock_timeout = ${limits.retentionLockMs}`)
      await tx`drop table if exists ${tx(name)}`
    })
    return true
  } catch (error) {
    if (sqlState(error) === lockNotAvailable) return false
    throw error
  }
}

const lockNotAvailable = '55P03'

export interface Swept {
  /** Where to go on; null once the end of what may be over was reached. */
  position: string | null
  gone: number
}

/**
 * One piece of a table whose ids begin with their time, in that order. `end`: what is younger is nobody's
 * to remove. One relay at a time; a second one finds nothing to do.
 */
async function sweep(
  sql: Sql,
  table: 'grants' | 'event_bodies',
  position: string,
  end: string,
  remove: (tx: Statements, from: string, to: string) => Promise<number>,
): Promise<Swept> {
  return sql.begin(async (tx) => {
    const [lock] = await tx`select pg_try_advisory_xact_lock(${lockKeys.retention}) as ours`
    if (lock?.['ours'] !== true) return { position: null, gone: 0 }
    const [piece] = await tx.unsafe<{ last: string | null; whole: boolean }[]>(
      `select max(id::text)::uuid as last, count(*) = $3::int as whole from (
        select id from ${table} where id > $1::uuid and id < $2::uuid order by id limit $3::int
      ) p`,
      [position, end, limits.retentionRowsAtOnce],
    )
    if (piece === undefined || piece.last === null) return { position: null, gone: 0 }
    const gone = await remove(tx, position, piece.last)
    return { position: piece.whole ? piece.last : null, gone }
  })
}

/** The least id that is younger than anything which may be over for anybody. */
export async function endOf(sql: Sql, kept: 'bodies' | 'ledger'): Promise<string> {
  const { days } = retentionRules[kept]
  const [row] = await sql.unsafe<{ ms: number }[]>(
    `select (extract(epoch from now() - least($1::int, min(${columns[kept]})) * interval '1 day') * 1000)::float8 as ms from retention`,
    [days],
  )
  return firstIdAt(Math.round(row?.ms ?? 0) + limits.idClockErrorMsMax)
}

const within = 'id > $1::uuid and id <= $2::uuid'

export const sweepBodies = (sql: Sql, position: string, end: string): Promise<Swept> =>
  sweep(sql, 'event_bodies', position, end, async (tx, from, to) => {
    const rows = await tx.unsafe(
      `delete from event_bodies b where ${within} and b.received_at < ${over('bodies', 'b.partner_id')} returning 1`,
      [from, to],
    )
    return rows.length
  })

/** With what was asked about them. What still waits for somebody stays. */
export async function sweepEvents(
  sql: Sql,
  partnerId: string,
  position: string,
  end: string,
): Promise<Swept> {
  return sql.begin(async (tx) => {
    const [lock] = await tx`select pg_try_advisory_xact_lock(${lockKeys.retention}) as ours`
    if (lock?.['ours'] !== true) return { position: null, gone: 0 }
    const rows = await tx.unsafe<{ id: string; gone: boolean }[]>(
      `with piece as materialized (
        select id, state <> 'parked' and received_at < ${over('ledger', '$1::uuid')} as over from events
        where partner_id = $1::uuid and id > $2::uuid and id < $3::uuid order by id limit $4::int
      ), gone as materialized (
        select e.id from events e join piece p on p.id = e.id
        where e.partner_id = $1::uuid and p.over for update of e skip locked
      ), asked as (
        delete from lookup_attempts a using gone where a.partner_id = $1::uuid and a.event_id = gone.id
      ), looked as (
        delete from lookups l using gone where l.partner_id = $1::uuid and l.event_id = gone.id
      ), removed as (
        delete from events e using gone where e.partner_id = $1::uuid and e.id = gone.id returning e.id
      )
      select p.id, r.id is not null as gone from piece p left join removed r on r.id = p.id order by p.id`,
      [partnerId, position, end, limits.retentionRowsAtOnce],
    )
    const whole = rows.length === limits.retentionRowsAtOnce
    return {
      position: whole ? (rows.at(-1)?.id ?? null) : null,
      gone: rows.filter(({ gone }) => gone).length,
    }
  })
}

/**
 * Of a grant the address goes, and its calls; the keyed hash stays, so that each email is granted once
 * per campaign for ever. What still waits to be sent keeps what it needs.
 */
export const sweepGrants = (sql: Sql, position: string, end: string): Promise<Swept> =>
  sweep(sql, 'grants', position, end, async (tx, from, to) => {
    const rows = await tx.unsafe(
      `with gone as materialized (
        select id, partner_id from grants g
        where ${within} and email is not null and state not in ('queued', 'sending', 'held', 'attention')
          and coalesce(settled_at, created_at) < ${over('ledger', 'g.partner_id')}
        for update skip locked
      ), called as (
        delete from attempts a using gone where a.partner_id = gone.partner_id and a.grant_id = gone.id
      )
      update grants g set email = null from gone where g.id = gone.id and g.partner_id = gone.partner_id returning 1`,
      [from, to],
    )
    return rows.length
  })

/** What is few: samples of refused requests, addresses of customers, alarms that are over. */
export async function sweepFew(sql: Sql): Promise<number> {
  const statements = [
    `delete from rejections where (partner_id, id) in (
      select r.partner_id, r.id from rejections r where r.at < ${over('bodies', 'r.partner_id')} limit $1::int)`,
    `delete from contacts where (partner_id, source_id, customer_key) in (
      select c.partner_id, c.source_id, c.customer_key from contacts c where c.at < ${over('ledger', 'c.partner_id')} limit $1::int)`,
    `delete from alarms where id in (
      select a.id from alarms a where a.closed_at < ${over('ledger', 'a.partner_id')} limit $1::int)`,
  ]
  let gone = 0
  for (const statement of statements) {
    const rows = await sql.unsafe(`${statement} returning 1`, [limits.retentionRowsAtOnce])
    gone += rows.length
  }
  return gone
}

/**
 * The oldest piece of a chain that ends with a checkpoint and is over: entries, links and checkpoints
 * before that one go; the checkpoint and its link are the new beginning, signed long ago.
 */
export async function cutChain(sql: Sql, chain: string): Promise<number> {
  return sql.begin(async (tx) => {
    const held = await tx`select 1 from audit_chains where chain = ${chain} for update skip locked`
    if (held.length === 0) return 0
    const [cut] = await tx.unsafe<{ seq: string }[]>(
      `select c.seq::text from audit_checkpoints c
      where c.chain = $1::uuid and c.created_at < ${over('audit', '$1::uuid')}
        and c.seq > (select min(seq) from audit_links where chain = $1::uuid)
        and exists (select from audit_links l where l.chain = $1::uuid and l.seq = c.seq)
      order by c.seq limit 1`,
      [chain],
    )
    if (cut === undefined) return 0
    await tx`set local moab.retention = 'on'`
    const entries = await tx`
      delete from audit_entries e using audit_links l
      where l.chain = ${chain} and l.seq <= ${cut.seq} and e.id = l.entry_id returning 1`
    await tx`delete from audit_links where chain = ${chain} and seq < ${cut.seq}`
    await tx`delete from audit_checkpoints where chain = ${chain} and seq < ${cut.seq}`
    return entries.length
  })
}

export async function chainsKept(sql: Sql): Promise<string[]> {
  const rows = await sql<{ chain: string }[]>`select chain from audit_chains order by chain`
  return rows.map(({ chain }) => chain)
}
