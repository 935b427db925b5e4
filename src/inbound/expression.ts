// What a preset joins into an event's key or type: values at JSONPaths, headers, parameters of the
// URL, names of members (some senders say what happened by the name of a field), and words of its own.
import type { JsonValue } from '../json.ts'
import { stepsOf } from '../bodies/places.ts'
import type { CompiledPath } from '../rules/path.ts'
import { compilePath } from '../rules/path.ts'
import type { SentRequest } from '../schemes/scheme.ts'

type Source =
  | { from: 'header'; name: string }
  | { from: 'query'; name: string }
  | { from: 'text'; text: string }
  | { from: 'name'; path: CompiledPath }
  | { from: 'value'; path: CompiledPath }

export type Expression = readonly Source[]

export function compileExpression(parts: readonly string[]): Expression {
  return parts.map(sourceOf)
}

function sourceOf(text: string): Source {
  const [, from, rest = ''] = /^(header|query|text|name):(.+)$/s.exec(text) ?? []
  if (from === 'header') return { from, name: rest.toLowerCase() }
  if (from === 'query') return { from, name: rest }
  if (from === 'text') return { from, text: rest }
  if (from === 'name') return { from, path: compilePath(rest) }
  return { from: 'value', path: compilePath(text) }
}

/** One entry per part; null where it is not there, is several, or stands where it is not `proven`. */
export function partsOf(
  expression: Expression,
  value: JsonValue,
  request: SentRequest,
  proven: (path: string) => boolean,
): (string | null)[] {
  return expression.map((source) => {
    const found = foundBy(source, value, request, proven)
    const [only] = found
    return found.length === 1 && only !== undefined ? textOf(only) : null
  })
}

function foundBy(
  source: Source,
  value: JsonValue,
  request: SentRequest,
  proven: (path: string) => boolean,
): readonly JsonValue[] {
  if (source.from === 'header') return request.headers.get(source.name) ?? []
  if (source.from === 'text') return [source.text]
  if (source.from === 'query') {
    return URL.canParse(request.url) ? new URL(request.url).searchParams.getAll(source.name) : []
  }
  const found = source.path.find(value).filter(({ path }) => proven(path))
  if (source.from === 'value') return found.map((each) => each.value)
  return found.map(({ path }) => String(stepsOf(path).at(-1) ?? ''))
}

/** A text that is not empty, or a number that JSON has not rounded. */
function textOf(only: JsonValue): string | null {
  if (typeof only === 'string') return only === '' ? null : only
  return typeof only === 'number' && Math.abs(only) <= Number.MAX_SAFE_INTEGER ? String(only) : null
}
