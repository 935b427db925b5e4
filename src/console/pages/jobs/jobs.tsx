// …/jobs: what is done in bulk, and what is planned; a new plan.
import { Hono } from 'hono'
import { listJobs, listPlans } from '../../../ledger/jobs.ts'
import { limits } from '../../../limits.ts'
import { smallForm } from '../../forms.tsx'
import { itemsOf } from '../../found.ts'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { givenIn, Nothing, Pager } from '../../ui/lists.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { makePlan, planFields, planForm } from './plan.tsx'
import { JobLine } from './parts.tsx'

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
  return app
}

async function jobsPage(c: Page, visit: Visit, { ledger }: ConsoleParts) {
  const say = words[visit.language].grants.jobs
  const { base, asker } = visit
  const { after } = givenIn(c, ['after'])
  const limit = limits.consoleRowsShown
  const [jobs, plans] = await Promise.all([
    listJobs(ledger, asker, { limit, after }),
    after === undefined ? listPlans(ledger, asker, { limit }) : undefined,
  ])
  const items = [...(plans === undefined ? [] : itemsOf(plans)), ...itemsOf(jobs)]
  return answerIn(
    c,
    visit,
    { title: say.title, place: 'jobs', aside: visit.may('grants:write') && <Plan visit={visit} /> },
    <>
      {items.length === 0 && <Nothing title={say.none} help={say.noneHelp} />}
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

function Plan({ visit: { language, base } }: { visit: Visit }) {
  const say = words[language].grants.jobs
  return (
    <div class="actions">
      <a class="button quiet" href={`${base}/jobs/new?kind=retry`}>
        {say.planRetry}
      </a>
      <a class="button quiet" href={`${base}/jobs/new?kind=replay`}>
        {say.planReplay}
      </a>
    </div>
  )
}
