// What has been kept for long enough goes, a bounded number of rows at a time and never in the way of
// recording: a row that somebody has locked is left for the next time.
import { limits } from '../../limits.ts'
import { lockKeys } from '../locks.ts'
import { firstIdAt } from '../ledger/page.ts'
import { sqlState, type Sql, type Statements } from '../open.ts'

const columns = { bodies: 'bodies_days', ledger: 'ledger_days', audit: 'audit_days' } as const

/** The moment before which a row of the partner in `partner` is over; null: never. */
const over = (kept: 'bodies' | 'ledger', partner: string) =>
  `now() - (select r.${columns[kept]} from retention r where r.partner_id = ${partner}) * interval '1 day'`

/** The same of what belongs to no partner: kept as long as the ledger of any. */
const overForAll = `now() - (
  select case when bool_and(r.ledger_days is not null) then max(r.ledger_days) end
  from partners p left join retention r on r.partner_id = p.id) * interval '1 day'`

/**
 * Months of bodies that are over for every partner, or of which nothing is left: their tables go, in
 * milliseconds. Nobody is kept waiting: where a lock is not to be had at once, they go the next time.
 */
export async function dropMonths(sql: Sql): Promise<string[]> {
  const months = await sql<{ name: string; month: string }[]>`
    select c.relname as name, m.month::text from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    cross join lateral (select to_date(substring(c.relname from '_(\\d{4}_\\d\\d)$'), 'YYYY_MM') as month) m
    where i.inhparent = 'event_bodies'::regclass and m.month + interval '1 month' < now() at time zone 'UTC' order by 1`
  const dropped: string[] = []
  for (const { name, month } of months) if (await dropMonth(sql, month)) dropped.push(name)
  return dropped
}

/** False: it is not over, somebody reads there at this moment, or another relay was quicker. */
async function dropMonth(sql: Sql, month: string): Promise<boolean> {
  try {
    return await sql.begin(async (tx) => {
      await tx.unsafe(`set local lock_timeout = ${limits.retentionLockMs}`)
      const [row] = await tx<
        { dropped: boolean }[]
      >`select moab_drop_bodies(${month}::date) as dropped`
      return row?.dropped === true
    })
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

/** The least id that is younger than anything which may be over for anybody; null: all keep all. */
export async function endOf(sql: Sql, kept: 'bodies' | 'ledger'): Promise<string | null> {
  const [row] = await sql.unsafe<{ ms: number | null }[]>(
    `select (extract(epoch from now() - min(${columns[kept]}) * interval '1 day') * 1000)::float8 as ms from retention`,
  )
  const ms = row?.ms ?? null
  return ms === null ? null : firstIdAt(Math.round(ms) + limits.idClockErrorMsMax)
}

const within = 'id > $1::uuid and id <= $2::uuid'

/** What an event still waits to be read from stays. */
export const sweepBodies = (sql: Sql, position: string, end: string): Promise<Swept> =>
  sweep(sql, 'event_bodies', position, end, async (tx, from, to) => {
    const rows = await tx.unsafe(
      `delete from event_bodies b where ${within} and b.received_at < ${over('bodies', 'b.partner_id')}
        and not exists (select from events e where e.partner_id = b.partner_id and e.state = 'parked' and e.body_id = b.id)
      returning 1`,
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
      ), replayed as (
        delete from replays r using gone where r.partner_id = $1::uuid and r.event_id = gone.id
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
 * per campaign for ever. What still waits to be sent keeps what it needs. An erasure has taken the address and
 * left the calls, which hold nothing of the person: they go when they are over.
 */
export const sweepGrants = (sql: Sql, position: string, end: string): Promise<Swept> =>
  sweep(sql, 'grants', position, end, async (tx, from, to) => {
    const rows = await tx.unsafe(
      `with gone as materialized (
        select id, partner_id from grants g
        where ${within} and state not in ('queued', 'sending', 'held', 'attention')
          and (email is not null or exists (select from attempts a where a.partner_id = g.partner_id and a.grant_id = g.id)
            or exists (select from retries r where r.partner_id = g.partner_id and r.grant_id = g.id))
          and coalesce(settled_at, created_at) < ${over('ledger', 'g.partner_id')}
        for update skip locked
      ), called as (
        delete from attempts a using gone where a.partner_id = gone.partner_id and a.grant_id = gone.id
      ), retried as (
        delete from retries r using gone where r.partner_id = gone.partner_id and r.grant_id = gone.id
      )
      update grants g set email = null from gone where g.id = gone.id and g.partner_id = gone.partner_id returning 1`,
      [from, to],
    )
    return rows.length
  })

/** What has no order by time: samples of refused requests, addresses of customers, alarms and jobs that are over. */
export async function sweepFew(
  sql: Sql,
  goesOn: () => boolean,
  rested: (workedMs: number) => Promise<unknown>,
): Promise<number> {
  const statements = [
    `delete from rejections where (partner_id, id) in (
      select r.partner_id, r.id from rejections r where r.at < ${over('bodies', 'r.partner_id')} limit $1::int)`,
    `delete from contacts where (partner_id, source_id, customer_key) in (
      select c.partner_id, c.source_id, c.customer_key from contacts c where c.at < ${over('ledger', 'c.partner_id')} limit $1::int)`,
    // Left by relays of before 0019, and by what ended otherwise than by its lookup.
    `delete from parked_parts where (partner_id, event_id) in (
      select p.partner_id, p.event_id from parked_parts p where not exists (
        select from events e where e.partner_id = p.partner_id and e.id = p.event_id and e.state = 'parked'
      ) limit $1::int)`,
    `delete from alarms where id in (
      select a.id from alarms a
      where a.closed_at < case when a.partner_id is null then ${overForAll} else ${over('ledger', 'a.partner_id')} end limit $1::int)`,
    `with old as materialized (
      select j.partner_id, j.id from jobs j where j.ended_at < ${over('ledger', 'j.partner_id')} limit 20 for update skip locked
    ), items as (
      delete from job_items i using old o where i.partner_id = o.partner_id and i.job_id = o.id
    )
    delete from jobs using old where jobs.partner_id = old.partner_id and jobs.id = old.id and $1::int > 0`,
  ]
  let gone = 0
  for (const statement of statements) {
    let removed: number
    do {
      const started = performance.now()
      const rows = await sql.unsafe(`${statement} returning 1`, [limits.retentionRowsAtOnce])
      removed = rows.length
      gone += removed
      if (removed > 0) await rested(performance.now() - started)
    } while (removed > 0 && goesOn())
  }
  return gone
}

/** Takes the oldest piece of a chain away that is over and ends with a checkpoint; how many entries went. */
export async function cutChain(sql: Sql, chain: string): Promise<number> {
  const [row] = await sql<{ gone: number }[]>`select moab_cut_audit(${chain}::uuid) as gone`
  return row?.gone ?? 0
}

export async function chainsKept(sql: Sql): Promise<string[]> {
  const rows = await sql<{ chain: string }[]>`select chain from audit_chains order by chain`
  return rows.map(({ chain }) => chain)
}

/** Partners whose ledger is not kept without end. */
export async function partnersWithEnd(sql: Sql): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select partner_id as id from retention where ledger_days is not null order by 1`
  return rows.map(({ id }) => id)
}
