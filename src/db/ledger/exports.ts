// All rows that a question fits, as lines, from one snapshot: piece by piece along the same indexes as the
// pages, so that each piece is a short statement and nothing of the size of the whole is ever kept.
import { and, eq, sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { limits } from '../../limits.ts'
import {
  attempts,
  auditEntries,
  campaigns,
  events,
  grants,
  partners,
  rejections,
  rules,
  sources,
} from '../schema.ts'
import {
  headOf,
  lineOf,
  number,
  text,
  time,
  word,
  type Cell,
  type ExportFormat,
} from './export-cells.ts'
import type { Pausing, Reader } from './reading.ts'
import type { Question } from './search.ts'

interface Exported {
  cells(reveal: boolean): Cell[]
  /** What the cells need beside the table. */
  joins: SQL
}

const belonging = (
  table: typeof sources | typeof campaigns | typeof rules,
  partnerId: PgColumn,
  id: PgColumn,
) => sql`left join ${table} on ${and(eq(table.partnerId, partnerId), eq(table.id, id))}`
const partnerOf = (partnerId: PgColumn) =>
  sql`left join ${partners} on ${eq(partners.id, partnerId)}`

/** As `maskEmail` does. */
export const masked = (email: SQL) => sql`
  case when strpos(${email}, '@') > 1 then left(${email}, 1) || '***' || right(${email}, strpos(reverse(${email}), '@'))
    when ${email} is not null then '***' end`
const shown = (email: SQL, reveal: boolean) => (reveal ? email : masked(email))

/** One column after the other, as NDJSON and CSV have them: flat, with names, and ids where rows are joined by them. */
export const exported = {
  events: {
    cells: (reveal) => [
      word('id', events.id),
      text('partner', partners.name),
      text('source', sources.name),
      word('provider', sources.provider),
      text('key', events.eventKey),
      text('type', events.type),
      time('received_at', events.receivedAt),
      time('occurred_at', events.occurredAt),
      word('state', events.state),
      word('reason', events.reason),
      word('trust', events.trust),
      number('copies', events.copies),
      text('email', shown(sql`person.email`, reveal)),
    ],
    joins: sql`
      ${partnerOf(events.partnerId)} ${belonging(sources, events.partnerId, events.sourceId)}
      left join lateral (
        select g.email from ${grants} g
        where g.partner_id = ${events.partnerId} and g.email_key = ${events.emailKey} limit 1
      ) person on true`,
  },
  grants: {
    cells: (reveal) => [
      word('id', grants.id),
      text('partner', partners.name),
      text('campaign', campaigns.name),
      word('mode', grants.mode),
      text('rule', rules.name),
      text('source', sources.name),
      word('event_id', grants.eventId),
      text('email', shown(sql`${grants.email}`, reveal)),
      word('state', grants.state),
      word('reason', grants.reason),
      word('answer', grants.answer),
      time('created_at', grants.createdAt),
      time('due_at', grants.dueAt),
      time('settled_at', grants.settledAt),
      number('calls', grants.attempt),
      number('ambiguous', grants.ambiguous),
    ],
    joins: sql`
      ${partnerOf(grants.partnerId)} ${belonging(campaigns, grants.partnerId, grants.campaignId)}
      ${belonging(rules, grants.partnerId, grants.ruleId)} ${belonging(sources, rules.partnerId, rules.sourceId)}`,
  },
  attempts: {
    cells: () => [
      word('grant_id', attempts.grantId),
      number('attempt', attempts.attempt),
      text('partner', partners.name),
      time('at', attempts.at),
      number('ms', attempts.ms),
      number('http_status', attempts.httpStatus),
      word('answer', attempts.answer),
      number('code', attempts.code),
      word('failure', attempts.failure),
      number('ambiguous', attempts.ambiguous),
      number('late', attempts.fenced),
      text('snippet', attempts.snippet),
      word('node', attempts.node),
    ],
    joins: partnerOf(attempts.partnerId),
  },
  rejections: {
    cells: () => [
      word('id', rejections.id),
      text('partner', partners.name),
      text('source', sources.name),
      word('provider', sources.provider),
      time('at', rejections.at),
      word('reason', rejections.reason),
      text('hint', rejections.hint),
      text('method', rejections.method),
      number('body_bytes', rejections.bodyBytes),
      text('ip', rejections.ip),
    ],
    joins: sql`
      ${partnerOf(rejections.partnerId)} ${belonging(sources, rejections.partnerId, rejections.sourceId)}`,
  },
  'audit-entries': {
    cells: () => [
      word('id', auditEntries.id),
      text('partner', partners.name),
      time('at', auditEntries.at),
      text('actor', auditEntries.actor),
      text('action', auditEntries.action),
      text('subject', auditEntries.subject),
      text('detail', auditEntries.detail),
    ],
    joins: partnerOf(auditEntries.partnerId),
  },
} as const satisfies Record<string, Exported>
export type ExportedName = keyof typeof exported

export const csvHead = (what: ExportedName): string => headOf(exported[what].cells(false))

export interface Piece {
  text: string
  rows: number
}

interface Wanted {
  question: Question
  format: ExportFormat
  reveal: boolean
}

/** Run by run, newest first in each: from one snapshot, if that is what the transaction has. */
export async function* exportPieces(
  pausing: Pausing,
  what: ExportedName,
  wanted: Wanted,
): AsyncGenerator<Piece> {
  yield* oneAhead(piecesOf(pausing, what, wanted))
}

async function* piecesOf(
  { tx, there }: Pausing,
  what: ExportedName,
  wanted: Wanted,
): AsyncGenerator<Piece> {
  for (const key of wanted.question.runs?.keys ?? [undefined]) {
    let after: string | undefined
    do {
      await there()
      const piece = await nextPiece(tx, what, { ...wanted, key, after })
      if (piece.rows > 0) yield { text: piece.lines ?? '', rows: piece.rows }
      after = piece.searched < limits.exportRowsAtOnce ? undefined : (piece.last ?? undefined)
    } while (after !== undefined)
  }
}

/** The next one is made while this one is given. Ended early, it has ended only when that one is there. */
async function* oneAhead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = source.next()
  try {
    for (let made = await next; made.done !== true; made = await next) {
      next = source.next()
      // It is waited for only when this one has been taken.
      next.catch(() => {})
      yield made.value
    }
  } finally {
    await next.catch(() => {})
  }
}

interface PieceWanted extends Wanted {
  /** Of the run. */
  key: string | undefined
  after: string | undefined
}

type FoundPiece = { lines: string | null; rows: number; searched: number; last: string | null }

/** The next so many rows of a run are looked at; those that fit become lines. */
async function nextPiece(
  tx: Reader,
  what: ExportedName,
  { question, key, after, format, reveal }: PieceWanted,
): Promise<FoundPiece> {
  const { table, order, runs, range, owned, fits } = question
  const { cells, joins } = exported[what]
  const end = sql.raw(format === 'csv' ? `E'\\r\\n'` : `E'\\n'`)
  const these = and(
    runs && key !== undefined ? eq(runs.of, key) : undefined,
    range,
    after === undefined ? undefined : order.after(after),
  )
  const line = sql`case when ${and(owned, fits) ?? sql`true`} then ${lineOf(cells(reveal), format)} || ${end} end`
  // Lines are put in order by a number, and a key is made of the last row alone: making one costs as much as a line.
  const [piece] = await tx.execute<FoundPiece>(sql`
    select string_agg(line, '' order by n) as lines, count(line)::int as rows, count(*)::int as searched,
      min(last) as last
    from (
      select n, ${line} as line, case when n = ${limits.exportRowsAtOnce}::int then ${order.key} end as last
      from (
        select *, row_number() over (order by ${order.newestFirst}) as n
        from ${table} where ${these ?? sql`true`}
        order by ${order.newestFirst} limit ${limits.exportRowsAtOnce}
      ) ${table} ${joins}
    ) piece`)
  return piece ?? { lines: null, rows: 0, searched: 0, last: null }
}
