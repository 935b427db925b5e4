// Pages by key: newest first, each row once, however many are added meanwhile and however deep the
// page lies.
import { and, eq, gte, isNull, lt, or, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { nilUuid } from '../../ids.ts'
import { limits } from '../../limits.ts'
import type { Owner } from './reading.ts'

export interface PageWanted {
  limit: number
  /** Where the page before ended: an id, or the key of `Order`. */
  after?: string | undefined
  /** For an operator: of no partner, instead of all of them and of none. */
  unowned?: boolean | undefined
}

export interface Page<Row> {
  rows: Row[]
  /** Where to go on; null on the last page. A page before it may hold few rows, or none. */
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
  { after, unowned = false }: PageWanted,
): SQL | undefined =>
  and(
    owner === null ? (unowned ? ofNobody(of.partnerId) : undefined) : eq(of.partnerId, owner),
    after === undefined ? undefined : lt(of.id, after),
  )

/** Of the installation: some tables say null, those with the partner in their key the nil id. */
export const ofNobody = (partnerId: PgColumn): SQL | undefined =>
  or(isNull(partnerId), eq(partnerId, nilUuid))

export interface Span {
  /** From this moment … */
  from?: Date | undefined
  /** … until before this one. */
  to?: Date | undefined
}

/** What was at its time in a span. */
export const during = (at: PgColumn, { from, to }: Span): SQL | undefined =>
  and(from && gte(at, from), to && lt(at, to))

/**
 * The ids that rows of a span can have, so that an index by id leads near them. The time itself then
 * decides, for the two come from two clocks.
 */
export function idsDuring(id: PgColumn, { from, to }: Span): SQL | undefined {
  const error = limits.idClockErrorMsMax
  return and(
    from && gte(id, firstIdAt(from.getTime() - error)),
    to && lt(id, firstIdAt(to.getTime() + error)),
  )
}

const lastMs = 2 ** 48 - 1

/** The least id that can be made at this moment. */
export function firstIdAt(ms: number): string {
  const time = Math.min(Math.max(ms, 0), lastMs).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`
}
