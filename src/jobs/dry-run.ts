// A rule tried on the past: what it would make of recorded events, against what the rule as it is made
// of them. Newest first, page by page, up to a number of events and a time; nothing is written, and
// nobody is asked.
import { grantedAmong } from '../db/jobs/granted.ts'
import { keptBodies, recordedBefore, type RecordedEvent } from '../db/jobs/recorded.ts'
import { reading } from '../db/ledger/reading.ts'
import type { Orm } from '../db/open.ts'
import { limits } from '../limits.ts'
import type { ActiveSource } from '../partners/directory.ts'
import type { WrittenRule } from '../partners/recipe.ts'
import { maskEmail } from '../rules/email.ts'
import type { PlannedGrant } from '../rules/plan.ts'
import { emailKey } from '../vault.ts'
import { considerAgain, withRules, type Again, type HistoryDeps } from './history.ts'

export interface DryRunWanted {
  source: ActiveSource
  rule: WrittenRule
  /** The rule whose past is compared; null: it is new. */
  comparedWith: string | null
  from?: Date | undefined
  to?: Date | undefined
}

export interface Example {
  event_id: string
  received_at: string
  type: string
  /** Masked. */
  email: string | null
  /** How far the rule came. */
  outcome: string
}

interface Counted {
  events: number
  examples: Example[]
}

interface Person {
  address: string
  example: Example
}

interface Tally {
  considered: number
  tests: number
  matched: Counted
  newly: Counted
  noLonger: Counted
  /** By reason. */
  unable: Record<string, number>
  people: Map<string, Person>
  reached: RecordedEvent | null
}

export async function tryRule(
  deps: HistoryDeps & { questions: Orm; pepper: Buffer },
  { source, rule, comparedWith, ...span }: DryRunWanted,
) {
  const tried = withRules(source, [rule])
  const { partnerId, id: sourceId } = source
  const until = performance.now() + limits.dryRunMsMax
  const tally = emptyTally()
  let complete = false
  while (tally.considered < limits.dryRunEventsMax && performance.now() < until) {
    const before = tally.reached?.id ?? null
    const most = Math.min(limits.historyPageEvents, limits.dryRunEventsMax - tally.considered)
    const wanted = { partnerId, sourceId, ...span }
    const { events, bodies } = await reading(deps.questions, partnerId, async (tx) => {
      const found = await recordedBefore(tx, wanted, before, most)
      const ids = found.map(({ id }) => id)
      return { events: found, bodies: await keptBodies(tx, partnerId, ids) }
    })
    for (const again of await considerAgain(deps, tried, events, bodies))
      note(tally, again, comparedWith, deps.pepper)
    complete = events.length < most
    if (complete) break
  }
  const already = await granted(deps.questions, partnerId, rule, tally.people)
  return told(tally, complete, already)
}

function emptyTally(): Tally {
  const none = () => ({ events: 0, examples: [] })
  return {
    considered: 0,
    tests: 0,
    matched: none(),
    newly: none(),
    noLonger: none(),
    unable: {},
    people: new Map(),
    reached: null,
  }
}

function note(tally: Tally, again: Again, comparedWith: string | null, pepper: Buffer): void {
  const { event } = again
  tally.considered++
  tally.reached = event
  if ('skip' in again) {
    tally.unable[again.skip] = (tally.unable[again.skip] ?? 0) + 1
    return
  }
  const { plan } = again.planned
  const [grant] = plan.grants
  const gave = event.matches.some((match) => match.rule === comparedWith && !match.test)
  const example = exampleOf(event, plan.trace[0]?.outcome ?? plan.reason, grant)
  if (grant?.test === true) tally.tests++
  if (grant === undefined || grant.test) {
    if (gave) count(tally.noLonger, example)
    return
  }
  count(tally.matched, example)
  if (!gave) count(tally.newly, example)
  const { address } = grant.email
  const key = emailKey(pepper, address).toString('hex')
  if (!tally.people.has(key)) tally.people.set(key, { address, example })
}

function exampleOf(
  { id, receivedAt, type }: RecordedEvent,
  outcome: string,
  grant: PlannedGrant | undefined,
): Example {
  const email = grant === undefined ? null : maskEmail(grant.email.address)
  return { event_id: id, received_at: receivedAt, type, email, outcome }
}

function count(counted: Counted, example: Example): void {
  counted.events++
  if (counted.examples.length < limits.examplesShown) counted.examples.push(example)
}

/** Of these people, those who have a grant in the rule's campaign. */
async function granted(
  orm: Orm,
  partnerId: string,
  { campaign }: WrittenRule,
  people: ReadonlyMap<string, Person>,
) {
  const keys = [...people.keys()]
  const found: string[] = []
  for (let at = 0; at < keys.length; at += limits.keysAtOnce) {
    const some = keys.slice(at, at + limits.keysAtOnce)
    found.push(...(await reading(orm, partnerId, (tx) => grantedAmong(tx, campaign, some))))
  }
  return found.flatMap((key) => people.get(key)?.example ?? [])
}

function told(tally: Tally, complete: boolean, already: readonly Example[]) {
  return {
    considered: tally.considered,
    complete,
    reached: tally.reached?.receivedAt ?? null,
    matched: tally.matched,
    emails: tally.people.size,
    already_granted: { emails: already.length, examples: already.slice(0, limits.examplesShown) },
    newly_matched: tally.newly,
    no_longer_matched: tally.noLonger,
    tests: tally.tests,
    unable: tally.unable,
  }
}
