// Pages by key: newest first, each row once, however many are added meanwhile and however deep the
// page lies.
import { and, desc, eq, gte, inArray, lt, sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { limits } from '../../limits.ts'
import type { replays, retries } from '../jobs/schema.ts'
import type { events, grants, rejections } from '../schema.ts'
import type { Owner, Reader } from './reading.ts'

export interface PageWanted {
  limit: number
  /** Id of the last row of the page before. */
  after?: string | undefined
}

export interface Page<Row> {
  rows: Row[]
  /** Id to go on after; null on the last page. */
  next: string | null
}

/** Asked for one row more than the page holds: that one tells whether there is another page. */
export function cutPage<Row extends { id: string }>(rows: Row[], limit: number): Page<Row> {
  const shown = rows.slice(0, limit)
  return { rows: shown, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}

/** Rows of one partner, or of all, after a page: for lists that are short, or led by an index of their own. */
export const ownRows = (
  owner: Owner,
  of: { id: PgColumn; partnerId: PgColumn },
  { after }: PageWanted,
): SQL | undefined =>
  and(
    owner === null ? undefined : eq(of.partnerId, owner),
    after === undefined ? undefined : lt(of.id, after),
  )

type Paged = typeof events | typeof grants | typeof rejections | typeof retries | typeof replays

/** `rowsOf` gets a condition for the rows of the page and their order. */
export async function readPage<Row>(
  tx: Reader,
  table: Paged,
  owner: Owner,
  filters: readonly (SQL | undefined)[],
  { limit, after }: PageWanted,
  rowsOf: (these: SQL | undefined, order: SQL) => Promise<Row[]>,
): Promise<Page<Row>> {
  const older = after === undefined ? undefined : lt(table.id, after)
  const found = await keysOf(tx, table, owner, and(older, ...filters), limit + 1)
  const keys = found.slice(0, limit)
  const ids = keys.map(({ id }) => id)
  const owners = [...new Set(keys.map(({ partnerId }) => partnerId))]
  const these = and(inArray(table.partnerId, owners), inArray(table.id, ids))
  const rows = ids.length === 0 ? [] : await rowsOf(these, desc(table.id))
  return { rows, next: found.length > limit ? (ids.at(-1) ?? null) : null }
}

/**
 * For an operator the newest rows of each partner are merged: the primary key begins with the
 * partner, and an index by id alone would cost every event that is recorded.
 */
async function keysOf(
  tx: Reader,
  table: Paged,
  owner: Owner,
  filter: SQL | undefined,
  most: number,
) {
  const rowsUnder = (partnerId: SQL) => sql`
    select ${table.partnerId}, ${table.id} from ${table}
    where ${and(eq(table.partnerId, partnerId), filter)} order by ${table.id} desc limit ${most}`
  return tx.execute<{ partnerId: string; id: string }>(
    owner === null
      ? sql`select found.partner_id as "partnerId", found.id from partners p
          cross join lateral (${rowsUnder(sql`p.id`)}) found order by found.id desc limit ${most}`
      : sql`select found.partner_id as "partnerId", found.id from (${rowsUnder(sql`${owner}::uuid`)}) found`,
  )
}

export interface Span {
  /** From this moment … */
  from?: Date | undefined
  /** … until before this one. */
  to?: Date | undefined
}

/**
 * Rows of a span. An id begins with the time it was made, so that the primary key leads near the
 * rows; the time itself then decides, for the two come from two clocks.
 */
export function within(table: Paged, at: PgColumn, { from, to }: Span): SQL | undefined {
  const error = limits.idClockErrorMsMax
  return and(
    from && and(gte(at, from), gte(table.id, firstIdAt(from.getTime() - error))),
    to && and(lt(at, to), lt(table.id, firstIdAt(to.getTime() + error))),
  )
}

const lastMs = 2 ** 48 - 1

/** The least id that can be made at this moment. */
export function firstIdAt(ms: number): string {
  const time = Math.min(Math.max(ms, 0), lastMs).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`
}
