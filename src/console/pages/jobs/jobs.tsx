// …/jobs: what is done in bulk. A plan is made, looked at, confirmed; then it runs and can be stopped.
import { Hono, type Context } from 'hono'
import { Gate } from '../../../access/gate.ts'
import { retryStates } from '../../../db/jobs/plans.ts'
import { reading } from '../../../db/ledger/reading.ts'
import { isUuid } from '../../../ids.ts'
import { cancelJob, confirmPlan, planWork } from '../../../jobs/plan.ts'
import { planConflicts, type PlanConflict } from '../../../jobs/reasons.ts'
import { find } from '../../../ledger/asking.ts'
import { listJobs, listPlans, readJob } from '../../../ledger/jobs.ts'
import { limits } from '../../../limits.ts'
import { fieldsOf, Problem, smallForm } from '../../forms.tsx'
import { told } from '../../live.ts'
import { numberIn } from '../../moments.ts'
import { notThere } from '../../nowhere.tsx'
import { dayStart } from '../../days.ts'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { namesOf } from '../../ui/choices.ts'
import { givenIn, hrefWith, Pager } from '../../ui/lists.tsx'
import { Empty, Moment } from '../../ui/marks.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { isOver, JobLine, JobState, Progress, Work } from './job.tsx'

const gate = new Gate(limits.plansMax, limits.plansWaitingMax)

export function jobsRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const path = '/console/p/:partner/jobs'
  app.get(
    path,
    inside(parts, ['grants:read'], (c, visit) => jobsPage(c, visit, parts)),
  )
  app.get(
    `${path}/new`,
    inside(parts, ['grants:write'], (c, visit) =>
      planForm(c, visit, parts, givenIn(c, planFields), undefined),
    ),
  )
  app.post(
    `${path}/new`,
    smallForm,
    inside(parts, ['grants:write'], (c, visit) => makePlan(c, visit, parts)),
  )
  app.get(
    `${path}/:id`,
    inside(parts, ['grants:read'], (c, visit) => jobPage(c, visit, parts)),
  )
  app.get(
    `${path}/:id/live`,
    inside(parts, ['grants:read'], (c, visit) => jobLive(c, visit, parts)),
  )
  app.post(
    `${path}/:id/confirm`,
    smallForm,
    inside(parts, ['grants:write'], async (c, visit) => {
      const fingerprint = (await fieldsOf(c))('fingerprint')
      return decided(c, visit, (of) => confirmPlan(parts.sql, { ...of, fingerprint }))
    }),
  )
  app.post(
    `${path}/:id/cancel`,
    smallForm,
    inside(parts, ['grants:write'], (c, visit) =>
      decided(c, visit, (of) => cancelJob(parts.sql, of)),
    ),
  )
  return app
}

async function decided(
  c: Page,
  { partner, actor, base }: Visit,
  decide: (of: {
    partnerId: string
    id: string
    actor: string
  }) => Promise<PlanConflict | 'gone' | null>,
) {
  const id = c.req.param('id') ?? ''
  if (!isUuid(id)) return notThere(c)
  const against = await decide({ partnerId: partner.id, id, actor })
  if (against === 'gone') return notThere(c)
  return c.redirect(hrefWith(`${base}/jobs/${id}`, { against: against ?? undefined }), 303)
}

async function jobsPage(c: Page, visit: Visit, { ledger }: ConsoleParts) {
  const say = words[visit.language].grants.jobs
  const { base, asker } = visit
  const after = givenIn(c, ['after']).after
  const [jobs, plans] = await Promise.all([
    listJobs(ledger, asker, { limit: limits.consoleRowsShown, after }),
    after === undefined ? listPlans(ledger, asker, { limit: limits.consoleRowsShown }) : undefined,
  ])
  const items = [
    ...(plans && 'items' in plans ? plans.items : []),
    ...('items' in jobs ? jobs.items : []),
  ]
  const aside = visit.may('grants:write') && (
    <div class="actions">
      <a class="button quiet" href={`${base}/jobs/new?kind=retry`}>
        {say.planRetry}
      </a>
      <a class="button quiet" href={`${base}/jobs/new?kind=replay`}>
        {say.planReplay}
      </a>
    </div>
  )
  return answerIn(
    c,
    visit,
    { title: say.title, place: 'jobs', aside },
    <>
      {items.length === 0 && (
        <Empty>
          <p>
            <strong>{say.none}</strong>
          </p>
          <p>{say.noneHelp}</p>
        </Empty>
      )}
      {items.length > 0 && (
        <ol class="feed">
          {items.map((job) => (
            <JobLine job={job} visit={visit} />
          ))}
        </ol>
      )}
      {'items' in jobs && (
        <Pager visit={visit} here={`${base}/jobs`} given={{}} after={after} next={jobs.next} />
      )}
    </>,
  )
}

const planFields = ['kind', 'campaign', 'source', 'state', 'reason', 'type', 'from', 'to'] as const
type Given = { [Name in (typeof planFields)[number]]?: string }

const isRetryState = (text: string | undefined): text is (typeof retryStates)[number] =>
  retryStates.some((each) => each === text)

async function makePlan(c: Page, visit: Visit, parts: ConsoleParts) {
  const { grants, common } = words[visit.language]
  const say = grants.jobs
  const field = await fieldsOf(c)
  const given: Given = {}
  for (const name of planFields) if (field(name).trim() !== '') given[name] = field(name).trim()
  const { partner, actor, timeZone, base } = visit
  const { source, campaign } = given
  const meant = await reading(parts.ledger.orm, partner.id, (tx) =>
    find(tx, partner.id, { source, campaign }),
  )
  if ('unknown' in meant) return planForm(c, visit, parts, given, common.unknownName(meant.unknown))
  const kind = given.kind === 'replay' ? 'replay' : 'retry'
  const of =
    kind === 'replay'
      ? { source: meant.sourceIds?.[0], type: given.type }
      : {
          campaign: meant.campaignIds?.[0],
          reason: given.reason,
          state: isRetryState(given.state) ? given.state : 'attention',
        }
  const wanted = Object.entries({
    ...of,
    from: dayStart(given.from, timeZone)?.toISOString(),
    to: dayStart(given.to, timeZone, 1)?.toISOString(),
  }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  const asked = { partnerId: partner.id, kind, wanted: Object.fromEntries(wanted), actor } as const
  const planned = await gate.run(() => planWork(parts.sql, asked))
  if (planned === 'full') return planForm(c, visit, parts, given, say.busy)
  if ('tooMany' in planned)
    return planForm(c, visit, parts, given, say.tooMany(numberIn(visit.language, planned.tooMany)))
  return c.redirect(`${base}/jobs/${planned.id}`, 303)
}

async function planForm(
  c: Page,
  visit: Visit,
  { ledger }: ConsoleParts,
  given: Given,
  problem: string | undefined,
) {
  const { grants, fates } = words[visit.language]
  const say = grants.jobs
  const isReplay = given.kind === 'replay'
  const { asker, base } = visit
  const names = await namesOf(ledger, asker, isReplay ? 'sources' : 'campaigns')
  const chosen = isReplay ? given.source : given.campaign
  return answerIn(
    c,
    visit,
    {
      title: isReplay ? say.planReplay : say.planRetry,
      place: 'jobs',
      above: { href: `${base}/jobs`, label: say.title },
      status: problem === undefined ? 200 : 422,
    },
    <form method="post" action={`${base}/jobs/new`} class="form">
      {problem !== undefined && <Problem>{problem}</Problem>}
      <p>{isReplay ? say.replayHelp : grants.retryAllHelp}</p>
      <input type="hidden" name="kind" value={isReplay ? 'replay' : 'retry'} />
      {given.reason !== undefined && <input type="hidden" name="reason" value={given.reason} />}
      <label for="of">{isReplay ? grants.source : grants.campaign}</label>
      <select id="of" name={isReplay ? 'source' : 'campaign'} required={isReplay}>
        {!isReplay && <option value="">{grants.any}</option>}
        {names.map(([name]) => (
          <option value={name} selected={name === chosen}>
            {name}
          </option>
        ))}
      </select>
      {isReplay ? (
        <>
          <label for="type">{say.type}</label>
          <input
            id="type"
            name="type"
            type="text"
            maxlength={limits.eventTypeCharsMax}
            value={given.type ?? ''}
          />
        </>
      ) : (
        <>
          <label for="state">{grants.state}</label>
          <select id="state" name="state">
            {retryStates.map((state) => (
              <option value={state} selected={state === given.state}>
                {fates[state]}
              </option>
            ))}
          </select>
        </>
      )}
      <label for="from">{say.from}</label>
      <input id="from" name="from" type="date" value={given.from ?? ''} />
      <label for="to">{say.to}</label>
      <input id="to" name="to" type="date" value={given.to ?? ''} />
      <button type="submit">{say.see}</button>
    </form>,
  )
}

function meantJob(c: Context, { asker }: Visit, { ledger }: ConsoleParts) {
  const id = c.req.param('id') ?? ''
  return isUuid(id) ? readJob(ledger, asker, id) : undefined
}

const isConflict = (word: string): word is PlanConflict => Object.hasOwn(planConflicts, word)

async function jobPage(c: Page, visit: Visit, parts: ConsoleParts) {
  const job = await meantJob(c, visit, parts)
  if (job === undefined) return notThere(c)
  const { language, base } = visit
  const say = words[language].grants.jobs
  const against = c.req.query('against') ?? ''
  const { id, state } = job
  const live = state === 'running' && {
    'hx-sse:connect': `${base}/jobs/${id}/live`,
    'hx-sse:close': 'over',
  }
  return answerIn(
    c,
    visit,
    {
      title: say.kinds[job.kind],
      place: 'jobs',
      above: { href: `${base}/jobs`, label: say.title },
      aside: <JobState state={state} visit={visit} />,
      ...(state === 'running' && { refreshSeconds: 3 }),
    },
    <>
      {isConflict(against) && <Problem>{say.conflict(planConflicts[against][language])}</Problem>}
      <Work job={job} visit={visit} />
      {state !== 'planned' && state !== 'expired' && (
        <section>
          <h2>{say.progress}</h2>
          <div {...live} hx-swap="innerHTML" aria-live="polite">
            <Progress job={job} visit={visit} />
          </div>
        </section>
      )}
      {job.ended_at !== null && (
        <p class="help">
          <Moment at={job.ended_at} visit={visit} />
        </p>
      )}
    </>,
  )
}

function jobLive(c: Page, visit: Visit, parts: ConsoleParts) {
  let last = ''
  let ended = false
  return told(c, async () => {
    if (ended) return 'over'
    const job = await meantJob(c, visit, parts)
    if (job === undefined) return 'over'
    ended = isOver(job)
    const piece = String(await (<Progress job={job} visit={visit} />)).replaceAll('\n', ' ')
    if (piece === last) return undefined
    last = piece
    return piece
  })
}
