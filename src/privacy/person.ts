// Everything that is kept of one person, for the person: a copy that is complete, in full, and audited.
import { keyPrefix, writeAudit } from '../access/audit.ts'
import { eventsOfPerson } from '../db/ledger/events.ts'
import { attemptsOf, grantsOfPerson } from '../db/ledger/grants.ts'
import { reading } from '../db/ledger/reading.ts'
import type { Orm } from '../db/open.ts'
import {
  contactsOfPerson,
  erasuresOfPerson,
  requestsOf,
  type RequestOfEvent,
} from '../db/privacy/people.ts'
import type { Asker, Ledger } from '../ledger/asking.ts'
import { viewEvent } from '../ledger/events.ts'
import { matchWith } from '../ledger/fate.ts'
import { keysOf, viewGrantInFull } from '../ledger/grants.ts'
import { limits } from '../limits.ts'

export interface PersonParts extends Ledger {
  changes: Orm
  now(): number
}

/** `unusable`: this is no address. */
export async function exportPerson(
  parts: PersonParts,
  asker: Pick<Asker, 'owner' | 'actor'>,
  email: string,
) {
  const person = keysOf(parts, email)
  if (person === null) return 'unusable'
  const { owner, actor } = asker
  const found = await reading(parts.orm, async (tx) => {
    const grants = await grantsOfPerson(tx, owner, person, limits.personRowsMax)
    const keys = [person.key, person.folded, ...grants.map(({ emailKey }) => emailKey)]
    const eventIds = grants.flatMap(({ eventId }) => eventId ?? [])
    const events = await eventsOfPerson(tx, owner, { keys, eventIds }, limits.personRowsMax)
    const ids = events.map(({ id }) => id)
    return {
      grants,
      events,
      attempts: await attemptsOf(tx, grants, limits.personRowsMax),
      contacts: await contactsOfPerson(tx, owner, keys),
      erasures: await erasuresOfPerson(tx, owner, person),
      requests: await requestsOf(tx, owner, ids, limits.personBodyBytesMax),
    }
  })
  const { grants, events, contacts, erasures } = found
  const partnerIds = new Set([
    ...(owner === null ? [] : [owner]),
    ...[...grants, ...events, ...contacts].map(({ partner }) => partner.id),
    ...erasures.map(({ partnerId }) => partnerId),
  ])
  const subject = keyPrefix(person.folded)
  const action = 'person.exported' as const
  await writeAudit(
    parts.changes,
    ...[...partnerIds].map((partnerId) => ({ partnerId, actor, action, subject })),
  )
  const matched = matchWith(grants)
  const requests = new Map(found.requests.map((each) => [each.eventId, viewRequest(each)]))
  const full = { reveal: true }
  return {
    email: person.address,
    exported_at: new Date(parts.now()).toISOString(),
    complete: grants.length < limits.personRowsMax && events.length < limits.personRowsMax,
    events: events.toReversed().map((event) => ({
      ...viewEvent(
        event,
        matched(event).filter(({ grant }) => grant !== undefined),
        full,
      ),
      trace: event.trace,
      request: requests.get(event.id) ?? null,
    })),
    grants: grants.map((grant) => viewGrantInFull(grant, found.attempts, full)),
    contacts: contacts.map(({ eventId, at, ...contact }) => ({
      ...contact,
      event_id: eventId,
      at: at.toISOString(),
    })),
    erasures: erasures.map(({ id, partnerId, requestedAt, doneAt }) => ({
      id,
      partner_id: partnerId,
      requested_at: requestedAt.toISOString(),
      done_at: doneAt?.toISOString() ?? null,
    })),
  }
}

/** Text where it is text. */
function viewRequest({ method, headers, body }: RequestOfEvent) {
  const text = body.toString('utf8')
  const isText = Buffer.from(text, 'utf8').equals(body)
  return {
    method,
    headers,
    ...(isText ? { body: text } : { body_base64: body.toString('base64') }),
  }
}
