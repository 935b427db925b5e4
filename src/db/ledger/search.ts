// Rows that fit a question, newest first, found along an index that has them in their order. However
// few of them fit, one search looks at so many rows and no more: it ends with what it has found, and
// says where to go on. So every page takes about as long, whatever is asked, however deep it lies.
import { and, desc, eq, inArray, lt, sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { limits } from '../../limits.ts'
import { bareArray } from '../array-text.ts'
import type { replays, retries } from '../jobs/schema.ts'
import {
  partners,
  type attempts,
  type auditEntries,
  type events,
  type grants,
  type rejections,
} from '../schema.ts'
import type { Page, PageWanted } from './page.ts'
import type { Owner, Reader } from './reading.ts'

export type Searched =
  | typeof events
  | typeof grants
  | typeof attempts
  | typeof rejections
  | typeof auditEntries
  | typeof retries
  | typeof replays

export interface Question {
  table: Searched
  order: Order
  /** Under each of these keys an index has the rows in their order; undefined: an index has all of them so. */
  runs: { of: PgColumn; keys: readonly string[] } | undefined
  /** What is answered by that index. */
  range: SQL | undefined
  /** The partner's condition, where the keys are not partners themselves: true of every row of the runs. */
  owned?: SQL | undefined
  /** The rows of that range lie each in another place of the disk. */
  isScattered?: boolean
  /** What each row is asked. */
  fits: SQL | undefined
}

/** How the rows of a table follow each other; a key is text that sorts like the rows, byte by byte. */
export interface Order {
  key: SQL
  newestFirst: SQL
  after(key: string): SQL
}

export interface FoundKey {
  key: string
  partnerId: string | null
}

export async function search(
  tx: Reader,
  question: Question,
  { limit, after }: PageWanted,
): Promise<Page<FoundKey>> {
  const { runs, fits, isScattered } = question
  const runCount = runs === undefined ? 1 : runs.keys.length
  const inAll = isScattered === true ? limits.pageRowsScatteredMax : limits.pageRowsSearchedMax
  const share = Math.ceil(inAll / Math.max(1, runCount))
  const most = fits === undefined ? limit + 1 : Math.max(share, limit + 1)
  const found = await firstFitting(tx, question, after, most, limit + 1)
  const isComplete = fits === undefined || (found.length > limit && runCount === 1)
  const end = isComplete ? undefined : await endOfSearch(tx, question, after, most)
  return cutAt(end, found, limit)
}

/** What lies beyond the end of the search is left to the next page: a run may have newer rows there. */
function cutAt(end: string | undefined, found: readonly FoundKey[], limit: number): Page<FoundKey> {
  const seen = end === undefined ? found : found.filter(({ key }) => key >= end)
  const rows = seen.slice(0, limit)
  const last = seen.length > limit ? rows.at(-1)?.key : end
  return { rows, next: last ?? null }
}

/** Of each run so many rows are looked at; together the newest that fit. */
async function firstFitting(
  tx: Reader,
  question: Question,
  after: string | undefined,
  most: number,
  wanted: number,
): Promise<FoundKey[]> {
  const { table, order, fits, owned } = question
  const fitting = sql`
    select ${order.key} as key, ${table.partnerId} as "partnerId"
    from (select * ${rowsOf(question, after)} limit ${most}) ${table}
    where ${and(owned, fits) ?? sql`true`} order by ${order.newestFirst} limit ${wanted}`
  return tx.execute<FoundKey & Record<string, unknown>>(sql`
    select f.key, f."partnerId" from ${inEachRun(question, fitting)}
    order by f.key collate "C" desc limit ${wanted}`)
}

/** Up to here every run was looked at; undefined: to the last row of each. */
async function endOfSearch(
  tx: Reader,
  question: Question,
  after: string | undefined,
  most: number,
): Promise<string | undefined> {
  const last = sql`
    select ${question.order.key} as key ${rowsOf(question, after)} offset ${most - 1} limit 1`
  const [row] = await tx.execute<{ key: string }>(sql`
    select f.key from ${inEachRun(question, last)} order by f.key collate "C" desc limit 1`)
  return row?.key
}

const rowsOf = ({ table, order, runs, range }: Question, after: string | undefined) => sql`
  from ${table} where ${
    and(
      runs && sql`${runs.of} = ${onlyKey(runs) ?? sql`run.key`}`,
      range,
      after === undefined ? undefined : order.after(after),
    ) ?? sql`true`
  } order by ${order.newestFirst}`

/** A single key stands in the query itself: the planner knows how many rows it has, and goes in their order. */
const onlyKey = ({ keys }: { keys: readonly string[] }): SQL | undefined =>
  keys.length === 1 ? sql`${keys[0]}::uuid` : undefined

function inEachRun({ runs }: Question, query: SQL): SQL {
  if (runs === undefined || onlyKey(runs) !== undefined) return sql`(${query}) f`
  return sql`unnest(${uuids(runs.keys)}) run(key) cross join lateral (${query}) f`
}

/** As one parameter. */
export const uuids = (ids: readonly string[]) => sql`${bareArray(ids)}::uuid[]`

/** By id, which is unique and begins with the time. */
export const byId = (id: PgColumn): Order => ({
  key: sql`${id}::text`,
  newestFirst: desc(id),
  after: (key) => lt(id, key),
})

/** One run for the partner, or one for each, for an operator. */
export async function runsOfPartners(tx: Reader, of: PgColumn, owner: Owner) {
  if (owner !== null) return { of, keys: [owner] }
  const rows = await tx.select({ id: partners.id }).from(partners)
  return { of, keys: rows.map(({ id }) => id) }
}

/** Where other columns than the partner's lead to the rows. */
export const belongsTo = (owner: Owner, partnerId: PgColumn): SQL | undefined =>
  owner === null ? undefined : eq(partnerId, owner)

/** `rowsOf` gets a condition for the rows of the page, and their order. */
export async function readPage<Row>(
  tx: Reader,
  question: Question & { table: { id: PgColumn } },
  page: PageWanted,
  rowsOf: (these: SQL | undefined, order: SQL) => Promise<Row[]>,
): Promise<Page<Row>> {
  const { id, partnerId } = question.table
  const { rows: keys, next } = await search(tx, question, page)
  const ids = keys.map(({ key }) => key)
  const owners = [...new Set(keys.flatMap((row) => row.partnerId ?? []))]
  const isOwned = keys.every((row) => row.partnerId !== null)
  const these = and(isOwned ? inArray(partnerId, owners) : undefined, inArray(id, ids))
  return { rows: ids.length === 0 ? [] : await rowsOf(these, desc(id)), next }
}
