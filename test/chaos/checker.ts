// Judges a run by its evidence alone. It knows nothing of the relay but its tables and its promises.
import { callViolations, type CallsJudged } from './checker-calls.ts'
import type { ExpectedEvent } from './events.ts'
import {
  pairIn,
  pairOf,
  sourceOf,
  type EventRow,
  type Evidence,
  type GrantRow,
  type Sent,
} from './evidence.ts'
import { wrongEmail } from './moab.ts'
import { apiKeys, type CampaignName } from './world.ts'

export interface Violation {
  promise: string
  what: string
  /** What the story is told from. */
  sent?: number
  pair?: string
}

export interface Judgement {
  violations: Violation[]
  acknowledged: number
  lost: number
  calls: CallsJudged
}

export function judge(evidence: Evidence): Judgement {
  const facts = indexed(evidence)
  const lost = lostEvents(facts)
  const calls = callViolations(evidence)
  const violations = [
    ...lost,
    ...believedWrongly(facts),
    ...blamedWrongly(facts),
    ...recordedTwice(facts),
    ...recordedUnproven(facts),
    ...miscounted(facts),
    ...wrongPlans(facts),
    ...grantsAstray(facts),
    ...sentAstray(facts),
    ...calls.violations,
  ]
  if (evidence.strangers > 0) {
    violations.push({
      promise: 'a partner sees only its own',
      what: `${evidence.strangers} rows of the other partner`,
    })
  }
  const acknowledged = [...evidence.sent.values()].filter((sent) => sent.acknowledged.length > 0)
  return {
    violations,
    acknowledged: acknowledged.reduce((sum, sent) => sum + sent.events.length, 0),
    lost: lost.length,
    calls,
  }
}

interface Facts extends Evidence {
  byKey: Map<string, EventRow>
  bySha: Map<string, EventRow[]>
  sentBySha: Map<string, Sent>
  expected: Map<string, ExpectedEvent>
  grantOf: Map<string, GrantRow>
  registered: Set<string>
}

const keyIn = (source: string, key: string) => `${source} ${key}`

function indexed(evidence: Evidence): Facts {
  const facts: Facts = {
    ...evidence,
    byKey: new Map(),
    bySha: new Map(),
    sentBySha: new Map(),
    expected: new Map(),
    grantOf: new Map(),
    registered: new Set(),
  }
  for (const row of evidence.events) {
    facts.byKey.set(keyIn(row.source, row.key), row)
    const sha = keyIn(row.source, row.sha ?? 'no body')
    const rows = facts.bySha.get(sha)
    if (rows === undefined) facts.bySha.set(sha, [row])
    else rows.push(row)
  }
  for (const sent of evidence.sent.values()) {
    facts.sentBySha.set(keyIn(sourceOf(sent.door), sent.sha), sent)
    for (const event of sent.events) {
      if (event.key !== null) facts.expected.set(keyIn(sourceOf(sent.door), event.key), event)
    }
  }
  for (const grant of evidence.grants)
    facts.grantOf.set(pairIn(grant.campaign as CampaignName, grant.email), grant)
  for (const call of evidence.calls)
    if (call.registered) facts.registered.add(pairOf(call.key, call.email))
  return facts
}

/** Acknowledged, and not recorded with the same bytes. */
function lostEvents({ sent, byKey, bySha }: Facts): Violation[] {
  const promise = 'what is acknowledged is recorded, byte for byte'
  const violations: Violation[] = []
  for (const one of sent.values()) {
    if (one.acknowledged.length === 0) continue
    const source = sourceOf(one.door)
    for (const { key } of one.events) {
      const row =
        key === null ? bySha.get(keyIn(source, one.sha))?.[0] : byKey.get(keyIn(source, key))
      if (row === undefined)
        violations.push({ promise, what: `lost: ${key ?? one.sha}`, sent: one.sent })
      else if (row.sha !== one.sha)
        violations.push({ promise, what: `other bytes: ${row.key}`, sent: one.sent })
    }
  }
  return violations
}

/** A 2xx for what is forged, unsigned, too large, for a closed door, or cannot be recorded. */
function believedWrongly({ sent }: Facts): Violation[] {
  return [...sent.values()]
    .filter(
      ({ events, acknowledged }) =>
        acknowledged.length > 0 && (events.length === 0 || events[0]?.expect === 'never'),
    )
    .map(({ sent: number, kind }) => ({
      promise: 'nothing unproven is acknowledged',
      what: kind,
      sent: number,
    }))
}

/** Several providers never repeat after a 4xx: it may be said only where the sender is wrong. */
function blamedWrongly({ sent }: Facts): Violation[] {
  return [...sent.values()]
    .filter(({ blamed }) => blamed.length > 0)
    .map(({ sent: number, blamed }) => ({
      promise: 'an honest sender is never told that it is wrong',
      what: blamed.join(', '),
      sent: number,
    }))
}

function recordedTwice({ events, sentBySha }: Facts): Violation[] {
  const seen = new Set<string>()
  return events.flatMap((row) => {
    const place = keyIn(keyIn(row.source, row.sha ?? ''), String(row.part))
    const twice = seen.has(place)
    seen.add(place)
    const sent = sentBySha.get(keyIn(row.source, row.sha ?? ''))?.sent
    return twice
      ? [
          {
            promise: 'an event is recorded once',
            what: row.key,
            ...(sent !== undefined && { sent }),
          },
        ]
      : []
  })
}

function recordedUnproven({ events, sentBySha, expected }: Facts): Violation[] {
  return events
    .filter(({ source, key, sha }) => {
      const sent = sentBySha.get(keyIn(source, sha ?? ''))
      const known = expected.has(keyIn(source, key)) || sent?.events[0]?.key === null
      return sent === undefined || sent.events.length === 0 || !known
    })
    .map(({ source, key }) => ({
      promise: 'nothing unproven is recorded',
      what: `${source} ${key}`,
    }))
}

/** Each acknowledgement is one copy seen; there are no more copies than there were tries. */
function miscounted({ events, sentBySha }: Facts): Violation[] {
  return events.flatMap(({ source, key, sha, copies }) => {
    const sent = sentBySha.get(keyIn(source, sha ?? ''))
    if (sent === undefined) return []
    // Okta's hooks here may hold one event twice.
    const most = sent.tries * (sent.door === 'staff' ? 2 : 1)
    if (copies >= sent.acknowledged.length && copies <= most) return []
    const what = `${key}: ${copies} copies, ${sent.acknowledged.length} acknowledged, ${sent.tries} tries`
    return [{ promise: 'copies are counted', what, sent: sent.sent }]
  })
}

/** The rules made of each event what they should, and each match has its grant. */
function wrongPlans({ events, expected, sentBySha, grantOf }: Facts): Violation[] {
  return events.flatMap((row): Violation[] => {
    const event = expected.get(keyIn(row.source, row.key))
    if (event === undefined) return []
    const sent = sentBySha.get(keyIn(row.source, row.sha ?? ''))?.sent
    const told = {
      what: `${row.source} ${row.key} is ${row.state} (${row.reason})`,
      ...(sent !== undefined && { sent }),
    }
    const isMatched = row.state === 'matched'
    const shouldMatch = event.expect === 'grant' || (event.expect === 'either' && isMatched)
    if (isMatched !== shouldMatch) return [{ promise: 'rules decide as written', ...told }]
    if (!isMatched || event.campaign === null || event.email === null) return []
    const pair = pairIn(event.campaign, event.email)
    return grantOf.has(pair) ? [] : [{ promise: 'what is matched has its grant', ...told, pair }]
  })
}

/** After all came to rest each grant has ended rightly, or waits with a reason. */
function grantsAstray({ grants, expected, registered }: Facts): Violation[] {
  const wanted = new Set<string>()
  for (const { campaign, email, expect } of expected.values()) {
    if (campaign !== null && email !== null && (expect === 'grant' || expect === 'either'))
      wanted.add(pairIn(campaign, email))
  }
  return grants.flatMap((grant): Violation[] => {
    const pair = pairIn(grant.campaign as CampaignName, grant.email)
    const wrong = (promise: string) => [
      { promise, what: `${grant.campaign} ${grant.email}: ${grant.state} (${grant.reason})`, pair },
    ]
    if (!wanted.has(pair)) return wrong('nothing is granted that no event asked for')
    switch (grant.state) {
      case 'granted':
        return registered.has(pair) ? [] : wrong('what is called granted is registered')
      case 'refused':
        return wrongEmail.test(grant.email) ? [] : wrong('only what MOAB refuses is refused')
      case 'held':
        return grant.campaign === 'acme/stopped' && grant.reason !== null
          ? []
          : wrong('all comes to rest')
      case 'attention':
        return grant.reason === null ? wrong('what waits has a reason') : []
      // Nobody but these relays registers anybody here: code 10 always answers a call of theirs.
      case 'already_known':
        return wrong('a lost answer is confirmed by code 10')
      default:
        return wrong('all comes to rest')
    }
  })
}

/** No call that no matched event stands behind. */
function sentAstray({ calls, grantOf, expected, events }: Facts): Violation[] {
  const asked = new Set<string>()
  for (const row of events) {
    const event = expected.get(keyIn(row.source, row.key))
    if (row.state === 'matched' && event?.campaign && event.email !== null)
      asked.add(pairIn(event.campaign, event.email))
  }
  return calls
    .filter(
      ({ key, email }) =>
        key === apiKeys['acme/stopped'] ||
        !asked.has(pairOf(key, email)) ||
        !grantOf.has(pairOf(key, email)),
    )
    .map(({ key, email, node }) => ({
      promise: 'nothing is sent that no event asked for',
      what: `${email} by ${node}`,
      pair: pairOf(key, email),
    }))
}
