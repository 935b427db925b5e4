// …/jobs/:id: a plan, to be confirmed; then its work as it goes, which can be stopped.
import { Hono } from 'hono'
import { cancelJob, confirmPlan } from '../../../jobs/plan.ts'
import { isUuid } from '../../../ids.ts'
import { planConflicts, type PlanConflict } from '../../../jobs/reasons.ts'
import { readJob } from '../../../ledger/jobs.ts'
import { about } from '../../about.ts'
import { fieldsOf, Problem, smallForm } from '../../forms.tsx'
import { over, pieceOf, told } from '../../live.ts'
import { notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { hrefWith } from '../../ui/lists.tsx'
import { Moment } from '../../ui/marks.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { isOver, JobState, Progress, Work, type Job } from './parts.tsx'

export function jobRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const path = '/console/p/:partner/jobs/:id'
  app.get(
    path,
    about(
      parts,
      ['grants:read'],
      ({ asker }, id) => readJob(parts.ledger, asker, id),
      (c, visit, job) => jobPage(c, visit, job),
    ),
  )
  app.get(
    `${path}/live`,
    inside(parts, ['grants:read'], (c, visit) => jobLive(c, visit, parts)),
  )
  app.post(
    `${path}/confirm`,
    smallForm,
    inside(parts, ['grants:write'], async (c, visit) => {
      const fingerprint = (await fieldsOf(c))('fingerprint')
      return decided(c, visit, (of) => confirmPlan(parts.sql, { ...of, fingerprint }))
    }),
  )
  app.post(
    `${path}/cancel`,
    smallForm,
    inside(parts, ['grants:write'], (c, visit) =>
      decided(c, visit, (of) => cancelJob(parts.sql, of)),
    ),
  )
  return app
}

interface Decided {
  partnerId: string
  id: string
  actor: string
}

async function decided(
  c: Page,
  { partner, actor, base }: Visit,
  decide: (of: Decided) => Promise<PlanConflict | 'gone' | null>,
) {
  const id = c.req.param('id') ?? ''
  if (!isUuid(id)) return notThere(c)
  const against = await decide({ partnerId: partner.id, id, actor })
  if (against === 'gone') return notThere(c)
  return c.redirect(hrefWith(`${base}/jobs/${id}`, { against: against ?? undefined }), 303)
}

const isConflict = (word: string): word is PlanConflict => Object.hasOwn(planConflicts, word)

function jobPage(c: Page, visit: Visit, job: Job) {
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
      aside: <JobState job={job} visit={visit} />,
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

function jobLive(c: Page, visit: Visit, { ledger }: ConsoleParts) {
  const id = c.req.param('id') ?? ''
  let last = ''
  let ended = false
  return told(c, async () => {
    if (ended || !isUuid(id)) return over
    const job = await readJob(ledger, visit.asker, id)
    if (job === undefined) return over
    ended = isOver(job)
    const piece = await pieceOf(<Progress job={job} visit={visit} />)
    if (piece === last) return undefined
    last = piece
    return piece
  })
}
