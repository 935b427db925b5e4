// Of somebody without a bonus, of whom no rule has found the address: where it stands all the same.
import { tracedEvents } from '../db/ledger/events.ts'
import {
  eventsNaming,
  refusedNaming,
  type Naming,
  type RefusedNaming,
} from '../db/ledger/naming.ts'
import { isTooSlow, reading } from '../db/ledger/reading.ts'
import { limits } from '../limits.ts'
import { needlesFor, requestMentions } from '../privacy/mentions.ts'
import { foldedAddress } from '../rules/email.ts'
import type { Language } from '../rules/trace.ts'
import { keysOf, type Ledger } from './asking.ts'
import { viewEvent } from './events.ts'
import { tellStory, type Story } from './telling.ts'

/** A story of those; `too_slow` where there was no time to look. Nothing when this is no address. */
export async function namingOf(
  ledger: Pick<Ledger, 'orm' | 'pepper'>,
  partnerId: string,
  email: string,
): Promise<NamingStory | 'too_slow' | undefined> {
  const person = keysOf(ledger, email)
  if (person === null) return undefined
  const needles = needlesFor(person.address)
  const folded = foldedAddress(person.address)
  const isMeant = (request: Naming) => requestMentions(request, folded)
  try {
    return await reading(ledger.orm, partnerId, async (tx) => {
      const named = await eventsNaming(tx, partnerId, needles)
      const refused = await refusedNaming(tx, partnerId, needles)
      const ids = named.filter(isMeant).map(({ id }) => id)
      const events = await tracedEvents(tx, partnerId, ids)
      return {
        ...nothing,
        address: person.address,
        events: events.map((event) => ({ event, matched: [] })),
        refused: refused.filter(isMeant),
        cut: [named, refused].some(({ length }) => length === limits.namingToldMax),
      }
    })
  } catch (error) {
    if (isTooSlow(error)) return 'too_slow'
    throw error
  }
}

export interface NamingStory extends Story {
  refused: RefusedNaming[]
}

/** The same for people to read. `searched` is false where there was no time to look. `unusable`: no address. */
export async function readNaming(
  ledger: Pick<Ledger, 'orm' | 'pepper'>,
  partnerId: string,
  email: string,
  language: Language,
) {
  const story = await namingOf(ledger, partnerId, email)
  if (story === undefined) return 'unusable'
  if (story === 'too_slow')
    return { searched: false, cut: false, events: [], refused: [], told: [] }
  return {
    searched: true,
    cut: story.cut,
    events: story.events.map(({ event }) => viewEvent(event, [], { reveal: false }, event)),
    refused: story.refused.map(({ id, at, reason, source, sourceId, provider }) => ({
      id,
      at: at.toISOString(),
      reason,
      source: { id: sourceId, name: source, provider },
    })),
    told: tellStory(story, language, { timeZone: 'UTC' }),
  }
}

const nothing: Omit<Story, 'address' | 'events' | 'refused' | 'cut'> = {
  replays: [],
  retries: [],
  paid: new Map(),
  grants: [],
  attempts: [],
  erased: [],
}
