// A parked event by itself, without the request it came in: as much of it as its rules, and the question to the
// provider, are applied to. Pure.
import type { ReadEvent } from '../inbound/event.ts'

/** As JSON in the database; key and type stand in the event's row. */
export type PartKept = Pick<
  ReadEvent,
  'occurredAt' | 'test' | 'part' | 'value' | 'trust' | 'regions'
>

export function partOf({ occurredAt, test, part, value, trust, regions }: ReadEvent): PartKept {
  return { occurredAt, test, part, value, trust, regions }
}

export function eventOf(kept: PartKept, { key, type }: Pick<ReadEvent, 'key' | 'type'>): ReadEvent {
  return { ...kept, key, type, unreadable: null }
}
