// What the reason and the request say without anything being tried.
import { Buffer } from 'node:buffer'
import { readBody } from '../bodies/read.ts'
import type { Recorded } from '../inbound/recorded.ts'
import { leaves } from '../providers/resolve.ts'
import { compilePath } from '../rules/path.ts'
import type { Place } from '../schemes/place.ts'
import type { CheckedProof } from '../schemes/proof.ts'
import type { Reason } from '../schemes/reasons.ts'
import { finding, type Finding } from './causes.ts'

type Say = (recorded: Recorded) => Finding[]

const stripped: Say = ({ proof }) => {
  const headers = headersOf(proof)
  if (headers.length > 0) return [finding('header_stripped', false, headers.join(', '))]
  const fields = fieldsOf(proof)
  return fields.length > 0 ? [finding('field_stripped', false, fields.join(', '))] : []
}

const elsewhere: Say = ({ request }) => [finding('address', false, request.ip ?? '?')]

/** Where keys are fetched from; empty where that is not the source's own to say. */
const keysAt = ({ credentials }: Recorded): string =>
  credentials
    .flatMap(({ jwksUrl }) => (jwksUrl !== undefined && URL.canParse(jwksUrl) ? [jwksUrl] : []))
    .map((url) => new URL(url).host)
    .join(', ')

const withoutKeys =
  (cause: 'keys_refused' | 'keys_unavailable'): Say =>
  (recorded) => {
    const places = keysAt(recorded)
    return places === '' ? [] : [finding(cause, false, places)]
  }

const byReason: Partial<Record<Reason, Say>> = {
  header_missing: stripped,
  token_missing: stripped,
  header_repeated: ({ request }) => {
    const names = [...request.headers].filter(([, values]) => values.length > 1)
    return [finding('header_doubled', false, names.map(([name]) => name).join(', '))]
  },
  algorithm_not_allowed: (recorded) => [
    finding('algorithm', false, algorithmIn(recorded), allowedIn(recorded.proof)),
  ],
  address_mismatch: elsewhere,
  address_unknown: elsewhere,
  signature_mismatch: (recorded) => (isTest(recorded) ? [finding('test_mode', false)] : []),
  keys_refused: withoutKeys('keys_refused'),
  keys_unavailable: withoutKeys('keys_unavailable'),
  no_credential: ({ provider: { credentials } }) => [
    finding('no_credential', false, credentials.map((form) => form.join(' + ')).join(' / ')),
  ],
}

export function plainFindings(reason: Reason, recorded: Recorded): Finding[] {
  return byReason[reason]?.(recorded) ?? []
}

type Leaf = ReturnType<typeof leaves>[number]

/** Where a scheme's own value stands; null where it has none. */
function placeOf(leaf: Leaf): Place | null {
  if ('signature' in leaf) return leaf.signature.at
  if (leaf.scheme === 'token') return leaf.at
  if (leaf.scheme === 'jwt') return 'body' in leaf.token ? null : leaf.token
  if (leaf.scheme === 'basic') return { header: ['authorization'] }
  return leaf.scheme === 'message-signature' ? { header: ['signature-input'] } : null
}

export function headersOf(proof: CheckedProof): string[] {
  return leaves(proof).flatMap((leaf) => {
    const place = placeOf(leaf)
    return place !== null && 'header' in place ? [...place.header] : []
  })
}

function fieldsOf(proof: CheckedProof): string[] {
  return leaves(proof).flatMap((leaf) => {
    const place = placeOf(leaf)
    if (place === null) return []
    return 'field' in place ? [place.field] : 'query' in place ? [place.query] : []
  })
}

function isTest({ provider, request }: Recorded): boolean {
  const { test } = provider.event
  const read = readBody(request, provider.body.format)
  if (!test || !('value' in read)) return false
  return compilePath(test.path)
    .find(read.value)
    .some(({ value }) => test.oneOf.includes(value))
}

/** Of the token's header, which anyone may read. */
function algorithmIn({ request }: Recorded): string {
  const texts = [request.body.toString('latin1'), ...[...request.headers.values()].flat()]
  for (const text of texts) {
    const head = /(eyJ[\w-]+)\.[\w-]+\./.exec(text)?.[1]
    const name =
      head && /"alg"\s*:\s*"([\w-]{1,20})"/.exec(Buffer.from(head, 'base64url').toString())
    if (name?.[1]) return name[1]
  }
  return '?'
}

function allowedIn(proof: CheckedProof): string {
  return leaves(proof)
    .flatMap((leaf) => ('algorithms' in leaf ? [leaf.algorithms] : []))
    .join(' ')
}
