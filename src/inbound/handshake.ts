// Requests that only ask whether somebody is there: a challenge to echo, a ping, a question before a
// payment. Answered as the preset says, never recorded as events. Pure.
import { readBody } from '../bodies/read.ts'
import type { JsonValue } from '../json.ts'
import { limits } from '../limits.ts'
import type { Handshake, Provider } from '../providers/provider.ts'
import { compilePath } from '../rules/path.ts'
import type { SentRequest } from '../schemes/scheme.ts'

export function handshakeOf(
  provider: Provider,
  request: SentRequest,
  proof: Handshake['proof'],
): Handshake | undefined {
  return provider.handshakes?.find(
    (handshake) => handshake.proof === proof && holds(handshake.when, request, provider),
  )
}

/** What a provider's events come with, and its handshakes besides. */
export function allowedMethods({ methods = ['POST'], handshakes = [] }: Provider): string[] {
  const others = handshakes.flatMap(({ when }) => when.method ?? [])
  return [...new Set([...methods, ...others])]
}

function holds(when: Handshake['when'], request: SentRequest, provider: Provider): boolean {
  const { method, header, query, headerIs, queryIs, queryLike, body, field } = when
  const parameters = URL.canParse(request.url)
    ? new URL(request.url).searchParams
    : new URLSearchParams()
  return [
    method === undefined || request.method === method,
    header === undefined || request.headers.has(header),
    query === undefined || parameters.has(query),
    headerIs === undefined || isOnly(request.headers.get(headerIs.name), headerIs.equals),
    queryIs === undefined || isOnly(parameters.getAll(queryIs.name), queryIs.equals),
    queryLike === undefined || fits(queryLike.pattern, parameters.get(queryLike.name)),
    body === undefined ||
      fits(body, request.body.toString('latin1', 0, limits.handshakeBodyBytesMax)),
    field === undefined || fieldIs(field, request, provider),
  ].every(Boolean)
}

function isOnly(values: readonly string[] | undefined, text: string): boolean {
  return values?.length === 1 && values[0] === text
}

/** From end to end; the patterns are the presets' own. */
function fits(pattern: string, text: string | null): boolean {
  return text !== null && new RegExp(`^(?:${pattern})$`).test(text)
}

function fieldIs(
  { path, equals }: { path: string; equals: JsonValue },
  request: SentRequest,
  { body: { format } }: Provider,
): boolean {
  const read = readBody(request, format)
  if (!('value' in read)) return false
  const found = compilePath(path).find(read.value)
  return found.length === 1 && found[0]?.value === equals
}
