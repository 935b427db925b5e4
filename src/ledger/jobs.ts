// Plans and jobs as people see them, with how far each has come.
import {
  itemsPage,
  jobById,
  jobsPage,
  madeBy,
  reasonsOf,
  type ItemState,
  type JobRow,
} from '../db/ledger/jobs.ts'
import type { PageWanted } from '../db/ledger/page.ts'
import { reading } from '../db/ledger/reading.ts'
import type { Mentions } from './asking.ts'
import { list, type Asking, type Questions } from './listing.ts'

type Wanted = PageWanted & Pick<Mentions, 'partner'>

export const listPlans = (ledger: Questions, asker: Asking, { partner, ...page }: Wanted) =>
  list(
    ledger,
    asker,
    { partner },
    (tx, { owner }) => jobsPage(tx, owner, { confirmed: false }, page),
    viewJob,
  )

export const listJobs = (ledger: Questions, asker: Asking, { partner, ...page }: Wanted) =>
  list(
    ledger,
    asker,
    { partner },
    (tx, { owner }) => jobsPage(tx, owner, { confirmed: true }, page),
    viewJob,
  )

/** Also while it is still a plan. */
export async function readJob({ orm }: Questions, { owner }: Asking, id: string) {
  const found = await reading(orm, owner, async (tx) => {
    const job = await jobById(tx, owner, id)
    if (job === undefined) return undefined
    const isEnded = job.kind === 'replay' && job.endedAt !== null
    return { job, left: await reasonsOf(tx, job), made: isEnded ? await madeBy(tx, job) : null }
  })
  return found && { ...viewJob(found.job), left: found.left, made: found.made }
}

export async function listItems(
  { orm }: Questions,
  { owner }: Asking,
  id: string,
  page: PageWanted & { state?: ItemState | undefined },
) {
  const found = await reading(orm, owner, async (tx) => {
    const job = await jobById(tx, owner, id)
    return job && (await itemsPage(tx, job, page))
  })
  return (
    found && {
      items: found.rows.map((row) => ({
        n: row.n,
        original_id: row.originalId,
        line: row.line,
        state: row.state,
        reason: row.reason,
        result_id: row.resultId,
      })),
      next: found.next,
    }
  )
}

function viewJob(row: JobRow) {
  return {
    id: row.id,
    partner: row.partner,
    kind: row.kind,
    state: row.over ? ('expired' as const) : row.state,
    wanted: row.wanted,
    found: row.found,
    fingerprint: row.fingerprint,
    planned_by: row.plannedBy,
    planned_at: row.plannedAt.toISOString(),
    expires_at: row.expiresAt.toISOString(),
    confirmed_by: row.confirmedBy,
    confirmed_at: row.confirmedAt?.toISOString() ?? null,
    cancelled_by: row.cancelledBy,
    ended_at: row.endedAt?.toISOString() ?? null,
    progress: {
      items: row.items,
      waiting: row.items - row.reached,
      done: row.done,
      skipped: row.skipped,
      failed: row.failed,
    },
  }
}
