// …/events/:id: one event as it went: received, proven, judged by each rule, granted, sent to MOAB.
import { Hono } from 'hono'
import type { Child } from 'hono/jsx'
import { isSkipReason, skipReasons } from '../../../jobs/reasons.ts'
import { replayEvent } from '../../../jobs/replay.ts'
import type { GrantInFull } from '../../../ledger/grants.ts'
import { readEvent } from '../../../ledger/events.ts'
import { readSource } from '../../../ledger/setup.ts'
import { isFate, sayFate, sayFailure } from '../../../ledger/words.ts'
import { answers } from '../../../moab/answer.ts'
import {
  describeClause,
  describeEmail,
  ruleOutcomes,
  type RuleTrace,
} from '../../../rules/trace.ts'
import { isUuid } from '../../../ids.ts'
import { smallForm } from '../../forms.tsx'
import { notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { Fate, fateTones, Moment, Told, upper, type Tone } from '../../ui/marks.tsx'
import { providerName } from '../../ui/providers.tsx'
import { hrefWith } from '../../ui/lists.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words, type Words } from '../../words.ts'

type Event = NonNullable<Awaited<ReturnType<typeof readEvent>>>
type Say = Words['events']['one']

export function eventRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const path = '/console/p/:partner/events/:id'
  app.get(
    path,
    inside(parts, ['events:read'], async (c, visit) => {
      const event = await eventMeant(c, visit, parts)
      return event === undefined ? notThere(c) : eventPage(c, visit, parts, event)
    }),
  )
  app.post(
    `${path}/replay`,
    smallForm,
    inside(parts, ['grants:write'], async (c, visit) => {
      const id = c.req.param('id') ?? ''
      if (!isUuid(id)) return notThere(c)
      const { actor, partner, base } = visit
      const done = await replayEvent(parts.history, { partnerId: partner.id, eventId: id, actor })
      const told = 'skip' in done ? { skipped: done.skip } : { done: 'replayed' }
      return c.redirect(hrefWith(`${base}/events/${id}`, told), 303)
    }),
  )
  return app
}

export async function eventMeant(c: Page, { asker, language }: Visit, { ledger }: ConsoleParts) {
  const id = c.req.param('id') ?? ''
  return isUuid(id) ? readEvent(ledger, asker, id, language) : undefined
}

async function eventPage(c: Page, visit: Visit, { ledger }: ConsoleParts, event: Event) {
  const { language, base, asker } = visit
  const { one: say, title } = words[language].events
  const common = words[language].common
  const source = await readSource(ledger, asker, event.source.id)
  const credential = source?.view.credentials.find(({ id }) => id === event.credential_id)?.name
  const skipped = c.req.query('skipped') ?? ''
  const here = `${base}/events/${event.id}`
  const above = { href: `${base}/events`, label: title }
  const aside = (
    <div class="actions">
      <Fate word={event.fate} visit={visit} />
      {visit.may('people:reveal') && event.email !== null && !asker.reveal && (
        <a class="button quiet" href={`${here}?reveal=true`} title={common.revealHelp}>
          {common.reveal}
        </a>
      )}
    </div>
  )
  return answerIn(
    c,
    visit,
    { title: say.title(event.type), place: 'events', above, aside },
    <>
      {c.req.query('done') === 'replayed' && <Told>{say.replayDone}</Told>}
      {isSkipReason(skipped) && (
        <p class="problem" role="alert">
          {say.skipped(skipReasons[skipped][language])}
        </p>
      )}
      <div class="two">
        <section>
          <ol class="timeline">
            <Received event={event} visit={visit} say={say} />
            <Proven event={event} visit={visit} say={say} credential={credential} />
            <Looks event={event} visit={visit} say={say} />
            <Rules trace={event.trace} visit={visit} say={say} />
            <Replays event={event} visit={visit} say={say} />
            {event.grants.map((grant) => (
              <Grant grant={grant} event={event} visit={visit} say={say} />
            ))}
          </ol>
        </section>
        <section class="stack">
          <Facts event={event} visit={visit} say={say} />
          {visit.may('grants:write') && (
            <form method="post" action={`${here}/replay`}>
              <button type="submit" class="quiet">
                {say.replay}
              </button>
              <p class="help">{say.replayHelp}</p>
            </form>
          )}
        </section>
      </div>
      <section>
        <h2 id="payload">{say.payload}</h2>
        <PayloadDoor event={event} visit={visit} say={say} here={here} />
        {event.request !== null && <Headers headers={event.request.headers} say={say} />}
      </section>
    </>,
  )
}

interface PartProps {
  event: Event
  visit: Visit
  say: Say
}

/** One step of the way. */
function Step({
  tone,
  title,
  at,
  visit,
  children,
}: {
  tone: Tone
  title: Child
  at?: string
  visit: Visit
  children?: Child
}) {
  return (
    <li class={tone}>
      <h3>{title}</h3>
      {at !== undefined && <Moment at={at} visit={visit} />}
      {children}
    </li>
  )
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
  const tone = event.trust === 'unsigned' ? 'care' : 'good'
  return (
    <Step tone={tone} title={say.verified} visit={visit}>
      <p>
        {credential === undefined ? say.noCredential : say.credential(credential)};{' '}
        {sayTrust(say, event.trust)}
      </p>
    </Step>
  )
}

const isTrust = (say: Say, trust: string): trust is keyof Say['trust'] =>
  Object.hasOwn(say.trust, trust)

const sayTrust = (say: Say, trust: string) => (isTrust(say, trust) ? say.trust[trust] : trust)

function Looks({ event, visit, say }: PartProps) {
  return (
    <>
      {event.lookups.map((look) => (
        <Step tone="wait" title={say.asked} at={look.at} visit={visit}>
          <p>{[look.outcome, look.http_status].filter((each) => each !== null).join(' · ')}</p>
        </Step>
      ))}
    </>
  )
}

function Rules({ trace, visit, say }: { trace: readonly RuleTrace[]; visit: Visit; say: Say }) {
  if (trace.length === 0) return <Step tone="none" title={say.noRules} visit={visit} />
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

const sayReplay = ({ state, reason }: Event['replays'][number], { language }: Visit) =>
  upper(isFate(state) ? sayFate(state, reason, language) : state)

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
        <Call attempt={attempt} visit={visit} say={say} />
      ))}
      {grant.due_at !== null && (
        <Step tone="wait" title={say.next} at={grant.due_at} visit={visit} />
      )}
    </>
  )
}

/** One call to MOAB, with MOAB's own words. */
export function Call({
  attempt,
  visit,
  say,
}: {
  attempt: GrantInFull['attempts'][number]
  visit: Visit
  say: Say
}) {
  const { language } = visit
  const good = attempt.answer === 'ok' || attempt.answer === 'known'
  const why = attempt.failure === null ? [] : [sayFailure(attempt.failure, language)]
  const said = [answers[attempt.answer].says[language], ...why]
  return (
    <Step
      tone={good ? 'good' : 'care'}
      title={say.call(attempt.attempt)}
      at={attempt.at}
      visit={visit}
    >
      <p>
        {upper(said.join(': '))}
        {attempt.ambiguous && `; ${say.maybe}`}
        {attempt.late && ` (${say.late})`}
      </p>
      <p class="help">
        {[
          attempt.ms === null ? '' : say.ms(attempt.ms),
          attempt.http_status === null ? '' : `HTTP ${attempt.http_status}`,
        ]
          .filter(Boolean)
          .join(' · ')}
        {attempt.snippet !== null && attempt.snippet !== '' && (
          <>
            {' · '}
            <code>{attempt.snippet}</code>
          </>
        )}
      </p>
    </Step>
  )
}

function Facts({ event, visit, say }: PartProps) {
  const { base, language } = visit
  return (
    <dl class="facts">
      <dt>{words[language].events.source}</dt>
      <dd>
        <a href={`${base}/sources/${event.source.id}`}>{event.source.name}</a>
      </dd>
      {event.email !== null && (
        <>
          <dt>{words[language].events.email}</dt>
          <dd>{event.email}</dd>
        </>
      )}
      {event.occurred_at !== null && (
        <>
          <dt>{say.occurred}</dt>
          <dd>
            <Moment at={event.occurred_at} visit={visit} />
          </dd>
        </>
      )}
      <dt>{say.key}</dt>
      <dd>
        <code>{event.key}</code>
      </dd>
      <dt>{say.id}</dt>
      <dd>
        <code>{event.id}</code>
      </dd>
    </dl>
  )
}

/** The payload is behind a door of its own: to open it is noted. */
function PayloadDoor({ event, visit, say, here }: PartProps & { here: string }) {
  if (event.request === null) return <p>{say.gone}</p>
  if (!visit.may('people:reveal') && !visit.may('config:write')) return <p>{say.hidden}</p>
  return (
    <div id="looked">
      <form
        method="post"
        action={`${here}/payload`}
        hx-post={`${here}/payload`}
        hx-target="#looked"
        hx-select="#looked"
        hx-swap="outerHTML"
      >
        <button type="submit" class="quiet">
          {say.look}
        </button>
        <p class="help">{say.lookHelp}</p>
      </form>
    </div>
  )
}

function Headers({ headers, say }: { headers: Readonly<Record<string, string[]>>; say: Say }) {
  return (
    <details class="more">
      <summary>{say.headers}</summary>
      <dl class="facts">
        {Object.entries(headers).map(([name, values]) => (
          <>
            <dt>
              <code>{name}</code>
            </dt>
            <dd class="mono">{values.join(', ')}</dd>
          </>
        ))}
      </dl>
    </details>
  )
}
