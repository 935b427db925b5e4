// Everything the ledger knows about one person, found by keyed hashes of the address.
import { replaysOf, retriesOf } from '../db/ledger/again.ts'
import { erasedAt } from '../db/privacy/erasures.ts'
import { eventsOfPerson } from '../db/ledger/events.ts'
import { attemptsOf, grantsOfPerson } from '../db/ledger/grants.ts'
import { reading, type Owner } from '../db/ledger/reading.ts'
import { limits } from '../limits.ts'
import type { Language } from '../rules/trace.ts'
import { auditReveal, emailFor, keysOf, type Asker, type Ledger } from './asking.ts'
import { personsEvents, viewEvent } from './events.ts'
import { matchWith, sinceReplays, type Matched } from './fate.ts'
import { viewGrantInFull } from './grants.ts'
import { paidIn } from './paid.ts'
import { tellStory, type Story } from './telling.ts'

export { tellStory }
export type { Story }

/** Nothing when this is no address. A story without events and grants: nothing is known. */
export async function storyOf(
  ledger: Pick<Ledger, 'orm' | 'pepper'>,
  owner: Owner,
  email: string,
): Promise<Story | undefined> {
  const person = keysOf(ledger, email)
  if (person === null) return undefined
  return reading(ledger.orm, owner, async (tx) => {
    const grants = await grantsOfPerson(tx, owner, person, limits.storyGrantsMax)
    const most = limits.storyEventsMax
    const about = await personsEvents(tx, owner, person, grants)
    const found = await eventsOfPerson(tx, owner, about, most + 1)
    const attempts = await attemptsOf(tx, grants, limits.attemptsShownMax)
    const replays = await replaysOf(tx, found, limits.replaysShownMax)
    const grantsOf = matchWith(grants)
    const events = found.slice(0, most).toReversed()
    return {
      address: person.address,
      events: events.map((event) => ({ event, matched: ofThisPerson(grantsOf(event)) })),
      replays: replays.flatMap((replay) => {
        const event = events.find(({ id }) => id === replay.eventId)
        if (event === undefined) return []
        const matched = ofThisPerson(grantsOf({ ...event, matches: replay.matches })).map(
          (each) => ({ ...each, caused: replay.made.some((id) => id === each.grant?.id) }),
        )
        return [{ replay, event, matched }]
      }),
      refused: [],
      retries: await retriesOf(tx, grants, limits.replaysShownMax),
      paid: await paidIn(tx, owner, events),
      grants,
      attempts,
      erased: await erasedAt(tx, owner, person.folded),
      cut: found.length > most || grants.length === limits.storyGrantsMax,
    }
  })
}

/** One event may be about several people; the others are none of this story's business. */
const ofThisPerson = (matched: readonly Matched[]) =>
  matched.filter(({ grant }) => grant !== undefined)

/** Nothing when nothing is known; `unusable` when this is no address. */
export async function readPerson(
  ledger: Ledger,
  asker: Asker,
  email: string,
  language: Language,
  timeZone = 'UTC',
) {
  const story = await storyOf(ledger, asker.owner, email)
  if (story === undefined) return 'unusable'
  const { address, events, replays, grants, attempts, cut } = story
  const grantsOf = matchWith(grants)
  if (events.length + grants.length + story.erased.length === 0) return undefined
  await auditReveal(ledger, asker, grants)
  return {
    email: emailFor(asker, address),
    events: events.map(({ event }) => {
      const standing = sinceReplays(
        event,
        replays.map(({ replay }) => replay),
      )
      return viewEvent(event, ofThisPerson(grantsOf(standing)), asker, standing)
    }),
    grants: grants.map((grant) => viewGrantInFull(grant, attempts, asker)),
    told: tellStory(story, language, { timeZone }),
    cut,
  }
}
