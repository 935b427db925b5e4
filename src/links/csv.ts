// A list of people as spreadsheets save it: records with quoted fields, separated by commas, semicolons
// (Excel in Russian) or tabs. Read as it comes, whatever its size. A quote that is never closed takes
// what follows with it, up to the longest record there may be.
import { limits } from '../limits.ts'

export interface CsvRecord {
  /** Of its first line, from 1. */
  line: number
  /** null: a quote is not closed, or the record is too long. */
  fields: string[] | null
}

/** Empty lines are left out, and so is a byte order mark. */
export async function* csvRecords(chunks: AsyncIterable<string>): AsyncGenerator<CsvRecord> {
  let separator: string | undefined
  for await (const { line, text } of recordTexts(chunks)) {
    const bare = line === 1 ? text.replace(/^\uFEFF/, '') : text
    if (bare.trim() === '') continue
    separator ??= separatorOf(bare)
    yield { line, fields: isWhole(bare) ? fieldsOf(bare, separator) : null }
  }
}

interface RecordText {
  line: number
  text: string
}

/** Lines, joined while a quote is open; what grows too long is given up as it is. */
async function* recordTexts(chunks: AsyncIterable<string>): AsyncGenerator<RecordText> {
  let record: RecordText | undefined
  let isOpen = false
  for await (const { line, text } of lines(chunks)) {
    record = record ? { line: record.line, text: `${record.text}\n${text}` } : { line, text }
    if (!hasPairs(text)) isOpen = !isOpen
    if (isOpen && record.text.length <= limits.csvRecordCharsMax) continue
    yield record
    record = undefined
    isOpen = false
  }
  if (record !== undefined) yield record
}

/** A line longer than a record may be is cut: it is no record any more, and memory stays bounded. */
async function* lines(chunks: AsyncIterable<string>): AsyncGenerator<RecordText> {
  let line = 1
  let rest = ''
  for await (const chunk of chunks) {
    const pieces = (rest + chunk).split('\n')
    rest = cut(pieces.pop() ?? '')
    for (const piece of pieces) yield { line: line++, text: cut(piece.replace(/\r$/, '')) }
  }
  if (rest !== '') yield { line, text: rest.replace(/\r$/, '') }
}

const cut = (text: string) => text.slice(0, limits.csvRecordCharsMax + 1)
const hasPairs = (text: string) => text.split('"').length % 2 === 1
const isWhole = (text: string) => text.length <= limits.csvRecordCharsMax && hasPairs(text)

/** The one the first record shows outside its quotes. */
function separatorOf(record: string): string {
  const bare = record.replaceAll(/"[^"]*"/g, '')
  return [',', ';', '\t'].find((candidate) => bare.includes(candidate)) ?? ','
}

function fieldsOf(record: string, separator: string): string[] {
  const fields: string[] = []
  let pieces: string[] = []
  let isQuoted = false
  for (const piece of record.split(separator)) {
    pieces.push(piece)
    if (!hasPairs(piece)) isQuoted = !isQuoted
    if (isQuoted) continue
    fields.push(unquoted(pieces.join(separator)))
    pieces = []
  }
  return fields
}

function unquoted(field: string): string {
  const bare = field.trim()
  return bare.length > 1 && bare.startsWith('"') && bare.endsWith('"')
    ? bare.slice(1, -1).replaceAll('""', '"')
    : bare
}

/** Which column holds the emails, if the first record is a header; null where it is a person. */
export function emailColumn(first: readonly string[]): number | null {
  const column = first.findIndex((name) => emailNames.test(name.trim()))
  return column < 0 ? null : column
}

/** As spreadsheets of either language call it. */
const emailNames =
  /^(?:e-?mail(?: address)?|(?:эл\.? ?|электронная )?почта|адрес(?: эл\.? ?почты| электронной почты)?)$/iu

/** For a field of ours: an address may hold what separates fields, a link never does. */
export const csvField = (text: string) =>
  /[",;\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
