// Plans and jobs, and the items of one.
import { and, asc, desc, eq, gt, isNotNull, isNull, sql } from 'drizzle-orm'
import { jobItems, jobs, replays } from '../jobs/schema.ts'
import { partners } from '../schema.ts'
import { cutPage, ownRows, type Page, type PageWanted } from './page.ts'
import { ownedBy, type Owner, type Reader } from './reading.ts'

const columns = {
  id: jobs.id,
  partner: { id: partners.id, name: partners.name },
  kind: jobs.kind,
  state: jobs.state,
  over: sql<boolean>`${jobs.state} = 'planned' and ${jobs.expiresAt} <= now()`,
  wanted: jobs.wanted,
  found: sql<Record<string, unknown>>`${jobs.found}`,
  fingerprint: jobs.fingerprint,
  plannedBy: jobs.plannedBy,
  plannedAt: jobs.plannedAt,
  expiresAt: jobs.expiresAt,
  confirmedBy: jobs.confirmedBy,
  confirmedAt: jobs.confirmedAt,
  cancelledBy: jobs.cancelledBy,
  endedAt: jobs.endedAt,
  items: jobs.items,
  reached: jobs.reached,
  done: jobs.done,
  skipped: jobs.skipped,
  failed: jobs.failed,
}

export type JobRow = Awaited<ReturnType<typeof jobsPage>>['rows'][number]

/** `confirmed`: jobs; else plans. Newest first. */
export async function jobsPage(
  tx: Reader,
  owner: Owner,
  { confirmed }: { confirmed: boolean },
  page: PageWanted,
) {
  const rows = await tx
    .select(columns)
    .from(jobs)
    .innerJoin(partners, eq(partners.id, jobs.partnerId))
    .where(
      and(
        ownRows(owner, jobs, page),
        confirmed ? isNotNull(jobs.confirmedAt) : isNull(jobs.confirmedAt),
      ),
    )
    .orderBy(desc(jobs.id))
    .limit(page.limit + 1)
  return cutPage(rows, page.limit)
}

export async function jobById(tx: Reader, owner: Owner, id: string): Promise<JobRow | undefined> {
  const [row] = await tx
    .select(columns)
    .from(jobs)
    .innerJoin(partners, eq(partners.id, jobs.partnerId))
    .where(and(ownedBy(owner, jobs.partnerId), eq(jobs.id, id)))
  return row
}

/** How many items were left undone, by reason. */
export async function reasonsOf(
  tx: Reader,
  { id, partner }: JobRow,
): Promise<Record<string, number>> {
  const rows = await tx
    .select({ reason: jobItems.reason, n: sql<number>`count(*)::int` })
    .from(jobItems)
    .where(
      and(eq(jobItems.partnerId, partner.id), eq(jobItems.jobId, id), isNotNull(jobItems.reason)),
    )
    .groupBy(jobItems.reason)
  return Object.fromEntries(rows.map(({ reason, n }) => [reason ?? '', n]))
}

/** How many grants its replays made. */
export async function madeBy(tx: Reader, { id, partner }: JobRow): Promise<number> {
  const [row] = await tx
    .select({ n: sql<number>`coalesce(sum(cardinality(${replays.made})), 0)::int` })
    .from(jobItems)
    .innerJoin(
      replays,
      and(eq(replays.partnerId, jobItems.partnerId), eq(replays.id, jobItems.resultId)),
    )
    .where(and(eq(jobItems.partnerId, partner.id), eq(jobItems.jobId, id)))
  return row?.n ?? 0
}

/** In their order. `after`: an item's id (see itemId). */
export async function itemsPage(
  tx: Reader,
  { id, partner }: JobRow,
  { state, limit, after }: PageWanted & { state?: ItemState | undefined },
): Promise<Page<{ id: string; n: number } & ItemColumns>> {
  const rows = await tx
    .select({
      n: jobItems.n,
      originalId: jobItems.originalId,
      line: jobItems.line,
      state: jobItems.state,
      reason: jobItems.reason,
      resultId: jobItems.resultId,
    })
    .from(jobItems)
    .where(
      and(
        eq(jobItems.partnerId, partner.id),
        eq(jobItems.jobId, id),
        after === undefined ? undefined : gt(jobItems.n, numberOf(after)),
        state && eq(jobItems.state, state),
      ),
    )
    .orderBy(asc(jobItems.n))
    .limit(limit + 1)
  return cutPage(
    rows.map((row) => ({ id: itemId(row.n), ...row })),
    limit,
  )
}

export type ItemState = 'waiting' | 'done' | 'skipped' | 'failed'

interface ItemColumns {
  originalId: string | null
  line: number | null
  state: ItemState
  reason: string | null
  resultId: string | null
}

/** Items are known by their number within the job; a cursor takes an id, so the number is written as one. */
const itemId = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
const numberOf = (id: string) => Number.parseInt(id.slice(-8), 16)
