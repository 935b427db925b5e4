// A retry: one grant back into the queue, because a person says so.
import { noteAudit } from '../db/jobs/audit.ts'
import { retryGrants } from '../db/jobs/retry.ts'
import type { Sql } from '../db/open.ts'
import { isSkipReason, type SkipReason } from './reasons.ts'

export interface RetryOne {
  partnerId: string
  grantId: string
  actor: string
  /** The reason of a refusal, from whoever has seen it. */
  although: string | null
}

export async function retryGrant(
  sql: Sql,
  { partnerId, grantId, actor, although }: RetryOne,
): Promise<{ id: string } | { skip: SkipReason; why: string | null }> {
  return sql.begin(async (tx) => {
    const asked = { partnerId, grantIds: [grantId], actor, jobId: null, although }
    const [done] = await retryGrants(tx, asked)
    if (done === undefined) return { skip: 'gone', why: null }
    const { retryId, verdict, state, reason } = done
    if (retryId === null) return { skip: isSkipReason(verdict) ? verdict : 'gone', why: reason }
    const detail = { before: state, did: verdict, ...(reason !== null && { reason }) }
    await noteAudit(tx, { partnerId, actor, action: 'grant.retried', subject: grantId, detail })
    return { id: retryId }
  })
}
