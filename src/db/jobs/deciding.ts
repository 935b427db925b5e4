// A person's word on a plan or a job, with the row locked: what it is at that moment decides.
import type { Statements } from '../open.ts'
import type { JobKind, JobState } from './schema.ts'
import type { Wanted } from './plans.ts'

export interface JobToDecide {
  kind: JobKind
  state: JobState
  wanted: Wanted
  fingerprint: string
  items: number
  over: boolean
}

export async function lockJob(
  sql: Statements,
  partnerId: string,
  id: string,
): Promise<JobToDecide | undefined> {
  const [row] = await sql.unsafe<JobToDecide[]>(
    `select kind, state, wanted, fingerprint, items, expires_at <= now() as over from jobs
    where partner_id = $1::uuid and id = $2::uuid for update`,
    [partnerId, id],
  )
  return row
}

export async function startJob(
  sql: Statements,
  partnerId: string,
  id: string,
  actor: string,
): Promise<void> {
  await sql.unsafe(
    `update jobs set state = 'running', confirmed_by = $3, confirmed_at = now()
    where partner_id = $1::uuid and id = $2::uuid`,
    [partnerId, id, actor],
  )
}

/** What was done stays done; addresses of a list that are still waiting go. */
export async function endJob(
  sql: Statements,
  partnerId: string,
  id: string,
  actor: string,
): Promise<void> {
  await sql.unsafe(
    `update jobs set state = 'cancelled', cancelled_by = $3, ended_at = now(), lease_until = null, lease_owner = null
    where partner_id = $1::uuid and id = $2::uuid`,
    [partnerId, id, actor],
  )
  await sql.unsafe(
    `update job_items set email = null
    where partner_id = $1::uuid and job_id = $2::uuid and state = 'waiting' and email is not null`,
    [partnerId, id],
  )
}
