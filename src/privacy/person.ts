// Everything that is kept of one person, for the person: a copy that is complete, in full, and audited.
import { z } from 'zod'
import { keyPrefix, writeAudit } from '../access/audit.ts'
import { replaysOf, retriesOf } from '../db/ledger/again.ts'
import { eventsOfPerson } from '../db/ledger/events.ts'
import { attemptsOf, grantsOfPerson, type PersonKeys } from '../db/ledger/grants.ts'
import { reading, type Owner, type Reader } from '../db/ledger/reading.ts'
import type { Orm } from '../db/open.ts'
import {
  contactsOfPerson,
  erasuresOfPerson,
  eventsOfContacts,
  listedOfPerson,
  partsOf,
  replayTracesOf,
  requestsOf,
  type RequestOfEvent,
} from '../db/privacy/people.ts'
import { keysOf, type Asker, type Ledger } from '../ledger/asking.ts'
import { viewReplay, viewRetry } from '../ledger/again.ts'
import { viewEvent } from '../ledger/events.ts'
import { matchWith, sinceReplays } from '../ledger/fate.ts'
import { viewGrantInFull } from '../ledger/grants.ts'
import { limits } from '../limits.ts'
import { foldedAddress } from '../rules/email.ts'
import { findNaming, type NamingFound, type Refused } from './naming.ts'

export interface PersonParts extends Ledger {
  changes: Orm
  now(): number
}

/** `unusable`: this is no address. */
export async function exportPerson(
  parts: PersonParts,
  { owner, actor }: Pick<Asker, 'owner' | 'actor'>,
  email: string,
) {
  const person = keysOf(parts, email)
  if (person === null) return 'unusable'
  const naming = await findNaming(parts.orm, owner, person.address)
  const found = await reading(parts.orm, owner, (tx) => findAll(tx, owner, person, naming))
  const subject = keyPrefix(person.folded)
  const action = 'person.exported' as const
  const concerned = partnersIn(found)
  if (owner !== null) concerned.add(owner)
  await writeAudit(
    parts.changes,
    ...[...concerned].map((partnerId) => ({ partnerId, actor, action, subject })),
  )
  return {
    email: person.address,
    exported_at: new Date(parts.now()).toISOString(),
    ...view(found),
  }
}

type Found = Awaited<ReturnType<typeof findAll>>

async function findAll(
  tx: Reader,
  owner: Owner,
  person: PersonKeys & { address: string },
  naming: NamingFound,
) {
  const most = limits.personRowsMax
  const folded = foldedAddress(person.address)
  const grants = await grantsOfPerson(tx, owner, person, most)
  const keys = [person.key, person.folded, ...grants.map(({ emailKey }) => emailKey)]
  const eventIds = [
    ...grants.flatMap(({ eventId }) => eventId ?? []),
    ...(await eventsOfContacts(tx, owner, keys, folded)),
    ...naming.eventIds,
  ]
  const events = await eventsOfPerson(tx, owner, { keys, eventIds: [...new Set(eventIds)] }, most)
  const ids = events.map(({ id }) => id)
  return {
    grants,
    events,
    naming,
    parts: await partsOf(tx, owner, ids),
    replays: await replaysOf(tx, events, most),
    replayTraces: await replayTracesOf(tx, owner, ids),
    retries: await retriesOf(tx, grants, most),
    attempts: await attemptsOf(tx, grants, most),
    contacts: await contactsOfPerson(tx, owner, keys, folded),
    listed: await listedOfPerson(tx, owner, person),
    erasures: await erasuresOfPerson(tx, owner, person),
    requests: await requestsOf(tx, owner, ids, {
      bytesMax: limits.personBodyBytesMax,
      first: 'oldest',
    }),
  }
}

const partnersIn = ({ grants, events, contacts, listed, erasures }: Found) =>
  new Set([
    ...[...grants, ...events, ...contacts, ...listed].map(({ partner }) => partner.id),
    ...erasures.map(({ partnerId }) => partnerId),
  ])

const full = { reveal: true }

function view(found: Found) {
  const { grants, events } = found
  return {
    complete:
      found.naming.complete &&
      grants.length < limits.personRowsMax &&
      events.length < limits.personRowsMax,
    events: viewEvents(found),
    grants: grants.map((grant) => viewGrantInFull(grant, found.attempts, full)),
    retries: found.retries.map(viewRetry),
    contacts: found.contacts.map(({ eventId, at, ...contact }) => ({
      ...contact,
      event_id: eventId,
      at: at.toISOString(),
    })),
    listed: found.listed.map(({ partner, jobId, line, email }) => ({
      partner,
      job_id: jobId,
      line,
      email,
    })),
    refused: found.naming.refused.map(viewRefused),
    erasures: found.erasures.map(({ id, partnerId, requestedAt, doneAt }) => ({
      id,
      partner_id: partnerId,
      requested_at: requestedAt.toISOString(),
      done_at: doneAt?.toISOString() ?? null,
    })),
  }
}

/** Oldest first. One event may be about several people: only what is this one's. */
function viewEvents({ events, grants, replays, replayTraces, requests, parts }: Found) {
  const matched = matchWith(grants)
  const byEvent = new Map(requests.map((each) => [each.eventId, viewRequest(each)]))
  return events.toReversed().map((event) => {
    const standing = sinceReplays(event, replays)
    const theirs = matched(standing).filter(({ grant }) => grant !== undefined)
    return {
      ...viewEvent(event, theirs, full, standing),
      trace: event.trace,
      request: byEvent.get(event.id) ?? null,
      kept_part: parts.find(({ eventId }) => eventId === event.id)?.event ?? null,
      replays: replays
        .filter(({ eventId }) => eventId === event.id)
        .map((replay) => ({ ...viewReplay(replay), trace: replayTraces.get(replay.id) ?? [] })),
    }
  })
}

/** Text where it is text. */
function viewRequest({ method, headers, body }: Omit<RequestOfEvent, 'eventId'>) {
  const text = body.toString('utf8')
  const isText = Buffer.from(text, 'utf8').equals(body)
  return {
    method,
    headers,
    ...(isText ? { body: text } : { body_base64: body.toString('base64') }),
  }
}

function viewRefused({ id, at, reason, source, sourceId, provider, ...request }: Refused) {
  const { method, ip, body, ...more } = request
  const headers = Headers.parse(JSON.parse(more.headers))
  return {
    id,
    at: at.toISOString(),
    reason,
    source: { id: sourceId, name: source, provider },
    ip,
    request: viewRequest({ method, headers, body }),
  }
}

const Headers = z.record(z.string(), z.array(z.string()))
