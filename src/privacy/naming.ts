// Where no key leads to a person and the address stands all the same: events of which no rule took it, parts of events
// that wait, and refused requests. Of each partner whose rows may be seen, for as long as one may wait.
import {
  eventsNaming,
  partsNaming,
  refusedNaming,
  type Naming,
  type RefusedNaming,
} from '../db/ledger/naming.ts'
import { partnerIds } from '../db/ledger/names.ts'
import { isTooSlow, reading, type Owner, type Reader } from '../db/ledger/reading.ts'
import type { Orm } from '../db/open.ts'
import { limits } from '../limits.ts'
import { foldedAddress } from '../rules/email.ts'
import { mentions, needlesFor, requestMentions } from './mentions.ts'

export type Refused = RefusedNaming

export interface NamingFound {
  eventIds: string[]
  refused: Refused[]
  /** All that could be looked through was, and there was not more than may be told. */
  complete: boolean
}

/** What else is known of the person must not wait for it, or fail with it. */
export async function findNaming(orm: Orm, owner: Owner, address: string): Promise<NamingFound> {
  const found: NamingFound = { eventIds: [], refused: [], complete: false }
  try {
    found.complete = await reading(orm, owner, (tx) => look(tx, owner, address, found))
  } catch (error) {
    if (!isTooSlow(error)) throw error
  }
  return found
}

async function look(
  tx: Reader,
  owner: Owner,
  address: string,
  { eventIds, refused }: NamingFound,
): Promise<boolean> {
  const most = limits.personNamingMax
  const folded = foldedAddress(address)
  const needles = needlesFor(address)
  const isMeant = (request: Naming) => requestMentions(request, folded)
  const parts = await partsNaming(tx, owner, needles, limits.personRowsMax)
  eventIds.push(
    ...parts.filter(({ kept }) => mentions(Buffer.from(kept), folded)).map(({ id }) => id),
  )
  const ends = performance.now() + limits.queryMsMax
  let complete = parts.length < limits.personRowsMax
  for (const partnerId of owner === null ? await partnerIds(tx) : [owner]) {
    if (performance.now() > ends) return false
    const events = await eventsNaming(tx, partnerId, needles, most)
    const samples = await refusedNaming(tx, partnerId, needles, most)
    eventIds.push(...events.filter(isMeant).map(({ id }) => id))
    refused.push(...samples.filter(isMeant))
    complete &&= Math.max(events.length, samples.length) < most
  }
  return complete
}
