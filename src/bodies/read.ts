// From the bytes of a request to one JSON value. Pure, and safe against what a sender may write:
// bounded in size, depth and count before anything is built, and the same bytes always give the same
// value, whatever a header says, so that proof and rules see one thing.
import type { Buffer } from 'node:buffer'
import { isUtf8 } from 'node:buffer'
import type { JsonValue } from '../json.ts'
import type { BodyFormat, SingleFormat } from './format.ts'
import { parseForm } from './form.ts'
import { parseJson } from './json.ts'
import { parseMultipart } from './multipart.ts'

/** Why a body, or one part of it, is not an event. Recorded all the same, and answered 2xx. */
export const unreadableReasons = {
  not_json: 'the body is not JSON',
  not_utf8: 'the body is not UTF-8',
  not_multipart: 'the body is not multipart/form-data',
  too_deep: 'the body is nested too deeply',
  too_many_fields: 'the body has too many fields',
  too_many_events: 'the request holds too many events',
  empty: 'the body holds no event',
  not_an_object: 'an event must be an object',
} as const
export type UnreadableReason = keyof typeof unreadableReasons

export type BodyRead = { value: JsonValue } | { unreadable: UnreadableReason }

/** The parts of a request that a reader looks at. */
export interface WrittenBody {
  url: string
  body: Buffer
}

const known = new WeakMap<WrittenBody, { format: BodyFormat; read: BodyRead }>()

/** Kept for whoever asks next: a proof that stands in the body, the reader, the answer. */
export function readBody(request: WrittenBody, format: BodyFormat): BodyRead {
  const before = known.get(request)
  if (before?.format === format) return before.read
  const read = reader(request, formatOf(request, format))
  known.set(request, { format, read })
  return read
}

/** For the last who asks: what is not kept costs the collector nothing. */
export function readBodyLast(request: WrittenBody, format: BodyFormat): BodyRead {
  const before = known.get(request)
  return before?.format === format ? before.read : reader(request, formatOf(request, format))
}

/** Of several formats the one the bytes show; the first of its kind where none shows itself. */
export function formatOf(request: WrittenBody, format: BodyFormat): SingleFormat {
  if (typeof format === 'string') return format
  const shown = format.find((candidate) => looks[candidate](request))
  return shown ?? format[0] ?? 'json'
}

/** `latin1`: only ASCII is looked at, and nothing is copied. */
const beginsWith = (pattern: RegExp) => (request: WrittenBody) =>
  pattern.test(request.body.toString('latin1', 0, 100))

const isForm = (request: WrittenBody) => /^[^\s{["<-]/.test(request.body.toString('latin1', 0, 1))

const looks: Record<SingleFormat, (request: WrittenBody) => boolean> = {
  json: beginsWith(/^(?:\xEF\xBB\xBF)?\s*[{["]/),
  'json-lines': beginsWith(/^(?:\xEF\xBB\xBF)?\s*[{["]/),
  jwt: beginsWith(/^\s*eyJ[\w-]*/),
  multipart: beginsWith(/^--/),
  form: isForm,
  brackets: isForm,
  query: ({ body }) => body.length === 0,
}

function reader({ url, body }: WrittenBody, format: SingleFormat): BodyRead {
  if (format === 'query') return parseForm(queryOf(url), 'nested')
  if (format === 'jwt') return { unreadable: 'empty' }
  if (format === 'multipart') return parseMultipart(body)
  if (!isUtf8(body)) return { unreadable: 'not_utf8' }
  const text = body.toString('utf8')
  if (format === 'form') return parseForm(text, 'flat')
  if (format === 'brackets') return parseForm(text, 'nested')
  return parseJson(text)
}

/** The parameters as sent. */
export function queryOf(url: string): string {
  const start = url.indexOf('?')
  const end = url.indexOf('#')
  return start < 0 ? '' : url.slice(start + 1, end < 0 ? undefined : end)
}
