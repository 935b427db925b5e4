// multipart/form-data (RFC 7578). The boundary is the body's own first line, never the header's: the
// header is not signed. Of a file only its name and size are told.
import { Buffer, isUtf8 } from 'node:buffer'
import { limits } from '../limits.ts'
import { nest } from './brackets.ts'
import type { Pair } from './form.ts'
import type { BodyRead } from './read.ts'

const lineEnd = Buffer.from('\r\n')
const headEnd = Buffer.from('\r\n\r\n')
const dashes = Buffer.from('--')

export function parseMultipart(body: Buffer): BodyRead {
  const parts = partsOf(body)
  if (parts === null) return { unreadable: 'not_multipart' }
  if (parts.length > limits.formFieldsMax) return { unreadable: 'too_many_fields' }
  const pairs: Pair[] = []
  for (const part of parts) {
    const pair = pairOf(part)
    if (pair === null) return { unreadable: 'not_multipart' }
    if (pair === 'not_utf8') return { unreadable: 'not_utf8' }
    pairs.push(pair)
  }
  return nest(pairs)
}

/** What stands between the delimiters; one part more than allowed at most. */
function partsOf(body: Buffer): Buffer[] | null {
  const firstLine = body.subarray(0, limits.boundaryBytesMax + 4).indexOf(lineEnd)
  if (firstLine <= dashes.length || !startsWith(body, 0, dashes)) return null
  const delimiter = Buffer.concat([lineEnd, body.subarray(0, firstLine)])
  const parts: Buffer[] = []
  let at = firstLine
  while (!startsWith(body, at, dashes) && parts.length <= limits.formFieldsMax) {
    const end = startsWith(body, at, lineEnd) ? body.indexOf(delimiter, at + lineEnd.length) : -1
    if (end < 0) return null
    parts.push(body.subarray(at + lineEnd.length, end))
    at = end + delimiter.length
  }
  return parts
}

function startsWith(body: Buffer, at: number, bytes: Buffer): boolean {
  return body.subarray(at, at + bytes.length).equals(bytes)
}

function pairOf(part: Buffer): Pair | 'not_utf8' | null {
  // A part without headers begins with its empty line.
  const end = part.indexOf(headEnd)
  if (end < 0) return null
  const head = part.toString('utf8', 0, end)
  const disposition = /^content-disposition:[ \t]*form-data\b(.*)$/im.exec(head)?.[1]
  const name = disposition === undefined ? undefined : parameter(disposition, 'name')
  if (disposition === undefined || name === undefined) return null
  const content = part.subarray(end + headEnd.length)
  const file = parameter(disposition, 'filename')
  if (file !== undefined) return [name, `file ${file} (${content.length} bytes)`]
  return isUtf8(content) ? [name, content.toString('utf8')] : 'not_utf8'
}

/** Quoted, with a backslash or percent-encoding for a quote inside; or bare. */
function parameter(text: string, name: string): string | undefined {
  const found = new RegExp(`;[ \\t]*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;"\\s]+))`, 'i').exec(
    text,
  )
  const value = found?.[1] ?? found?.[2]
  return value?.replace(/\\(["\\])/g, '$1').replace(/%22/g, '"')
}
