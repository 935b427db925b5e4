// …/grants/:id: one bonus, every call that was made for it, and what can be done.
import { Hono } from 'hono'
import type { Scope } from '../../../access/scopes.ts'
import { isSkipReason, skipReasons } from '../../../jobs/reasons.ts'
import { retryGrant } from '../../../jobs/retry.ts'
import { readGrant, type GrantInFull } from '../../../ledger/grants.ts'
import { makeReceipt } from '../../../ledger/receipts.ts'
import { sayFate, sayReason } from '../../../ledger/words.ts'
import { about, type ShowsOne } from '../../about.ts'
import { smallForm } from '../../forms.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { Facts, type Fact } from '../../ui/facts.tsx'
import { hrefWith } from '../../ui/lists.tsx'
import { Alert, Fate, Moment, Reveal, Told, upper } from '../../ui/marks.tsx'
import { Call } from '../../ui/timeline.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'

export function grantRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const path = '/console/p/:partner/grants/:id'
  const aboutGrant = (needed: readonly Scope[], shows: ShowsOne<GrantInFull>) =>
    about(parts, needed, ({ asker }, id) => readGrant(parts.ledger, asker, id), shows)
  app.get(
    path,
    aboutGrant(['grants:read'], (c, visit, grant) => grantPage(c, visit, grant)),
  )
  app.post(
    `${path}/retry`,
    smallForm,
    aboutGrant(['grants:write'], async (c, { partner, actor, base }, { id, state, reason }) => {
      // Whoever presses the button has read the refusal beside it.
      const although = state === 'refused' ? reason : null
      const asked = { partnerId: partner.id, grantId: id, actor, although }
      const done = await retryGrant(parts.sql, asked)
      const told = 'skip' in done ? { skipped: done.skip } : { done: 'retried' }
      return c.redirect(hrefWith(`${base}/grants/${id}`, told), 303)
    }),
  )
  app.post(
    `${path}/receipt`,
    smallForm,
    aboutGrant(['grants:read', 'people:read'], (c, visit, grant) =>
      receipt(c, visit, parts, grant),
    ),
  )
  return app
}

async function receipt(c: Page, visit: Visit, parts: ConsoleParts, grant: GrantInFull) {
  const { orm, vault, ledger, publicUrl, now } = parts
  const signing = { orm, vault }
  const made = await makeReceipt({ ledger, signing, publicUrl, now }, visit.asker, grant.id)
  if (made === undefined || 'state' in made) return grantPage(c, visit, grant, true)
  return c.body(made.jws, 200, {
    'Content-Type': 'application/jose',
    'Content-Disposition': `attachment; filename="receipt-${grant.id}.jws"`,
    'Cache-Control': 'no-store',
  })
}

function grantPage(c: Page, visit: Visit, grant: GrantInFull, isUnproven = false) {
  const { language, base } = visit
  const { grants } = words[language]
  const say = grants.one
  const skipped = c.req.query('skipped') ?? ''
  const here = `${base}/grants/${grant.id}`
  const aside = (
    <div class="actions">
      <Fate word={grant.state} visit={visit} />
      <Reveal visit={visit} here={here} email={grant.email} />
    </div>
  )
  return answerIn(
    c,
    visit,
    {
      title: say.title(grant.campaign.name),
      place: 'grants',
      above: { href: `${base}/grants`, label: grants.title },
      aside,
      status: isUnproven ? 409 : 200,
    },
    <>
      {c.req.query('done') === 'retried' && <Told>{say.retried}</Told>}
      {isSkipReason(skipped) && <Alert>{say.skipped(skipReasons[skipped][language])}</Alert>}
      {isUnproven && <Alert>{say.noReceipt}</Alert>}
      <div class="two">
        <Calls grant={grant} visit={visit} />
        <section class="stack">
          <Facts facts={factsOf(grant, visit)} />
          <Actions grant={grant} visit={visit} here={here} />
        </section>
      </div>
    </>,
  )
}

interface PartProps {
  grant: GrantInFull
  visit: Visit
}

function Calls({ grant, visit }: PartProps) {
  const { language, base } = visit
  const say = words[language].grants.one
  return (
    <section>
      <p>
        <strong>{upper(sayFate(grant.state, grant.reason, language))}</strong>
      </p>
      {grant.state === 'held' && (
        <p class="help">
          {say.inLine} <a href={`${base}/campaigns/${grant.campaign.id}`}>{say.toCampaign}</a>
        </p>
      )}
      <h2>{say.calls}</h2>
      {grant.attempts.length === 0 && <p class="help">{say.noCalls}</p>}
      <ol class="timeline">
        {grant.attempts.map((attempt) => (
          <Call attempt={attempt} visit={visit} />
        ))}
      </ol>
    </section>
  )
}

function factsOf(grant: GrantInFull, visit: Visit): Fact[] {
  const { grants, events } = words[visit.language]
  const { email, campaign, mode, rule, due_at: due } = grant
  const say = grants.one
  return [
    [events.email, email ?? '–'],
    [grants.campaign, <a href={`${visit.base}/campaigns/${campaign.id}`}>{campaign.name}</a>],
    [say.mode, say.modes[mode]],
    [say.made, <Made grant={grant} visit={visit} />],
    rule !== null && [say.rule, rule.name],
    due !== null && [say.due, <Moment at={due} visit={visit} />],
  ]
}

/** When, and by what: an event, or a list of people. */
function Made({ grant: { created_at: at, event_id: event, import_id: list }, visit }: PartProps) {
  const { language, base } = visit
  const say = words[language].grants.one
  return (
    <>
      <Moment at={at} visit={visit} />{' '}
      {event !== null ? (
        <a href={`${base}/events/${event}`}>{say.byEvent}</a>
      ) : (
        list !== null && <a href={`${base}/jobs/${list}`}>{say.byList}</a>
      )}
    </>
  )
}

const finished: readonly string[] = ['granted', 'already_known', 'suppressed', 'test', 'sending']

function Actions({ grant, visit, here }: PartProps & { here: string }) {
  const { grants, people } = words[visit.language]
  const say = grants.one
  if (grant.state === 'granted' || grant.state === 'already_known')
    return visit.may('people:read') ? (
      <form method="post" action={`${here}/receipt`}>
        <button type="submit" class="quiet">
          {people.receipt}
        </button>
        <p class="help">
          {people.receiptHelp} <a href="/.well-known/jwks.json">/.well-known/jwks.json</a>
        </p>
      </form>
    ) : null
  if (finished.includes(grant.state) || !visit.may('grants:write')) return null
  const isRefused = grant.state === 'refused'
  const why = sayReason('refused', grant.reason, visit.language) ?? ''
  return (
    <form method="post" action={`${here}/retry`}>
      <button type="submit" class={isRefused ? 'quiet danger' : 'quiet'}>
        {isRefused ? say.insist : say.retry}
      </button>
      <p class="help">{isRefused ? say.insistHelp(why) : say.retryHelp}</p>
    </form>
  )
}
