// What the reason and the request say without anything being tried.
import { Buffer } from 'node:buffer'
import { readBody } from '../bodies/read.ts'
import type { Recorded } from '../inbound/recorded.ts'
import { leftOut } from '../inbound/secret-headers.ts'
import type { Text } from '../providers/provider.ts'
import { leaves, settingValue } from '../providers/resolve.ts'
import { networksFault } from '../providers/setting-forms.ts'
import { compilePath } from '../rules/path.ts'
import { serves } from '../schemes/index.ts'
import type { Place } from '../schemes/place.ts'
import type { CheckedProof } from '../schemes/proof.ts'
import type { Reason } from '../schemes/reasons.ts'
import { finding, type Finding } from './causes.ts'

type Say = (recorded: Recorded) => Finding[]

/**
 * What the sender should have put where. Of several ways one is enough: the first one that the source has a
 * credential for, which is the one the guide names.
 */
function expected({ proof, credentials }: Recorded): Leaf[] {
  if (proof.scheme !== 'any') return leaves(proof).filter((leaf) => placeOf(leaf) !== null)
  const usable = proof.of.filter((leaf) => credentials.some((one) => serves(leaf, one)))
  return (usable.length > 0 ? usable : proof.of).filter((leaf) => placeOf(leaf) !== null)
}

/** The parts of the first of several ways, or of all that must be there together. */
const wanted = (recorded: Recorded): Leaf[] =>
  recorded.proof.scheme === 'any' ? expected(recorded).slice(0, 1) : expected(recorded)

const stripped: Say = (recorded) => {
  const places = wanted(recorded).flatMap((leaf) => placeOf(leaf) ?? [])
  const parameters = places.flatMap((place) => ('query' in place ? [place.query] : []))
  if (recorded.provider.visit !== undefined) return [finding('link_cut', false)]
  if (parameters.length > 0) return [finding('query_missing', false, parameters.join(', '))]
  const headers = places.flatMap((place) => ('header' in place ? [...place.header] : []))
  if (headers.length > 0) return [finding('header_stripped', false, headers.join(', '))]
  const fields = places.flatMap((place) => ('field' in place ? [place.field] : []))
  return fields.length > 0 ? [finding('field_stripped', false, fields.join(', '))] : []
}

/** Where the token is that did not fit: of the ways that there are the one that was gone. */
const mismatched: Say = (recorded) => {
  const ways = expected(recorded).filter(({ scheme }) => scheme === 'token')
  const came = ways.find((leaf) =>
    headersIn(leaf).some((name) => recorded.request.headers.has(name)),
  )
  const place = placeOf(came ?? ways[0])
  return [finding('token_wrong', false, placeSaid(place))]
}

function placeSaid(place: Place | null): Text {
  if (place === null) return { en: 'in the request', ru: 'в запросе' }
  if ('query' in place)
    return { en: `in the URL (“${place.query}”)`, ru: `в URL («${place.query}»)` }
  if ('header' in place) {
    const names = place.header.join(', ')
    return { en: `in the header ${names}`, ru: `в заголовке ${names}` }
  }
  return { en: `in the field ${place.field}`, ru: `в поле ${place.field}` }
}

/** The word that the settings put before a token. */
const misbegun: Say = (recorded) =>
  expected(recorded)
    .flatMap((leaf) => (leaf.scheme === 'token' && 'header' in leaf.at ? [leaf.at] : []))
    .filter(
      ({ prefix, header }) =>
        prefix !== '' && header.some((name) => recorded.request.headers.has(name)),
    )
    .map(({ prefix, header }) => finding('token_form', false, header.join(', '), prefix.trim()))

/** The list of addresses that cannot be read. */
const unreadable: Say = ({ provider, settings }) =>
  Object.entries(provider.settings ?? {}).flatMap(([name, { form, label }]) => {
    if (form !== 'networks') return []
    const fault = networksFault(settingValue(provider, settings, name) ?? '')
    return fault === null ? [] : [finding('list_broken', true, label, fault)]
  })

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
  token_mismatch: mismatched,
  token_malformed: misbegun,
  token_expired: ({ provider }) => (provider.visit ? [finding('link_over', false)] : []),
  password_mismatch: () => [finding('password_wrong', false)],
  setting_missing: unreadable,
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
function placeOf(leaf: Leaf | undefined): Place | null {
  if (leaf === undefined) return null
  if ('signature' in leaf) return leaf.signature.at
  if (leaf.scheme === 'token') return leaf.at
  if (leaf.scheme === 'jwt') return 'body' in leaf.token ? null : leaf.token
  if (leaf.scheme === 'basic') return { header: ['authorization'] }
  return leaf.scheme === 'message-signature' ? { header: ['signature-input'] } : null
}

function headersIn(leaf: Leaf): string[] {
  const place = placeOf(leaf)
  return place !== null && 'header' in place ? [...place.header] : []
}

export const headersOf = (proof: CheckedProof): string[] => leaves(proof).flatMap(headersIn)

/**
 * What the proof looks at was not kept: a URL's parameters never are, nor headers that are secrets
 * themselves. Judged again, such a request would lack what it once had.
 */
export function isBlind({ proof, request }: Recorded): boolean {
  return leaves(proof).some((leaf) => {
    const place = placeOf(leaf)
    if (place !== null && 'query' in place) return !request.url.includes('?')
    return headersIn(leaf).some((name) => request.headers.get(name)?.includes(leftOut))
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
