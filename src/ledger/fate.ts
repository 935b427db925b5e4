// From an event to its grants, and to the one word that says what became of it. Pure.
import type { EventMatch, EventRow } from '../db/ledger/events.ts'
import type { ReplayRow } from '../db/ledger/again.ts'
import type { GrantRow } from '../db/ledger/grants.ts'
import { strandedReasons } from '../lookups/outcome.ts'
import type { FateWord } from './words.ts'

export interface Matched {
  match: EventMatch
  /** Missing only from a story in which it is somebody else's. */
  grant: GrantRow | undefined
  /** False: an earlier event had asked for the same grant. */
  caused: boolean
}

export type Matcher = (event: EventRow) => Matched[]

export function matchWith(grants: readonly GrantRow[]): Matcher {
  const byIdentity = new Map(grants.map((grant) => [identityOf(grant), grant]))
  return (event) =>
    event.matches.map((match) => {
      const { campaign, mode, test, key } = match
      const grant = byIdentity.get(identity(event.partner.id, campaign, mode, test, key))
      return { match, grant, caused: grant?.eventId === event.id }
    })
}

const identityOf = ({ partner, campaign, mode, state, emailKey }: GrantRow) =>
  identity(partner.id, campaign.id, mode, state === 'test', emailKey.toString('hex'))

/** What a grant is unique by; a test beside the real one. */
function identity(partner: string, campaign: string, mode: string, test: boolean, key: string) {
  return [partner, campaign, mode, test, key].join(' ')
}

/** As it stands since its rules were applied again: what was matched then counts as well. */
export function sinceReplays(event: EventRow, replays: readonly ReplayRow[]): EventRow {
  const own = replays.filter(({ eventId }) => eventId === event.id)
  const last = own.findLast(({ state }) => state === 'matched' || state === 'test')
  if (last === undefined) return event
  const matches = [...event.matches, ...own.flatMap((replay) => replay.matches)]
  if (event.state === 'matched') return { ...event, matches }
  const state = last.state === 'test' ? 'test' : 'matched'
  return { ...event, matches, state, reason: last.reason }
}

export interface Fate {
  word: FateWord
  reason: string | null
}

/** Of several grants, the one that most needs somebody to look. */
const order: readonly FateWord[] = [
  'attention',
  'held',
  'sending',
  'queued',
  'refused',
  'granted',
  'already_known',
  'suppressed',
  'test',
]

const needsPerson: ReadonlySet<string> = new Set(strandedReasons)

export function fateOf(event: EventRow, matched: readonly Matched[]): Fate {
  const { state, reason } = event
  if (state === 'unmatched' || state === 'unreadable') return { word: state, reason }
  if (state === 'parked') return { word: needsPerson.has(reason) ? 'attention' : state, reason }
  const grants = matched.flatMap(({ grant }) => (grant === undefined ? [] : [grant]))
  const word = order.find((each) => grants.some(({ state }) => state === each))
  const grant = grants.find(({ state }) => state === word)
  if (word === undefined || grant === undefined) {
    return { word: 'attention', reason: 'grant_missing' }
  }
  return { word, reason: word === 'test' ? event.reason : grant.reason }
}
