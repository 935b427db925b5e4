// Events as people see them: what came, what became of it, and why.
import { writeAudit } from '../access/audit.ts'
import {
  bodyOfEvent,
  eventById,
  eventsPage,
  notByKey,
  requestOfEvent,
  type EventFilter,
  type EventRow,
  type PersonsEvents,
} from '../db/ledger/events.ts'
import { replaysOf } from '../db/ledger/again.ts'
import {
  attemptsOf,
  grantsOfKeys,
  grantsOfPerson,
  type GrantRow,
  type PersonKeys,
} from '../db/ledger/grants.ts'
import { lookupAttemptsOf } from '../db/ledger/lookups.ts'
import type { PageWanted } from '../db/ledger/page.ts'
import { reading, type Owner, type Reader } from '../db/ledger/reading.ts'
import { limits } from '../limits.ts'
import { describeTrace, type Language } from '../rules/trace.ts'
import {
  auditReveal,
  emailFor,
  find,
  keysOf,
  type Asker,
  type Ledger,
  type Mentions,
  type Unknown,
} from './asking.ts'
import { viewReplay } from './again.ts'
import { fateOf, matchWith, sinceReplays, type Matched } from './fate.ts'
import { viewGrantInFull } from './grants.ts'
import { sayFate } from './words.ts'

export interface EventsWanted
  extends PageWanted, Mentions, Pick<EventFilter, 'type' | 'state' | 'reason' | 'from' | 'to'> {
  email?: string | undefined
}

export type EventView = ReturnType<typeof viewEvent>

export async function listEvents(
  ledger: Ledger,
  asker: Asker,
  { partner, source, campaign, rule, email, limit, after, ...filter }: EventsWanted,
): Promise<{ items: EventView[]; next: string | null } | Unknown | { unusable: 'email' }> {
  const keys = email === undefined ? undefined : keysOf(ledger, email)
  if (keys === null) return { unusable: 'email' }
  const found = await reading(ledger.orm, asker.owner, async (tx) => {
    const meant = await find(tx, asker.owner, { partner, source, campaign, rule })
    if ('unknown' in meant) return meant
    const person = keys && (await eventsOf(tx, meant.owner, keys))
    const these = { ...filter, ...meant, person }
    const page = await eventsPage(tx, meant.owner, these, { limit, after })
    const replays = await replaysOf(tx, page.rows, limits.replaysShownMax)
    const standing = page.rows.map((event) => sinceReplays(event, replays))
    return { ...page, standing, grants: await grantsFor(tx, meant.owner, standing) }
  })
  if ('unknown' in found) return found
  const grantsOf = matchWith(found.grants)
  const rows = found.rows.map((event, n) => {
    const standing = found.standing[n] ?? event
    return { event, standing, matched: grantsOf(standing) }
  })
  await auditReveal(
    ledger,
    asker,
    rows.flatMap(({ matched }) => grantsIn(matched)),
  )
  return {
    items: rows.map(({ event, matched, standing }) => viewEvent(event, matched, asker, standing)),
    next: found.next,
  }
}

/** By the email, however it was capitalised, and by the grants that this person has. */
export async function eventsOf(
  tx: Reader,
  owner: Owner,
  person: PersonKeys,
): Promise<PersonsEvents> {
  const grants = await grantsOfPerson(tx, owner, person, limits.storyGrantsMax)
  return personsEvents(tx, owner, person, grants)
}

export async function personsEvents(
  tx: Reader,
  owner: Owner,
  { key }: PersonKeys,
  grants: readonly Pick<GrantRow, 'emailKey' | 'eventId'>[],
): Promise<PersonsEvents> {
  const keys = new Map(
    [key, ...grants.map(({ emailKey }) => emailKey)].map((each) => [each.toString('hex'), each]),
  )
  const eventIds = grants.flatMap(({ eventId }) => (eventId === null ? [] : [eventId]))
  const about = { keys: [...keys.values()], eventIds }
  return { ...about, eventIds: await notByKey(tx, owner, about) }
}

export async function readEvent(ledger: Ledger, asker: Asker, id: string, language: Language) {
  const found = await reading(ledger.orm, asker.owner, async (tx) => {
    const event = await eventById(tx, asker.owner, id)
    if (event === undefined) return undefined
    const replays = await replaysOf(tx, [event], limits.replaysShownMax)
    const standing = sinceReplays(event, replays)
    const matched = matchWith(await grantsFor(tx, event.partner.id, [standing]))(standing)
    const attempts = await attemptsOf(tx, grantsIn(matched), limits.attemptsShownMax)
    const looks = await lookupAttemptsOf(tx, event, limits.lookupAttemptsShownMax)
    const request = await requestOfEvent(tx, asker.owner, id)
    return { event, standing, replays, matched, attempts, looks, request }
  })
  if (found === undefined) return undefined
  const { event, standing, replays, matched, attempts, looks, request } = found
  await auditReveal(ledger, asker, grantsIn(matched))
  const fate = fateOf(standing, matched)
  return {
    ...viewEvent(event, matched, asker, standing),
    credential_id: event.credentialId,
    part: event.part,
    request: request
      ? { method: request.method, headers: request.headers, body_bytes: request.bytes }
      : null,
    matches: matched.map(({ match, grant, caused }) => ({
      rule_id: match.rule,
      campaign_id: match.campaign,
      email_path: match.path,
      email_trust: match.trust,
      caused,
      grant_id: grant?.id ?? null,
    })),
    grants: grantsIn(matched).map((grant) => viewGrantInFull(grant, attempts, asker)),
    replays: replays.map(viewReplay),
    lookups: looks.map(({ at, httpStatus, ...look }) => ({
      ...look,
      at: at.toISOString(),
      http_status: httpStatus,
    })),
    trace: event.trace,
    told: [sayFate(fate.word, fate.reason, language), ...describeTrace(event.trace, language)],
  }
}

/** The bytes as received; each look is audited, for they hold whatever the sender knows. */
export async function readEventBody(ledger: Ledger, asker: Asker, id: string) {
  const found = await reading(ledger.orm, asker.owner, (tx) => bodyOfEvent(tx, asker.owner, id))
  if (found === undefined) return undefined
  const { actor } = asker
  const { partnerId, body } = found
  await writeAudit(ledger.changes, { partnerId, actor, action: 'event.body_read', subject: id })
  return body
}

/** Enough grants to match these events with: all of everybody they are about. */
function grantsFor(tx: Reader, owner: Owner, rows: readonly EventRow[]): Promise<GrantRow[]> {
  const keys = new Set(rows.flatMap(({ matches }) => matches.map(({ key }) => key)))
  return grantsOfKeys(
    tx,
    owner,
    [...keys].map((key) => Buffer.from(key, 'hex')),
  )
}

export function grantsIn(matched: readonly Matched[]): GrantRow[] {
  const grants = matched.flatMap(({ grant }) => (grant === undefined ? [] : [grant]))
  return [...new Map(grants.map((grant) => [grant.id, grant])).values()]
}

/** `standing`: since its replays. */
export function viewEvent(
  event: EventRow,
  matched: readonly Matched[],
  asker: { reveal: boolean },
  standing: EventRow,
) {
  const grants = grantsIn(matched)
  const { word, reason } = fateOf(standing, matched)
  return {
    id: event.id,
    partner: event.partner,
    source: event.source,
    key: event.key,
    type: event.type,
    received_at: event.receivedAt.toISOString(),
    occurred_at: event.occurredAt?.toISOString() ?? null,
    state: event.state,
    reason: event.reason,
    trust: event.trust,
    copies: event.copies,
    email: emailFor(asker, grants[0]?.email ?? null),
    fate: word,
    fate_reason: reason,
    grant_ids: grants.map(({ id }) => id),
  }
}
