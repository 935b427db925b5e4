// What is kept of a proven request, and from that back to the request and to what its proof said of it,
// so that it is read as it was read first. Where that cannot be told any more, it is believed less. Pure.
import { formatOf, readBody } from '../bodies/read.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import type { ActiveSource } from '../partners/directory.ts'
import { leaves } from '../providers/resolve.ts'
import { compilePath } from '../rules/path.ts'
import type { CheckedProof } from '../schemes/proof.ts'
import type { Authentic, SentRequest, Trust } from '../schemes/scheme.ts'
import { rootsOf } from '../schemes/signed-text.ts'
import { coverOf } from '../schemes/text-pieces.ts'

export interface Kept {
  method: string
  headers: Readonly<Record<string, string[]>>
  body: Buffer
}

type Source = Pick<ActiveSource, 'provider' | 'proof'>

/**
 * What was said, from which the event can be read again: the body; of a link its token; of a GET its
 * parameters, without a token that is the source's secret. It may hold a person's address, so it
 * belongs where an erasure finds it. What is refused keeps no link's token: it may still be good.
 */
export function bytesToKeep({ proof, provider }: Source, request: SentRequest): Buffer {
  if (proof.scheme === 'jwt' && 'query' in proof.token) {
    return Buffer.from(new URL(request.url).searchParams.get(proof.token.query) ?? '')
  }
  if (formatOf(request, provider.body.format) !== 'query') return request.body
  const parameters = new URL(request.url).searchParams
  for (const name of secretParameters(proof)) parameters.delete(name)
  return Buffer.from(parameters.toString())
}

function secretParameters(proof: CheckedProof): string[] {
  return leaves(proof).flatMap((leaf) =>
    leaf.scheme === 'token' && 'query' in leaf.at ? [leaf.at.query] : [],
  )
}

/** `trust`: the event's own, as recorded. */
export function provenAsKept(
  source: Source,
  kept: Kept,
  trust: Trust,
): { request: SentRequest; verdict: Authentic } {
  const request = requestOf(source, kept)
  const covers = trust === 'signed' ? coveredBy(source, request) : undefined
  const claims = claimsIn(source.proof, request)
  const verdict = {
    authentic: true,
    credential: null,
    trust,
    ...(covers && { covers }),
    ...(claims && { claims }),
  } as const
  return { request, verdict }
}

/** Of a GET its parameters were kept, in the body's place. */
function requestOf({ provider: { body: written }, proof }: Source, kept: Kept): SentRequest {
  const { method, body } = kept
  const headers = new Map(Object.entries(kept.headers))
  const empty = Buffer.alloc(0)
  const isQuery = formatOf({ url: '', body: empty }, written.format) === 'query'
  const wasGet = written.format === 'query' || method === 'GET'
  return isQuery && wasGet && !isLink(proof)
    ? { method, url: `?${body.toString('utf8')}`, headers, body: empty }
    : { method, url: '', headers, body }
}

const isLink = (proof: CheckedProof) => proof.scheme === 'jwt' && 'query' in proof.token

/**
 * Normalized paths; undefined: the whole body. Of several proofs that cover parts nobody knows any
 * more which one it was: then nothing is covered.
 */
function coveredBy(
  { provider, proof }: Source,
  request: SentRequest,
): readonly string[] | undefined {
  const input = { request, settings: {}, format: provider.body.format }
  const partly = leaves(proof).flatMap((leaf) => {
    if (!('template' in leaf)) return []
    const covers = rootsOf(leaf, input).map((root) => coverOf(leaf, input, root))
    const isWhole = covers.length > 0 && covers.every((each) => each === null)
    return isWhole ? [] : [covers.flatMap((each) => each ?? [])]
  })
  return partly.length > 1 ? [] : partly[0]
}

/** Of the token in the body, which was verified when it came. */
function claimsIn(proof: CheckedProof, request: SentRequest): JsonObject | undefined {
  for (const leaf of leaves(proof)) {
    if (leaf.scheme !== 'jwt' || 'header' in leaf.token) continue
    const token = 'field' in leaf.token ? tokenAt(leaf.token.field, request) : bodyText(request)
    const claims = payloadOf(token)
    if (claims !== undefined) return claims
  }
  return undefined
}

const bodyText = ({ body }: SentRequest) => body.toString('utf8').trim()

function tokenAt(field: string, request: SentRequest): string {
  const read = readBody(request, 'json')
  const [found] = 'value' in read ? compilePath(field).find(read.value) : []
  return typeof found?.value === 'string' ? found.value : ''
}

function payloadOf(token: string): JsonObject | undefined {
  const [, payload, signature] = token.split('.')
  if (payload === undefined || signature === undefined) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    return isJsonObject(claims) ? claims : undefined
  } catch {
    return undefined
  }
}
