// From an authentic request to the events it holds: their keys, types and times. Pure. Never drops
// anything: what cannot be read is an event too, with the reason. Keys come only from what the proof
// covers, or are the hash of the bytes, so that a repeated request is always the same event.
import { createHash } from 'node:crypto'
import type { JsonValue } from '../json.ts'
import { isJsonObject } from '../json.ts'
import { limits } from '../limits.ts'
import type { Provider } from '../providers/provider.ts'
import { settingValue } from '../providers/resolve.ts'
import type { CompiledPath } from '../rules/path.ts'
import { compilePath } from '../rules/path.ts'
import type { Authentic, HeaderMap, SentRequest, Settings, Trust } from '../schemes/scheme.ts'
import { isTooDeep, splitBody } from './parts.ts'
import type { Part } from './parts.ts'
import type { ReadEvent } from './event.ts'
import { instantOf } from './instant.ts'

const noSettings: Settings = {}

/** At least one event; `settings` may hold `key_path` and `type_path`, already checked. */
export function read(
  provider: Provider,
  request: SentRequest,
  verdict: Authentic,
  settings: Settings = noSettings,
): ReadEvent[] {
  const reader = readerOf(provider, settings)
  const context = { reader, request, trust: trustOf(provider, verdict) }
  return partsOf(provider, request, verdict).map((part, index) => readPart(part, index, context))
}

/** Claims prove a body only where the body is the token; beside it they name the sender. */
function trustOf(provider: Provider, verdict: Authentic): Trust {
  return verdict.claimsOnly && provider.body.format !== 'jwt' ? 'token' : verdict.trust
}

interface Reader {
  provider: Provider
  key: readonly Source[]
  type: readonly Source[]
  occurredAt: CompiledPath | null
  test: CompiledPath | null
  unsigned: readonly CompiledPath[]
}

type Source = { header: string } | { path: CompiledPath }

interface Context {
  reader: Reader
  request: SentRequest
  trust: Trust
}

function partsOf(provider: Provider, request: SentRequest, verdict: Authentic): Part[] {
  const { format } = provider.body
  if (format !== 'jwt') return splitBody(request.body, format)
  const { claims } = verdict
  if (claims === undefined) return [{ text: null, unreadable: 'empty' }]
  return [
    isTooDeep(claims) ? { text: null, unreadable: 'too_deep' } : { text: null, value: claims },
  ]
}

function readPart(part: Part, index: number, context: Context): ReadEvent {
  if ('unreadable' in part) return unreadable(part, index, context, part.unreadable)
  if (!isJsonObject(part.value)) return unreadable(part, index, context, 'not_an_object')
  const { reader, request, trust } = context
  const { value } = part
  return {
    key: keyOf(reader.key, value, request.headers) ?? hashOf(part, request),
    type: typeOf(reader.type, value, request.headers),
    occurredAt: occurredAt(reader, value),
    test: isTest(reader, value),
    part: index,
    value,
    unreadable: null,
    trust,
    unsignedPaths: reader.unsigned.flatMap((path) => unsignedBy(path, value)),
  }
}

function unreadable(
  part: Part,
  index: number,
  { request, trust }: Context,
  reason: NonNullable<ReadEvent['unreadable']>,
): ReadEvent {
  return {
    key: hashOf(part, request),
    type: '',
    occurredAt: null,
    test: false,
    part: index,
    value: null,
    unreadable: reason,
    trust,
    unsignedPaths: [],
  }
}

const hashMark = 'sha256:'

function sha256(bytes: Buffer | string): string {
  return hashMark + createHash('sha256').update(bytes).digest('hex')
}

function hashOf(part: Part, request: SentRequest): string {
  return sha256(part.text ?? request.body)
}

/** Null unless every part is there, as exactly one value. */
function keyOf(sources: readonly Source[], value: JsonValue, headers: HeaderMap): string | null {
  const parts: string[] = []
  for (const source of sources) {
    const part = textAt(source, value, headers)
    if (part === null) return null
    parts.push(part)
  }
  return parts.length === 0 ? null : indexable(parts.join(':'))
}

/**
 * A key that fits an index row and every text column. What does not is replaced by its hash, and so
 * is a key that looks like a hash: none that a sender writes can equal the hash of other bytes.
 */
function indexable(key: string): string {
  const fits = key.length <= limits.eventKeyCharsMax && key.isWellFormed() && !/\p{Cc}/u.test(key)
  return fits && !key.startsWith(hashMark) ? key : sha256(key)
}

/** A text that is not empty, or a number that JSON has not rounded. */
function textAt(source: Source, value: JsonValue, headers: HeaderMap): string | null {
  const found = 'header' in source ? headers.get(source.header) : valuesAt(source.path, value)
  const [only] = found ?? []
  if (found?.length !== 1) return null
  if (typeof only === 'string') return only === '' ? null : only
  return typeof only === 'number' && Math.abs(only) <= Number.MAX_SAFE_INTEGER ? String(only) : null
}

function valuesAt(path: CompiledPath, value: JsonValue): JsonValue[] {
  return path.find(value).map((found) => found.value)
}

function typeOf(sources: readonly Source[], value: JsonValue, headers: HeaderMap): string {
  const parts = sources.flatMap((source) => textAt(source, value, headers) ?? [])
  const clean = parts.join('.').replace(/\p{Cc}/gu, '')
  return clean.slice(0, limits.eventTypeCharsMax).toWellFormed()
}

function occurredAt({ provider, occurredAt: path }: Reader, value: JsonValue): number | null {
  const unit = provider.event.occurredAt?.unit
  const [found] = path ? valuesAt(path, value) : []
  return unit === undefined || found === undefined ? null : instantOf(found, unit)
}

function isTest({ provider, test: path }: Reader, value: JsonValue): boolean {
  return (
    path !== null && valuesAt(path, value).some((found) => found === provider.event.test?.equals)
  )
}

const readers = new WeakMap<Provider, WeakMap<Settings, Reader>>()

/** Compiled once per provider and per source's settings object, and forgotten with it. */
function readerOf(provider: Provider, settings: Settings): Reader {
  const known = readers.get(provider) ?? new WeakMap<Settings, Reader>()
  readers.set(provider, known)
  const reader = known.get(settings) ?? compile(provider, settings)
  known.set(settings, reader)
  return reader
}

function compile(provider: Provider, settings: Settings): Reader {
  const { key, type, occurredAt: time, test, unsigned = [] } = provider.event
  const keyPath = settingValue(provider, settings, 'key_path')
  const typePath = settingValue(provider, settings, 'type_path')
  return {
    provider,
    key: (keyPath === undefined ? key : [keyPath]).map(sourceOf),
    type: (typePath === undefined ? type : [typePath]).map(sourceOf),
    occurredAt: time ? compilePath(time.path) : null,
    test: test ? compilePath(test.path) : null,
    unsigned: unsigned.map(compilePath),
  }
}

function sourceOf(text: string): Source {
  if (!text.startsWith('header:')) return { path: compilePath(text) }
  return { header: text.slice('header:'.length).toLowerCase() }
}

/** Where it cannot be told how far the path reaches, nothing counts as signed. */
function unsignedBy(path: CompiledPath, value: JsonValue): string[] {
  const { found, complete } = path.search(value)
  return complete ? found.map((each) => each.path) : ['$']
}
