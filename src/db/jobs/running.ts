// Jobs under way. One relay at a time has a job, by a lease; what it does is written together with how
// far it has come, so that a relay that is killed, or late, leaves nothing half done and nothing twice.
import { limits } from '../../limits.ts'
import type { Sql, Statements } from '../open.ts'
import type { JobKind } from './schema.ts'
import type { Wanted } from './plans.ts'

export interface ClaimedJob {
  partnerId: string
  id: string
  kind: JobKind
  wanted: Wanted
  actor: string
  items: number
  reached: number
}

/** Any job that nobody has, or whose relay has been silent for a lease. */
export async function claimJob(sql: Sql, node: string): Promise<ClaimedJob | undefined> {
  const [job] = await sql.unsafe<ClaimedJob[]>(
    `update jobs j set lease_owner = $1::uuid, lease_until = now() + $2::int * interval '1 ms'
    from (
      select partner_id, id from jobs
      where state = 'running' and (lease_until is null or lease_until < now())
      order by random() limit 1 for update skip locked
    ) free
    where j.partner_id = free.partner_id and j.id = free.id
    returning j.partner_id as "partnerId", j.id, j.kind, j.wanted, j.confirmed_by as actor, j.items, j.reached`,
    [node, limits.jobLeaseMs],
    { prepare: sql.options.prepare },
  )
  return job
}

export async function releaseJob(
  sql: Sql,
  { partnerId, id }: Pick<ClaimedJob, 'partnerId' | 'id'>,
  node: string,
): Promise<void> {
  await sql`update jobs set lease_owner = null, lease_until = null
    where partner_id = ${partnerId} and id = ${id} and lease_owner = ${node}`
}

export interface JobItem {
  n: number
  originalId: string | null
  email: string | null
  emailKey: Buffer | null
  foldedKey: Buffer | null
}

export async function nextItems(
  sql: Sql,
  { partnerId, id, reached }: Pick<ClaimedJob, 'partnerId' | 'id' | 'reached'>,
  most: number,
): Promise<JobItem[]> {
  return sql<JobItem[]>`
    select n, original_id as "originalId", email, email_key as "emailKey", folded_key as "foldedKey"
    from job_items where partner_id = ${partnerId} and job_id = ${id} and n > ${reached} order by n limit ${most}`
}

export interface DecidedItem {
  n: number
  state: 'done' | 'skipped' | 'failed'
  reason: string | null
  resultId: string | null
}

/**
 * `decide` does the work of these items inside the transaction that also counts them. Undefined: the
 * job is somebody else's by now, or was cancelled, and nothing was done.
 */
export async function settleItems(
  sql: Sql,
  { partnerId, id, reached }: Pick<ClaimedJob, 'partnerId' | 'id' | 'reached'>,
  node: string,
  decide: (tx: Statements) => Promise<DecidedItem[]>,
): Promise<DecidedItem[] | undefined> {
  return sql.begin(async (tx) => {
    const mine = await tx`
      select 1 from jobs where partner_id = ${partnerId} and id = ${id}
        and state = 'running' and lease_owner = ${node} and reached = ${reached} for update`
    if (mine.length === 0) return undefined
    const items = await decide(tx)
    await tx.unsafe(
      `update job_items i set state = d.state, reason = d.reason, result_id = d.result_id, email = null
      from unnest($3::int[], $4::text[], $5::text[], $6::uuid[]) as d(n, state, reason, result_id)
      where i.partner_id = $1::uuid and i.job_id = $2::uuid and i.n = d.n`,
      [
        partnerId,
        id,
        items.map(({ n }) => n),
        items.map(({ state }) => state),
        items.map(({ reason }) => reason),
        items.map(({ resultId }) => resultId),
      ],
    )
    const count = (state: DecidedItem['state']) =>
      items.filter((item) => item.state === state).length
    await tx`
      update jobs set reached = reached + ${items.length}, done = done + ${count('done')},
        skipped = skipped + ${count('skipped')}, failed = failed + ${count('failed')},
        lease_until = now() + ${limits.jobLeaseMs}::int * interval '1 ms'
      where partner_id = ${partnerId} and id = ${id}`
    await tx`
      update jobs set state = 'done', ended_at = now(), lease_until = null, lease_owner = null
      where partner_id = ${partnerId} and id = ${id} and reached >= items`
    return items
  })
}

/** Plans that nobody confirmed, with the emails of their lists. */
export async function dropExpiredPlans(sql: Sql): Promise<void> {
  await sql.unsafe(
    `with over as materialized (
      select partner_id, id from jobs
      where state = 'planned' and expires_at < now() - ${limits.planKeptMs} * interval '1 ms'
      order by expires_at limit 20 for update skip locked
    ), items as (
      delete from job_items i using over o where i.partner_id = o.partner_id and i.job_id = o.id
    )
    delete from jobs j using over o where j.partner_id = o.partner_id and j.id = o.id`,
    [],
    { prepare: sql.options.prepare },
  )
}
