// Of somebody without a bonus, of whom no rule has found the address: where it stands all the same.
import { tracedEvents } from '../db/ledger/events.ts'
import { eventsNaming, refusedNaming, type Naming } from '../db/ledger/naming.ts'
import { isTooSlow, reading } from '../db/ledger/reading.ts'
import { mentions, needlesFor } from '../privacy/mentions.ts'
import { foldedAddress } from '../rules/email.ts'
import { keysOf, type Ledger } from './asking.ts'
import type { Story } from './telling.ts'

/** A story of those; `too_slow` where there was no time to look. Nothing when this is no address. */
export async function namingOf(
  ledger: Pick<Ledger, 'orm' | 'pepper'>,
  partnerId: string,
  email: string,
): Promise<Story | 'too_slow' | undefined> {
  const person = keysOf(ledger, email)
  if (person === null) return undefined
  const needles = needlesFor(person.address)
  const folded = foldedAddress(person.address)
  const isMeant = ({ body, headers }: Naming) =>
    mentions(body, folded) || mentions(Buffer.from(headers), folded)
  try {
    return await reading(ledger.orm, partnerId, async (tx) => {
      const named = (await eventsNaming(tx, partnerId, needles)).filter(isMeant)
      const refused = (await refusedNaming(tx, partnerId, needles)).filter(isMeant)
      const events = await tracedEvents(
        tx,
        partnerId,
        named.map(({ id }) => id),
      )
      return {
        ...nothing,
        address: person.address,
        events: events.map((event) => ({ event, matched: [] })),
        refused,
      }
    })
  } catch (error) {
    if (isTooSlow(error)) return 'too_slow'
    throw error
  }
}

const nothing: Omit<Story, 'address' | 'events' | 'refused'> = {
  replays: [],
  retries: [],
  paid: new Map(),
  grants: [],
  attempts: [],
  erased: [],
  cut: false,
}
