// …/grants/:id: one bonus, every call that was made for it, and what can be done.
import { Hono } from 'hono'
import { isUuid } from '../../../ids.ts'
import { isSkipReason, skipReasons } from '../../../jobs/reasons.ts'
import { retryGrant } from '../../../jobs/retry.ts'
import { readGrant, type GrantInFull } from '../../../ledger/grants.ts'
import { makeReceipt } from '../../../ledger/receipts.ts'
import { sayFate, sayReason } from '../../../ledger/words.ts'
import { smallForm } from '../../forms.tsx'
import { notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { hrefWith } from '../../ui/lists.tsx'
import { Fate, Moment, Told, upper } from '../../ui/marks.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { Call } from '../events/event.tsx'

export function grantRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const path = '/console/p/:partner/grants/:id'
  const meant = (c: Page, visit: Visit) => {
    const id = c.req.param('id') ?? ''
    return isUuid(id) ? readGrant(parts.ledger, visit.asker, id) : undefined
  }
  app.get(
    path,
    inside(parts, ['grants:read'], async (c, visit) => {
      const grant = await meant(c, visit)
      return grant === undefined ? notThere(c) : grantPage(c, visit, grant)
    }),
  )
  app.post(
    `${path}/retry`,
    smallForm,
    inside(parts, ['grants:write'], async (c, visit) => {
      const grant = await meant(c, visit)
      if (grant === undefined) return notThere(c)
      const { partner, actor, base } = visit
      // Whoever presses the button has read the refusal beside it.
      const although = grant.state === 'refused' ? grant.reason : null
      const asked = { partnerId: partner.id, grantId: grant.id, actor, although }
      const done = await retryGrant(parts.sql, asked)
      const told = 'skip' in done ? { skipped: done.skip } : { done: 'retried' }
      return c.redirect(hrefWith(`${base}/grants/${grant.id}`, told), 303)
    }),
  )
  app.post(
    `${path}/receipt`,
    smallForm,
    inside(parts, ['grants:read', 'people:read'], async (c, visit) => {
      const grant = await meant(c, visit)
      if (grant === undefined) return notThere(c)
      const { orm, vault, ledger, publicUrl, now } = parts
      const signing = { orm, vault }
      const made = await makeReceipt({ ledger, signing, publicUrl, now }, visit.asker, grant.id)
      if (made === undefined || 'state' in made) return grantPage(c, visit, grant, true)
      return c.body(made.jws, 200, {
        'Content-Type': 'application/jose',
        'Content-Disposition': `attachment; filename="receipt-${grant.id}.jws"`,
        'Cache-Control': 'no-store',
      })
    }),
  )
  return app
}

function grantPage(c: Page, visit: Visit, grant: GrantInFull, isUnproven = false) {
  const { language, base, asker } = visit
  const { grants, common } = words[language]
  const say = grants.one
  const skipped = c.req.query('skipped') ?? ''
  const here = `${base}/grants/${grant.id}`
  const aside = (
    <div class="actions">
      <Fate word={grant.state} visit={visit} />
      {visit.may('people:reveal') && grant.email !== null && !asker.reveal && (
        <a class="button quiet" href={`${here}?reveal=true`} title={common.revealHelp}>
          {common.reveal}
        </a>
      )}
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
      {isSkipReason(skipped) && (
        <p class="problem" role="alert">
          {say.skipped(skipReasons[skipped][language])}
        </p>
      )}
      {isUnproven && (
        <p class="problem" role="alert">
          {say.noReceipt}
        </p>
      )}
      <div class="two">
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
              <Call attempt={attempt} visit={visit} say={words[language].events.one} />
            ))}
          </ol>
        </section>
        <section class="stack">
          <Facts grant={grant} visit={visit} />
          <Actions grant={grant} visit={visit} here={here} />
        </section>
      </div>
    </>,
  )
}

function Facts({ grant, visit }: { grant: GrantInFull; visit: Visit }) {
  const { language, base } = visit
  const { grants, events } = words[language]
  const say = grants.one
  return (
    <dl class="facts">
      <dt>{events.email}</dt>
      <dd>{grant.email ?? '–'}</dd>
      <dt>{grants.campaign}</dt>
      <dd>
        <a href={`${base}/campaigns/${grant.campaign.id}`}>{grant.campaign.name}</a>
      </dd>
      <dt>{say.mode}</dt>
      <dd>{say.modes[grant.mode]}</dd>
      <dt>{say.made}</dt>
      <dd>
        <Moment at={grant.created_at} visit={visit} />{' '}
        {grant.event_id === null ? (
          grant.import_id === null ? null : (
            <a href={`${base}/jobs/${grant.import_id}`}>{say.byList}</a>
          )
        ) : (
          <a href={`${base}/events/${grant.event_id}`}>{say.byEvent}</a>
        )}
      </dd>
      {grant.rule !== null && (
        <>
          <dt>{say.rule}</dt>
          <dd>{grant.rule.name}</dd>
        </>
      )}
      {grant.due_at !== null && (
        <>
          <dt>{say.due}</dt>
          <dd>
            <Moment at={grant.due_at} visit={visit} />
          </dd>
        </>
      )}
    </dl>
  )
}

const finished: readonly string[] = ['granted', 'already_known', 'suppressed', 'test', 'sending']

function Actions({ grant, visit, here }: { grant: GrantInFull; visit: Visit; here: string }) {
  const { grants, people } = words[visit.language]
  const say = grants.one
  if (grant.state === 'granted' || grant.state === 'already_known')
    return visit.may('people:read') ? (
      <form method="post" action={`${here}/receipt`}>
        <button type="submit" class="quiet">
          {people.receipt}
        </button>
        <p class="help">{people.receiptHelp}</p>
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
