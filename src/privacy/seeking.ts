// Where no key leads to a person: bodies, refused requests, parts of events that wait, and keys of events are read
// through, so many at a time. The database says what may name the person; what does is decided here.
import type { Sql } from '../db/open.ts'
import {
  searchBodies,
  searchKeys,
  searchParts,
  searchRejections,
  type Candidate,
} from '../db/privacy/search.ts'
import { nilUuid } from '../ids.ts'
import { limits } from '../limits.ts'
import { foldedAddress } from '../rules/email.ts'
import { addressesWithin } from '../rules/email-within.ts'
import { mentions, needlesFor, requestMentions } from './mentions.ts'

export interface FoundKey {
  id: string
  key: string
  /** False: as a whole it is an address that may be somebody else's. */
  sure: boolean
}

export function seeking(sql: Sql, { partnerId, address }: { partnerId: string; address: string }) {
  const needles = needlesFor(address)
  const folded = foldedAddress(address)
  const names = (text: string) => mentions(Buffer.from(text), folded)
  const inRequest = (request: Pick<Candidate, 'body' | 'headers'>) =>
    requestMentions(request, folded)
  return {
    names,
    /** The next bodies after `after`; `position`: where to go on, null at the end. */
    async bodies(after: string) {
      const { position, candidates } = await searchBodies(sql, partnerId, after, needles)
      return { position, found: candidates.filter(inRequest) }
    },
    /** Ids of refused requests. */
    refused: () =>
      piecewise(
        (after) => searchRejections(sql, partnerId, after, needles),
        (some) => some.filter(inRequest).map(({ id }) => id),
      ),
    /** Ids of events that wait, whose parts name the person. */
    parts: () =>
      piecewise(
        (after) => searchParts(sql, partnerId, after, needles),
        (some) => some.filter(({ kept }) => names(kept)).map(({ id }) => id),
      ),
    async *keys() {
      for (let after: string | null = ''; after !== null;) {
        const piece = await searchKeys(sql, partnerId, after, needles)
        const found = piece.candidates.flatMap((each): FoundKey[] => {
          const sure = holds(each.key, folded)
          return sure === undefined ? [] : [{ ...each, sure }]
        })
        if (found.length > 0) yield found
        after = piece.position
      }
    },
  }
}

/** Undefined: not this address. */
function holds(key: string, folded: string): boolean | undefined {
  const theirs = addressesWithin(key).filter(({ address }) => foldedAddress(address) === folded)
  return theirs.length === 0 ? undefined : theirs.some(({ sure }) => sure)
}

async function* piecewise<Row extends { id: string }>(
  next: (after: string) => Promise<Row[]>,
  fitting: (some: readonly Row[]) => string[],
) {
  for (let after: string | undefined = nilUuid; after !== undefined;) {
    const some: Row[] = await next(after)
    const ids = fitting(some)
    if (ids.length > 0) yield ids
    after = some.length === limits.erasureBodiesAtOnce ? some.at(-1)?.id : undefined
  }
}
