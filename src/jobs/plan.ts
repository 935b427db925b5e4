// Bulk work is planned, looked at and confirmed before anything is done. A plan says what it is about;
// confirming it makes it a job, unless the world is no longer the one that was looked at.
import { noteAudit } from '../db/jobs/audit.ts'
import { endJob, lockJob, startJob } from '../db/jobs/deciding.ts'
import {
  fingerprintOf,
  foundOf,
  insertItems,
  insertPlan,
  type PlanRow,
  type Wanted,
} from '../db/jobs/plans.ts'
import { insideTime, ofOneMoment } from '../db/jobs/time.ts'
import type { Sql } from '../db/open.ts'
import { uuidv7 } from '../ids.ts'
import { limits } from '../limits.ts'
import { maskEmail } from '../rules/email.ts'
import type { PlanConflict } from './reasons.ts'

export interface PlanWanted {
  partnerId: string
  kind: 'retry' | 'replay'
  wanted: Wanted
  actor: string
}

/** `tooMany`: the filter finds more than one job may do. */
export async function planWork(
  sql: Sql,
  { partnerId, kind, wanted, actor }: PlanWanted,
): Promise<{ id: string } | { tooMany: number }> {
  const plan = { partnerId, id: uuidv7(), kind, wanted, actor } satisfies PlanRow
  const tooMany = new Error('too many items')
  try {
    await ofOneMoment(sql, async (tx) => {
      const items = await insertItems(tx, plan)
      if (items > limits.jobItemsMax) throw tooMany
      const { counts, examples } = await foundOf(tx, plan)
      const shown = examples.map(({ email, ...rest }) => ({
        ...rest,
        email: email === null ? null : maskEmail(email),
      }))
      const found = { counts, examples: shown }
      await insertPlan(tx, plan, { found, fingerprint: await fingerprintOf(tx, plan), items })
      const detail = { kind, items }
      await noteAudit(tx, { partnerId, actor, action: 'job.planned', subject: plan.id, detail })
    })
  } catch (error) {
    if (error === tooMany) return { tooMany: limits.jobItemsMax }
    throw error
  }
  return { id: plan.id }
}

export interface Decision {
  partnerId: string
  id: string
  actor: string
}

/** `fingerprint`: of the plan that was looked at. */
export async function confirmPlan(
  sql: Sql,
  { partnerId, id, actor, fingerprint }: Decision & { fingerprint: string },
): Promise<PlanConflict | 'gone' | null> {
  return insideTime(sql, async (tx) => {
    const plan = await lockJob(tx, partnerId, id)
    if (plan === undefined) return 'gone'
    if (plan.state !== 'planned') return 'confirmed'
    if (plan.over) return 'expired'
    if (plan.items === 0) return 'nothing'
    const now = await fingerprintOf(tx, { partnerId, id, ...plan })
    if (fingerprint !== plan.fingerprint || now !== fingerprint) return 'world_changed'
    await startJob(tx, partnerId, id, actor)
    const detail = { kind: plan.kind, items: plan.items, fingerprint }
    await noteAudit(tx, { partnerId, actor, action: 'job.confirmed', subject: id, detail })
    return null
  })
}

/** Items that are decided stay so; the batch under way is either counted before this, or not done. */
export async function cancelJob(
  sql: Sql,
  { partnerId, id, actor }: Decision,
): Promise<PlanConflict | 'gone' | null> {
  return insideTime(sql, async (tx) => {
    const job = await lockJob(tx, partnerId, id)
    if (job === undefined) return 'gone'
    if (job.state !== 'running') return 'not_running'
    await endJob(tx, partnerId, id, actor)
    await noteAudit(tx, { partnerId, actor, action: 'job.cancelled', subject: id })
    return null
  })
}
