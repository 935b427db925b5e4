// Rules × one event → the grants to make, and the story of how that came about. Never throws,
// whatever the event holds: what cannot be decided gives no grant and says so.
import { trustAt } from '../inbound/event.ts'
import type { ReadEvent } from '../inbound/event.ts'
import { limits } from '../limits.ts'
import type { Trust } from '../schemes/scheme.ts'
import { normaliseEmail } from './email.ts'
import type { Email } from './email.ts'
import type { Found, Steps } from './path.ts'
import type { CompiledRule } from './rule.ts'
import { ruleOutcomes, shownPath, traceClause } from './trace.ts'
import type { ClauseTrace, EmailOutcome, EmailTrace, RuleOutcome, RuleTrace } from './trace.ts'

export interface ActiveRule {
  id: string
  name: string
  campaign: { id: string; mode: 'live' | 'sandbox' }
  rule: CompiledRule
}

export interface PlannedGrant {
  ruleId: string
  campaignId: string
  mode: 'live' | 'sandbox'
  email: Email
  /** Where the email stood: normalized, for people; an address in a name of it is masked. */
  path: string
  trust: Trust
  /** A provider's test event in a live campaign: recorded as "would have granted", never sent. */
  test: boolean
}

/** Why the plan is what it is: what happened to the rule that came furthest. */
export const planReasons = {
  ...ruleOutcomes,
  unreadable: { en: 'the event could not be read', ru: 'событие не удалось прочитать' },
  no_rules: { en: 'the source has no rules', ru: 'у источника нет правил' },
} as const satisfies Record<string, { en: string; ru: string }>
export type PlanReason = RuleOutcome | 'unreadable' | 'no_rules'

export interface Plan {
  state: 'matched' | 'unmatched' | 'unreadable' | 'test'
  reason: PlanReason
  grants: PlannedGrant[]
  trace: RuleTrace[]
}

/** What the rules of one plan share. */
interface Planning {
  event: ReadEvent
  steps: Steps
  /** campaign and address of the grants so far */
  granted: Set<string>
  grants: PlannedGrant[]
  clausesLeft: number
  emailsLeft: number
}

/** `steps`: what is left for this event, and for others that share it. */
export function plan(
  event: ReadEvent,
  rules: readonly ActiveRule[],
  steps: Steps = { left: limits.planStepsMax },
): Plan {
  if (event.unreadable !== null) return nothing('unreadable', 'unreadable')
  const enabled = rules.filter(({ rule }) => rule.enabled)
  if (enabled.length === 0) return nothing('unmatched', 'no_rules')
  const planning: Planning = {
    event,
    steps,
    granted: new Set(),
    grants: [],
    clausesLeft: limits.traceClausesMax,
    emailsLeft: limits.traceEmailsMax,
  }
  const trace = enabled.map((active) => applyRule(active, planning))
  const reason = furthest(trace)
  return { state: stateOf(planning.grants), reason, grants: planning.grants, trace }
}

function nothing(state: Plan['state'], reason: PlanReason): Plan {
  return { state, reason, grants: [], trace: [] }
}

function stateOf(grants: readonly PlannedGrant[]): Plan['state'] {
  if (grants.length === 0) return 'unmatched'
  return grants.every((grant) => grant.test) ? 'test' : 'matched'
}

const ranks = new Map(Object.keys(ruleOutcomes).map((outcome, rank) => [outcome, rank]))

function furthest(trace: readonly RuleTrace[]): RuleOutcome {
  const rank = (outcome: RuleOutcome) => ranks.get(outcome) ?? 0
  return trace.reduce<RuleOutcome>(
    (best, { outcome }) => (rank(outcome) > rank(best) ? outcome : best),
    'no_type_match',
  )
}

function applyRule(active: ActiveRule, planning: Planning): RuleTrace {
  const clauses: ClauseTrace[] = []
  const email: EmailTrace[] = []
  const outcome = outcomeOf(active, planning, clauses, email)
  return { rule: active.id, name: active.name, outcome, clauses, email }
}

function outcomeOf(
  active: ActiveRule,
  planning: Planning,
  clauses: ClauseTrace[],
  email: EmailTrace[],
): RuleOutcome {
  if (!active.rule.appliesTo(planning.event.type)) return 'no_type_match'
  const answer = askCondition(active.rule, planning, clauses)
  if (answer !== true) return answer === false ? 'condition_not_met' : answer
  const search = findEmail(active.rule, planning, email)
  return search.found === null ? search.reason : grant(active, search.found, planning)
}

function askCondition(
  { when, allowsUnsigned }: CompiledRule,
  planning: Planning,
  clauses: ClauseTrace[],
) {
  if (when === null) return true
  const { event, steps } = planning
  return when({
    value: event.value,
    steps,
    // A wholly unsigned event is refused by its email; here only what is mixed into a signed one.
    covered: (path) => allowsUnsigned || !isUnsigned(path, event),
    note: (clause, answer, found) => {
      if (planning.clausesLeft <= 0) return
      planning.clausesLeft -= 1
      clauses.push(traceClause(clause, answer, found))
    },
  })
}

type FoundEmail = Pick<PlannedGrant, 'email' | 'path' | 'trust'>
type EmailSearch = { found: FoundEmail } | { found: null; reason: RuleOutcome }

/**
 * The first value, over the paths in their order, that is an address and may be used. A path that
 * finds too much ends the search: which address would have come first is then unknown.
 */
function findEmail(rule: CompiledRule, planning: Planning, traced: EmailTrace[]): EmailSearch {
  let reason: RuleOutcome = 'no_email'
  const note = (entry: EmailTrace) => {
    planning.emailsLeft -= 1
    if (planning.emailsLeft >= 0 || entry.reason === 'used') traced.push(entry)
  }
  for (const path of rule.email) {
    const { found, complete } = path.search(planning.event.value, planning.steps)
    if (found.length === 0)
      note({ path: shownPath(path.text), reason: complete ? 'missing' : 'too_much_work' })
    if (!complete) return { found: null, reason: 'too_much_work' }
    for (const each of found) {
      const judged = judge(each, rule, planning)
      const at = shownPath(each.path)
      note({ path: shownPath(path.text), at, reason: judged.reason, trust: judged.trust })
      if (judged.reason === 'too_much_work') return { found: null, reason: 'too_much_work' }
      if (judged.reason === 'unsigned') reason = 'unsigned_email'
      if (judged.email) return { found: { email: judged.email, path: at, trust: judged.trust } }
    }
  }
  return { found: null, reason }
}

interface Judged {
  reason: EmailOutcome
  trust: Trust
  email?: Email
}

/** What reading one value costs, in steps; an address takes a microsecond. */
const emailSteps = 20

function judge({ value, path }: Found, rule: CompiledRule, { event, steps }: Planning): Judged {
  const trust = trustAt(event, path)
  steps.left -= emailSteps
  if (steps.left < 0) return { reason: 'too_much_work', trust }
  const normalised = normaliseEmail(value)
  if (!normalised.ok) return { reason: normalised.reason, trust }
  if (trust === 'unsigned' && !rule.allowsUnsigned) return { reason: 'unsigned', trust }
  return { reason: 'used', trust, email: normalised.email }
}

/** Does this place stand where the proof does not reach, although it reaches others? */
function isUnsigned(path: string, event: ReadEvent): boolean {
  return event.trust !== 'unsigned' && trustAt(event, path) === 'unsigned'
}

function grant(active: ActiveRule, found: FoundEmail, planning: Planning): RuleOutcome {
  const { id: campaignId, mode } = active.campaign
  const { email, path, trust } = found
  const key = JSON.stringify([campaignId, email.address])
  if (planning.granted.has(key)) return 'same_grant'
  planning.granted.add(key)
  const test = planning.event.test && mode === 'live'
  planning.grants.push({ ruleId: active.id, campaignId, mode, email, path, trust, test })
  return test ? 'test_event' : 'matched'
}
