// Who is affected? After a leak the people concerned must be told: all of a partner, or those whose data
// passed a source within a time. A reveal of many at once, so it is audited before the first is shown.
import { writeAudit } from '../access/audit.ts'
import { reading } from '../db/ledger/reading.ts'
import type { Orm } from '../db/open.ts'
import { concernedPage, type ConcernedPerson } from '../db/privacy/people.ts'
import { find, type Unknown } from '../ledger/asking.ts'

export interface ConcernedWanted {
  partnerId: string
  source?: string | undefined
  from?: Date | undefined
  to?: Date | undefined
  format: keyof typeof formats
}

/** Rows of text, page by page; or which source is nobody's. */
export async function exportConcerned(
  { orm, changes }: { orm: Orm; changes: Orm },
  { partnerId, source, from, to, format }: ConcernedWanted,
  actor: string,
): Promise<AsyncGenerator<string> | Unknown> {
  const meant = await reading(orm, partnerId, (tx) => find(tx, partnerId, { source }))
  if ('unknown' in meant) return meant
  const { sourceIds } = meant
  const span = { ...(from && { from }), ...(to && { to }) }
  const said = Object.entries(span).map(([name, at]) => [name, at.toISOString()])
  const detail = { format, ...(source && { source }), ...Object.fromEntries(said) }
  await writeAudit(changes, { partnerId, actor, action: 'people.exported', detail })
  const { begin, row } = formats[format]
  async function* rows() {
    if (begin !== '') yield begin
    for (let after: Buffer | null = Buffer.alloc(0); after !== null;) {
      const last: Buffer = after
      const { people, next } = await reading(orm, partnerId, (tx) =>
        concernedPage(tx, partnerId, { ...span, sourceIds }, last),
      )
      if (people.length > 0) yield people.map(row).join('')
      after = next
    }
  }
  return rows()
}

export const formats = {
  ndjson: { mediaType: 'application/x-ndjson', begin: '', row: ndjsonRow },
  /** With the mark by which Excel knows UTF-8. */
  csv: {
    mediaType: 'text/csv; charset=utf-8',
    begin: '\uFEFFemail,first_at,last_at\r\n',
    row: csvRow,
  },
} as const

function ndjsonRow({ email, firstAt, lastAt }: ConcernedPerson): string {
  return `${JSON.stringify({ email, first_at: firstAt.toISOString(), last_at: lastAt.toISOString() })}\n`
}

function csvRow({ email, firstAt, lastAt }: ConcernedPerson): string {
  return `${cell(email)},${firstAt.toISOString()},${lastAt.toISOString()}\r\n`
}

/** What a spreadsheet would take for a formula is text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
