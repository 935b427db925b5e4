// The way of one event: received, proven, judged by each rule, replayed, granted, sent to MOAB.
import type { readEvent } from '../../../ledger/events.ts'
import type { GrantInFull } from '../../../ledger/grants.ts'
import { isFate, sayFate } from '../../../ledger/words.ts'
import { lookupOutcomes, type LookupOutcome } from '../../../lookups/outcome.ts'
import { isProviderId, providers } from '../../../providers/index.ts'
import type { Provider } from '../../../providers/provider.ts'
import {
  describeClause,
  describeEmail,
  ruleOutcomes,
  type RuleTrace,
} from '../../../rules/trace.ts'
import { fateTones, upper } from '../../ui/marks.tsx'
import { providerName } from '../../ui/providers.tsx'
import { Call, Step } from '../../ui/timeline.tsx'
import type { Visit } from '../../visit.ts'
import { words, type Words } from '../../words.ts'

export type Event = NonNullable<Awaited<ReturnType<typeof readEvent>>>
type Say = Words['events']['one']

interface WayProps {
  event: Event
  visit: Visit
  /** The name of the one that proved it. */
  credential: string | undefined
}

export function Way({ event, visit, credential }: WayProps) {
  const say = words[visit.language].events.one
  return (
    <ol class="timeline">
      <Received event={event} visit={visit} say={say} />
      <Proven event={event} visit={visit} say={say} credential={credential} />
      <Looks event={event} visit={visit} say={say} />
      <Rules trace={event.trace} isParked={event.state === 'parked'} visit={visit} say={say} />
      <Replays event={event} visit={visit} say={say} />
      {event.grants.map((grant) => (
        <Grant grant={grant} event={event} visit={visit} say={say} />
      ))}
    </ol>
  )
}

interface PartProps {
  event: Event
  visit: Visit
  say: Say
}

function Received({ event, visit, say }: PartProps) {
  const provider = providerName(event.source.provider, visit.language)
  return (
    <Step tone="good" title={say.received} at={event.received_at} visit={visit}>
      <p>{say.via(event.source.name, provider)}</p>
      {event.copies > 1 && <p>{say.copies(event.copies)}</p>}
    </Step>
  )
}

function Proven({ event, visit, say, credential }: PartProps & { credential: string | undefined }) {
  const isUnsigned = event.trust === 'unsigned'
  return (
    <Step
      tone={isUnsigned ? 'care' : 'good'}
      title={isUnsigned ? say.unverified : say.verified}
      visit={visit}
    >
      <p>
        {credential === undefined ? say.noCredential : say.credential(credential)};{' '}
        {isUnsigned && isKnownByAddress(event) ? say.byAddress : sayTrust(say, event.trust)}
      </p>
    </Step>
  )
}

/** The address a request comes from says who sent it, and nothing of what is in it. */
function isKnownByAddress({ source: { provider } }: Event): boolean {
  if (!isProviderId(provider)) return false
  const { proof }: Provider = providers[provider]
  return 'scheme' in proof && proof.scheme === 'network'
}

const isTrust = (say: Say, trust: string): trust is keyof Say['trust'] =>
  Object.hasOwn(say.trust, trust)

const sayTrust = (say: Say, trust: string) => (isTrust(say, trust) ? say.trust[trust] : trust)

function Looks({ event, visit, say }: PartProps) {
  return (
    <>
      {event.lookups.map((look) => (
        <Step tone="wait" title={say.asked} at={look.at} visit={visit}>
          <p>{sayLook(look, visit)}</p>
        </Step>
      ))}
    </>
  )
}

interface RulesProps {
  trace: readonly RuleTrace[]
  isParked: boolean
  visit: Visit
  say: Say
}

function Rules({ trace, isParked, visit, say }: RulesProps) {
  if (trace.length === 0)
    return <Step tone="none" title={isParked ? say.rulesLater : say.noRules} visit={visit} />
  return (
    <>
      {trace.map((rule) => (
        <Step
          tone={rule.outcome === 'matched' ? 'good' : 'none'}
          title={say.rule(rule.name)}
          visit={visit}
        >
          <p>{upper(ruleOutcomes[rule.outcome][visit.language])}</p>
          <ul class="clauses">
            {rule.clauses.map((clause) => (
              <li>{describeClause(clause, visit.language)}</li>
            ))}
            {rule.email.map((email) => (
              <li>{describeEmail(email, visit.language)}</li>
            ))}
          </ul>
        </Step>
      ))}
    </>
  )
}

function Replays({ event, visit, say }: PartProps) {
  return (
    <>
      {event.replays.map((replay) => (
        <Step
          tone={replay.state === 'matched' ? 'good' : 'none'}
          title={say.replayed}
          at={replay.at}
          visit={visit}
        >
          <p>{sayReplay(replay, visit)}</p>
        </Step>
      ))}
    </>
  )
}

function sayReplay({ state, reason }: Event['replays'][number], { language }: Visit): string {
  const { states } = words[language].events
  if (isFate(state)) return upper(sayFate(state, reason, language))
  return upper(isState(state) ? states[state] : state)
}

const isState = (text: string): text is keyof Words['events']['states'] =>
  Object.hasOwn(words.en.events.states, text)

function sayLook({ outcome, http_status: status }: Event['lookups'][number], visit: Visit): string {
  const said = upper(isLook(outcome) ? lookupOutcomes[outcome][visit.language] : outcome)
  return status === null ? said : `${said} · HTTP ${status}`
}

const isLook = (text: string): text is LookupOutcome => Object.hasOwn(lookupOutcomes, text)

function Grant({ grant, event, visit, say }: PartProps & { grant: GrantInFull }) {
  const { language, base } = visit
  const caused = event.matches.some((match) => match.grant_id === grant.id && match.caused)
  const title = (caused ? say.grant : say.sameGrant)(grant.campaign.name)
  return (
    <>
      <Step
        tone={fateTones[grant.state]}
        title={<a href={`${base}/grants/${grant.id}`}>{title}</a>}
        at={grant.created_at}
        visit={visit}
      >
        <p>
          {[grant.email, upper(sayFate(grant.state, grant.reason, language))]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </Step>
      {grant.attempts.map((attempt) => (
        <Call attempt={attempt} visit={visit} />
      ))}
      {grant.due_at !== null && (
        <Step tone="wait" title={say.next} at={grant.due_at} visit={visit} />
      )}
    </>
  )
}
