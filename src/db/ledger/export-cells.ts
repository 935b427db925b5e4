// Rows as lines of text, made by PostgreSQL: a row that never becomes an object here costs a tenth.
import { sql, type SQL } from 'drizzle-orm'

export type ExportFormat = 'ndjson' | 'csv'

/** `word`: written by the relay itself, with nothing to escape; `text`: by anybody. */
interface Cell {
  name: string
  is: 'word' | 'number' | 'time' | 'text'
  of: SQL
}

type Maker = (name: string, of: unknown) => Cell
const cell =
  (is: Cell['is']): Maker =>
  (name, of) => ({ name, is, of: sql`${of}` })
export const word = cell('word')
/** Or a truth value. */
export const number = cell('number')
export const time = cell('time')
export const text = cell('text')
export type { Cell }

/** Without the end of the line. */
export function lineOf(cells: readonly Cell[], format: ExportFormat): SQL {
  if (format === 'csv') return sql.join(cells.map(inCsv), sql` || ',' || `)
  const members = cells.map(
    (each, n) => sql`${raw(`${n > 0 ? ',' : ''}"${each.name}":`)} || ${inJson(each)}`,
  )
  return sql`'{' || ${sql.join(members, sql` || `)} || '}'`
}

/** The first line of a CSV. */
export const headOf = (cells: readonly Cell[]): string => cells.map(({ name }) => name).join(',')

/** Of ours only: it is written out, for a parameter has no type between two `||`. */
const raw = (constant: string) => sql.raw(`'${constant}'`)

function inJson({ is, of }: Cell): SQL {
  if (is === 'number') return sql`coalesce((${of})::text, 'null')`
  if (is === 'text') return sql`coalesce(to_json((${of})::text)::text, 'null')`
  return sql`coalesce('"' || ${is === 'time' ? instant(of) : sql`(${of})::text`} || '"', 'null')`
}

function inCsv({ is, of }: Cell): SQL {
  if (is === 'text') return sql`coalesce(${quoted(of)}, '')`
  return sql`coalesce(${is === 'time' ? instant(of) : sql`(${of})::text`}, '')`
}

/** As everywhere in the API: in UTC, with milliseconds. */
const instant = (of: SQL) =>
  sql`to_char((${of}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/**
 * RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe before it (OWASP: = + - @,
 * tab, CR and LF, and their full-width forms, which Excel takes for the same).
 */
const quoted = (of: SQL) => sql`
  '"' || case when left((${of})::text, 1) in ('=', '+', '-', '@', E'\t', E'\r', E'\n', E'\\uFF1D', E'\\uFF0B', E'\\uFF0D', E'\\uFF20')
    then '''' else '' end || replace((${of})::text, '"', '""') || '"'`
