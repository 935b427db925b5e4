// From a value to the request that carries it, as its sender would write it: for samples and for
// signatures that stand inside the body.
import { Buffer } from 'node:buffer'
import type { JsonValue } from '../json.ts'
import { isJsonObject } from '../json.ts'
import type { BodyFormat, SingleFormat } from './format.ts'
import { formatOf } from './read.ts'
import type { WrittenBody } from './read.ts'
import type { Pair } from './form.ts'

const contentTypes: Record<SingleFormat, string> = {
  json: 'application/json',
  'json-lines': 'application/json',
  jwt: 'application/jwt',
  form: 'application/x-www-form-urlencoded',
  brackets: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data; boundary=moab-relay-sample',
  query: '',
}

/** Empty: without a body there is no type to name. */
export function contentTypeOf(format: BodyFormat): string {
  return contentTypes[firstOf(format)]
}

function firstOf(format: BodyFormat): SingleFormat {
  return typeof format === 'string' ? format : (format[0] ?? 'json')
}

/** The request with this value in place of its body, or of its parameters. */
export function withValue<R extends WrittenBody>(
  request: R,
  format: BodyFormat,
  value: JsonValue,
): R {
  const single = request.body.length > 0 ? formatOf(request, format) : firstOf(format)
  if (single === 'query') return { ...request, url: withQuery(request.url, pairsOf(value, '')) }
  return { ...request, body: bodyOf(value, single) }
}

function bodyOf(value: JsonValue, format: Exclude<SingleFormat, 'query'>): Buffer {
  if (format === 'form' || format === 'brackets') return Buffer.from(formText(pairsOf(value, '')))
  if (format === 'multipart') return multipart(pairsOf(value, ''))
  return Buffer.from(JSON.stringify(value))
}

function formText(pairs: readonly Pair[]): string {
  return new URLSearchParams(pairs.map(([name, text]): [string, string] => [name, text])).toString()
}

/** Members become a[b], items a[0]; a list of a flat form is its name again and again. */
function pairsOf(value: JsonValue, name: string): Pair[] {
  const inner = (step: string) => (name === '' ? step : `${name}[${step}]`)
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => pairsOf(item, inner(String(index))))
  }
  if (isJsonObject(value)) {
    return Object.entries(value).flatMap(([step, item]) => pairsOf(item, inner(step)))
  }
  return [[name, value === null ? '' : String(value)]]
}

function multipart(pairs: readonly Pair[]): Buffer {
  const parts = pairs.map(
    ([name, text]) =>
      `--moab-relay-sample\r\nContent-Disposition: form-data; name="${name.replaceAll('"', '%22')}"\r\n\r\n${text}\r\n`,
  )
  return Buffer.from(`${parts.join('')}--moab-relay-sample--\r\n`)
}

function withQuery(url: string, pairs: readonly Pair[]): string {
  const [address = ''] = url.split('?')
  return `${address}?${formText(pairs)}`
}
