// A value as it was written: the order of its members and the digits of its numbers, which JSON.parse
// does not keep. Some senders sign a text that can only be rebuilt from these.
import type { JsonValue } from '../json.ts'
import { isJsonObject } from '../json.ts'

export type Written =
  | { kind: 'object'; members: (readonly [name: string, value: Written])[] }
  | { kind: 'list'; items: Written[] }
  | { kind: 'string'; text: string }
  /** As written: 100.50, 1E2. */
  | { kind: 'number'; text: string }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'null' }

/** Of text that JSON.parse accepts and that is not nested too deeply. */
export function readWritten(text: string): Written {
  const [value] = valueAt(text, 0)
  return value
}

/** The same of a value that never was JSON: a form. */
export function writtenOf(value: JsonValue): Written {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(writtenOf) }
  if (isJsonObject(value)) {
    const members = Object.entries(value).map(([name, item]) => [name, writtenOf(item)] as const)
    return { kind: 'object', members }
  }
  if (typeof value === 'string') return { kind: 'string', text: value }
  if (typeof value === 'number') return { kind: 'number', text: String(value) }
  return value === null ? { kind: 'null' } : { kind: 'boolean', value }
}

/** Undefined where there is no such member; of a name that comes twice the last, as JSON.parse has it. */
export function memberOf(value: Written, name: string): Written | undefined {
  if (value.kind !== 'object') return undefined
  return value.members.findLast(([own]) => own === name)?.[1]
}

type Read = readonly [value: Written, end: number]

function valueAt(text: string, from: number): Read {
  const at = skip(text, from)
  const sign = text[at]
  if (sign === '{') return objectAt(text, at + 1)
  if (sign === '[') return listAt(text, at + 1)
  if (sign === '"') {
    const end = endOfString(text, at)
    return [{ kind: 'string', text: stringIn(text.slice(at, end)) }, end]
  }
  const word = /[^\s,\]}]+/y
  word.lastIndex = at
  const literal = word.exec(text)?.[0] ?? ''
  return [scalar(literal), at + Math.max(1, literal.length)]
}

function scalar(literal: string): Written {
  if (literal === 'null') return { kind: 'null' }
  if (literal === 'true' || literal === 'false')
    return { kind: 'boolean', value: literal === 'true' }
  return { kind: 'number', text: literal }
}

function objectAt(text: string, from: number): Read {
  const members = new Map<string, Written>()
  let at = skip(text, from)
  while (at < text.length && text[at] !== '}') {
    const end = endOfString(text, at)
    const name = stringIn(text.slice(at, end))
    const [value, next] = valueAt(text, skip(text, end) + 1)
    members.set(name, value)
    at = skipComma(text, next)
  }
  return [{ kind: 'object', members: [...members] }, at + 1]
}

function listAt(text: string, from: number): Read {
  const items: Written[] = []
  let at = skip(text, from)
  while (at < text.length && text[at] !== ']') {
    const [value, next] = valueAt(text, at)
    items.push(value)
    at = skipComma(text, next)
  }
  return [{ kind: 'list', items }, at + 1]
}

function skip(text: string, from: number): number {
  let at = from
  while (/\s/.test(text[at] ?? 'x')) at += 1
  return at
}

function skipComma(text: string, from: number): number {
  const at = skip(text, from)
  return text[at] === ',' ? skip(text, at + 1) : at
}

/** After the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

function stringIn(literal: string): string {
  const text: unknown = JSON.parse(literal)
  return typeof text === 'string' ? text : ''
}
