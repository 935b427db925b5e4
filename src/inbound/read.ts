// From an authentic request to the events it holds: their keys, types, times, and how far each place
// can be believed. Pure. Never drops anything: what cannot be read is an event too, with the reason.
// Keys come only from what the proof covers, or are the hash of the bytes, so that a repeated request
// is always the same event.
import { createHash } from 'node:crypto'
import { isJsonObject } from '../json.ts'
import type { JsonValue } from '../json.ts'
import { limits } from '../limits.ts'
import type { Provider } from '../providers/provider.ts'
import { settingValue } from '../providers/resolve.ts'
import { isAtOrBelow } from '../rules/path-text.ts'
import type { CompiledPath } from '../rules/path.ts'
import { compilePath } from '../rules/path.ts'
import type { Authentic, SentRequest, Settings, Trust } from '../schemes/scheme.ts'
import type { ReadEvent, TrustRegion } from './event.ts'
import { trustAt } from './event.ts'
import { compileExpression, partsOf, type Expression } from './expression.ts'
import { instantOf } from './instant.ts'
import { splitRequest, type Part } from './parts.ts'

const noSettings: Settings = {}

/** At least one event; `settings` may hold `key_path` and `type_path`, already checked. */
export function read(
  provider: Provider,
  request: SentRequest,
  verdict: Authentic,
  settings: Settings = noSettings,
): ReadEvent[] {
  const reader = readerOf(provider, settings)
  const context = { reader, request, trust: trustOf(provider, verdict), covers: verdict.covers }
  return splitRequest(provider, request, verdict).map((part, index) =>
    readPart(part, index, context),
  )
}

/**
 * The event once there is more in its value (see lookups/enrich.ts): a type, a time, or the mark of a
 * test may stand in what was added. The key stays: it says which event this is.
 */
export function readAgain(
  provider: Provider,
  request: SentRequest,
  event: ReadEvent,
  settings: Settings,
): ReadEvent {
  const reader = readerOf(provider, settings)
  const isTypeAdded = provider.event.type.some((part) => /^\$(?:\.|\[['"])confirmed\b/.test(part))
  return {
    ...event,
    type: isTypeAdded ? typeOf(reader.type, event.value, request) : event.type,
    occurredAt: event.occurredAt ?? occurredAt(reader, event.value),
    test: event.test || isTest(reader, event.value),
  }
}

/** Claims prove a body only where the body is the token; beside it they name the sender. */
function trustOf(provider: Provider, verdict: Authentic): Trust {
  return verdict.claimsOnly && provider.body.format !== 'jwt' ? 'token' : verdict.trust
}

interface Reader {
  provider: Provider
  /** The first whose parts are all there gives the key. */
  keys: readonly Expression[]
  type: Expression
  occurredAt: CompiledPath | null
  test: CompiledPath | null
  unsigned: readonly CompiledPath[]
}

interface Context {
  reader: Reader
  request: SentRequest
  trust: Trust
  covers: readonly string[] | undefined
}

function readPart(part: Part, index: number, context: Context): ReadEvent {
  if ('unreadable' in part) return unreadable(part, index, context, part.unreadable)
  if (!isJsonObject(part.value)) return unreadable(part, index, context, 'not_an_object')
  const { reader, request, trust } = context
  const { value } = part
  const regions = regionsOf(part, value, context)
  return {
    key: keyOf(value, { trust, regions }, context) ?? hashOf(part, request),
    type: typeOf(reader.type, value, request),
    occurredAt: occurredAt(reader, value),
    test: isTest(reader, value),
    part: index,
    value,
    unreadable: null,
    trust,
    regions,
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
    regions: [],
  }
}

/** What the proof leaves out: all but what it covers, and what the provider says is outside. */
function regionsOf(
  part: Part,
  value: JsonValue,
  { reader, trust, covers }: Context,
): TrustRegion[] {
  const outside = reader.unsigned.flatMap((path) => placesOf(path, value)).map(asUnsigned)
  if (covers === undefined) return outside
  const inside = covers.flatMap((path) => relative(path, part.at))
  return [asUnsigned('$'), ...inside.map((path) => ({ path, trust })), ...outside]
}

function asUnsigned(path: string): TrustRegion {
  return { path, trust: 'unsigned' }
}

/** A path in the body as a path in the part of it that stands at `at`; none where it is elsewhere. */
function relative(path: string, at: string): string[] {
  if (isAtOrBelow(at, path)) return ['$']
  return isAtOrBelow(path, at) ? [`$${path.slice(at.length)}`] : []
}

/** Where it cannot be told how far the path reaches, nothing counts as signed. */
function placesOf(path: CompiledPath, value: JsonValue): string[] {
  const { found, complete } = path.search(value)
  return complete ? found.map((each) => each.path) : ['$']
}

const hashMark = 'sha256:'

function sha256(bytes: Buffer | string): string {
  return hashMark + createHash('sha256').update(bytes).digest('hex')
}

/** A GET has no body: its parameters are what it says. */
function hashOf(part: Part, { body, url }: SentRequest): string {
  return sha256(part.text ?? (body.length > 0 ? body : url.slice(url.indexOf('?') + 1)))
}

/** Null unless every part of one of the expressions is there, as exactly one value that is covered. */
function keyOf(
  value: JsonValue,
  event: Pick<ReadEvent, 'trust' | 'regions'>,
  { reader, request, trust }: Context,
): string | null {
  const proven = (path: string) => trust === 'unsigned' || trustAt(event, path) !== 'unsigned'
  for (const expression of reader.keys) {
    const parts = partsOf(expression, value, request, proven)
    const whole = parts.flatMap((part) => part ?? [])
    if (whole.length === parts.length && whole.length > 0) return indexable(whole.join(':'))
  }
  return null
}

/**
 * A key that fits an index row and every text column. What does not is replaced by its hash, and so
 * is a key that looks like a hash: none that a sender writes can equal the hash of other bytes.
 */
function indexable(key: string): string {
  const fits = key.length <= limits.eventKeyCharsMax && key.isWellFormed() && !/\p{Cc}/u.test(key)
  return fits && !key.startsWith(hashMark) ? key : sha256(key)
}

function typeOf(expression: Expression, value: JsonValue, request: SentRequest): string {
  const parts = partsOf(expression, value, request, () => true).flatMap((part) => part ?? [])
  const clean = parts.join('.').replace(/\p{Cc}/gu, '')
  return clean.slice(0, limits.eventTypeCharsMax).toWellFormed()
}

function occurredAt({ provider, occurredAt: path }: Reader, value: JsonValue): number | null {
  const unit = provider.event.occurredAt?.unit
  const [found] = path ? path.find(value) : []
  return unit === undefined || found === undefined ? null : instantOf(found.value, unit)
}

function isTest({ provider, test: path }: Reader, value: JsonValue): boolean {
  const marks = provider.event.test?.oneOf ?? []
  return path !== null && path.find(value).some((found) => marks.includes(found.value))
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
  const { key, otherKeys = [], type, occurredAt: time, test, unsigned = [] } = provider.event
  const keyPath = settingValue(provider, settings, 'key_path')
  const typePath = settingValue(provider, settings, 'type_path')
  return {
    provider,
    keys: (keyPath === undefined ? [key, ...otherKeys] : [[keyPath]]).map(compileExpression),
    type: compileExpression(typePath === undefined ? type : [typePath]),
    occurredAt: time ? compilePath(time.path) : null,
    test: test ? compilePath(test.path) : null,
    unsigned: unsigned.map(compilePath),
  }
}
