// Fields of a body in a form that sender and receiver can both rebuild, for those who sign that
// instead of the bytes. The names of PHP's functions say what is imitated.
import { Buffer } from 'node:buffer'
import { memberOf, type Written } from '../bodies/written.ts'
import { normalizedStep } from '../rules/path-text.ts'
import type { SignedTextParameters } from './proof.ts'

export type CanonicalParameters = NonNullable<SignedTextParameters['canonical']>

/** Text, or the place where the secret takes part. */
export type CanonicalPiece = string | { secret: true }

export interface CanonicalText {
  pieces: CanonicalPiece[]
  /** Normalized paths of the fields that took part, with all below them. */
  covers: string[]
}

type Members = readonly (readonly [name: string, value: Written])[]

/** Null where what is meant is not there. `steps`: where `value` stands, as a normalized path. */
export function canonicalText(
  parameters: CanonicalParameters,
  value: Written,
  at: string,
): CanonicalText | null {
  if (value.kind !== 'object') return null
  const members = value.members.filter(([name]) => !parameters.exclude.includes(name))
  const chosen = forms[parameters.form].chosen(members, parameters)
  const pieces = forms[parameters.form].write(chosen, parameters)
  return {
    pieces: parameters.base64 ? [base64(pieces)] : pieces,
    covers: chosen.map(([name]) => at + normalizedStep(name)),
  }
}

/** No form with the secret inside is encoded so. */
function base64(pieces: readonly CanonicalPiece[]): string {
  const texts = pieces.filter((piece) => typeof piece === 'string')
  return Buffer.from(texts.join('')).toString('base64')
}

interface Form {
  chosen(members: Members, parameters: CanonicalParameters): Members
  write(members: Members, parameters: CanonicalParameters): CanonicalPiece[]
}

const all = (members: Members) => members

const forms: Record<CanonicalParameters['form'], Form> = {
  json_sorted: {
    chosen: all,
    write: (members) => [json(sorted({ kind: 'object', members: [...members] }), script)],
  },
  php_json: {
    chosen: all,
    write: (members) => [json({ kind: 'object', members: [...members] }, php)],
  },
  php_json_sorted: {
    chosen: all,
    write: (members) => [json(stringified(sorted({ kind: 'object', members: [...members] })), php)],
  },
  php_serialize_sorted: { chosen: all, write: serialized },
  values_sorted: {
    // A field that bears the secret's name would stand in its place.
    chosen: (members, { secretAs }) =>
      members.filter(([name, value]) => name !== secretAs && scalarText(value) !== null),
    write: valuesSorted,
  },
  pairs_prefixed: {
    chosen: (members, { prefix = '' }) =>
      byName(members.filter(([name]) => name.toLowerCase().startsWith(prefix.toLowerCase()))),
    write: (members) => members.map(([name, value]) => `:${name}=${scalarText(value) ?? ''}`),
  },
}

/** By code units, as PHP's ksort compares strings that are not both numbers, and JavaScript's sort. */
function byName<T extends readonly [string, unknown]>(members: readonly T[]): T[] {
  return members.toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
}

function sorted(value: Written): Written {
  if (value.kind === 'list') return { kind: 'list', items: value.items.map(sorted) }
  if (value.kind !== 'object') return value
  const members = byName(value.members).map(([name, item]) => [name, sorted(item)] as const)
  return { kind: 'object', members }
}

/** Scalars as PHP's strval gives them: true is 1; false and null are nothing. */
function stringified(value: Written): Written {
  if (value.kind === 'list') return { kind: 'list', items: value.items.map(stringified) }
  if (value.kind === 'object') {
    const members = value.members.map(([name, item]) => [name, stringified(item)] as const)
    return { kind: 'object', members }
  }
  return { kind: 'string', text: phpText(value) }
}

function phpText(value: Written): string {
  if (value.kind === 'string' || value.kind === 'number') return value.text
  return value.kind === 'boolean' && value.value ? '1' : ''
}

/** null: no scalar, or null, which takes no part. */
function scalarText(value: Written): string | null {
  if (value.kind === 'string' || value.kind === 'number') return value.text
  return value.kind === 'boolean' ? String(value.value) : null
}

interface Dialect {
  number(text: string): string
  string(text: string): string
  emptyObject: string
}

const script: Dialect = {
  number: (text) => JSON.stringify(Number(text)),
  string: (text) => JSON.stringify(text),
  emptyObject: '{}',
}

/** json_encode with JSON_UNESCAPED_UNICODE: slashes escaped, line separators too, {} decoded as []. */
const php: Dialect = {
  number: phpNumber,
  string: (text) =>
    JSON.stringify(text)
      .replaceAll('/', '\\/')
      .replaceAll('\u2028', '\\u2028')
      .replaceAll('\u2029', '\\u2029'),
  emptyObject: '[]',
}

/** A whole number as written; any other is a float, which keeps its ".0". */
function phpNumber(text: string): string {
  if (/^-?\d{1,18}$/.test(text)) return text === '-0' ? '-0.0' : text
  const number = Number(text)
  const short = String(number)
  if (Number.isInteger(number) && !short.includes('e')) return `${short}.0`
  return short.replace(/^(-?\d)e/, '$1.0e')
}

function json(value: Written, dialect: Dialect): string {
  if (value.kind === 'list') return `[${value.items.map((item) => json(item, dialect)).join(',')}]`
  if (value.kind === 'object') {
    if (value.members.length === 0) return dialect.emptyObject
    const members = value.members.map(
      ([name, item]) => `${dialect.string(name)}:${json(item, dialect)}`,
    )
    return `{${members.join(',')}}`
  }
  if (value.kind === 'string') return dialect.string(value.text)
  if (value.kind === 'number') return dialect.number(value.text)
  return value.kind === 'null' ? 'null' : String(value.value)
}

/** a:2:{s:1:"a";s:3:"one";…}: lengths are those of the UTF-8 bytes. */
function serialized(members: Members): CanonicalPiece[] {
  const text = (content: string) => `s:${Buffer.byteLength(content)}:"${content}";`
  const pairs = byName(members).map(([name, value]) => text(name) + text(phpText(value)))
  return [`a:${pairs.length}:{${pairs.join('')}}`]
}

function valuesSorted(members: Members, { secretAs, glue }: CanonicalParameters): CanonicalPiece[] {
  const values = members.map(([name, value]) => [name, scalarText(value) ?? ''] as const)
  const secret = secretAs === undefined ? [] : [[secretAs, { secret: true } as const] as const]
  const pieces = byName<readonly [string, CanonicalPiece]>([...values, ...secret])
  return pieces.flatMap(([, piece], index) => (index > 0 && glue !== '' ? [glue, piece] : [piece]))
}

/** What a JSONPath of plain names leads to. */
export function writtenAt(
  value: Written,
  steps: readonly (string | number)[],
): Written | undefined {
  let here: Written | undefined = value
  for (const step of steps) {
    if (here === undefined) return undefined
    here = here.kind === 'list' ? here.items[Number(step)] : memberOf(here, String(step))
  }
  return here
}
