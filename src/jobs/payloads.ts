// Recorded events as rules see them, read once more from the bytes they came in: to be looked at, and to
// find in them where the email stands. What the provider said when it was asked is not kept, and not here.
import { recordedBefore, keptBodies, recordedWithBodies } from '../db/jobs/recorded.ts'
import type { KeptBody, RecordedEvent } from '../db/jobs/recorded.ts'
import { reading } from '../db/ledger/reading.ts'
import type { Orm } from '../db/open.ts'
import type { ReadEvent } from '../inbound/event.ts'
import { provenAsKept } from '../inbound/kept.ts'
import { read } from '../inbound/read.ts'
import { limits } from '../limits.ts'
import { withContact } from '../lookups/enrich.ts'
import type { ActiveSource } from '../partners/directory.ts'

export interface Payload {
  id: string
  receivedAt: string
  event: ReadEvent
}

/** `gone`: the request is no longer kept; `large`: too much to be shown to a person. */
export type PayloadRead = Payload | { id: string; missing: 'gone' | 'large' | 'changed' }

export async function payloadOf(
  orm: Orm,
  source: ActiveSource,
  eventId: string,
): Promise<PayloadRead> {
  const { events, bodies } = await recordedWithBodies(orm, source.partnerId, [eventId])
  const [event] = events
  return event === undefined ? { id: eventId, missing: 'gone' } : readOne(source, event, bodies[0])
}

/** Of these events those that can be read, in their order. */
export async function payloadsOf(
  orm: Orm,
  source: ActiveSource,
  eventIds: readonly string[],
): Promise<Payload[]> {
  const { events, bodies } = await recordedWithBodies(orm, source.partnerId, eventIds)
  return eventIds.flatMap((id) => {
    const event = events.find((each) => each.id === id)
    const payload =
      event &&
      readOne(
        source,
        event,
        bodies.find(({ bodyId }) => bodyId === event.bodyId),
      )
    return payload === undefined || 'missing' in payload ? [] : [payload]
  })
}

/** The newest of a source, those that can be read. */
export async function newestPayloads(
  orm: Orm,
  source: ActiveSource,
  most: number,
): Promise<Payload[]> {
  const { partnerId, id: sourceId } = source
  const { events, bodies } = await reading(orm, partnerId, async (tx) => {
    const found = await recordedBefore(tx, { partnerId, sourceId }, null, most)
    return {
      events: found,
      bodies: await keptBodies(
        tx,
        partnerId,
        found.map(({ id }) => id),
      ),
    }
  })
  return events.flatMap((event) => {
    const kept = bodies.find(({ bodyId }) => bodyId === event.bodyId)
    const payload = readOne(source, event, kept)
    return 'missing' in payload ? [] : [payload]
  })
}

function readOne(
  source: ActiveSource,
  recorded: RecordedEvent,
  kept: KeptBody | undefined,
): PayloadRead {
  const { id, receivedAt, part, trust, contact, key, type } = recorded
  if (kept === undefined) return { id, missing: 'gone' }
  if (kept.body.length > limits.payloadShownBytesMax) return { id, missing: 'large' }
  const { request, verdict } = provenAsKept(source, kept, trust)
  const event = read(source.provider, request, verdict, source.settings)[part]
  if (event === undefined || event.unreadable !== null) return { id, missing: 'changed' }
  // Key and type as recorded: they may have stood in the URL, which is not kept.
  const known = { ...event, key, type }
  return { id, receivedAt, event: withContact(known, contact, source.provider.join) }
}
