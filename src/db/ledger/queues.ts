// What waits in one campaign: how many grants, and since when. Counted up to a limit, from indexes that
// hold only what is open, so that a page shows it at once however much has been granted.
import { sql } from 'drizzle-orm'
import { limits } from '../../limits.ts'
import type { Reader } from './reading.ts'

export interface Queue {
  /** Each at most `queueCountedMax`, which then means “or more”. */
  queued: number
  held: number
  attention: number
  /** Who has waited longest; null: nobody waits. */
  oldestAt: Date | null
  /** The first in line of those that are held. */
  firstHeldId: string | null
}

export async function queueOf(tx: Reader, partnerId: string, campaignId: string): Promise<Queue> {
  const most = limits.queueCountedMax
  const mine = sql`partner_id = ${partnerId} and campaign_id = ${campaignId}`
  const counted = (state: 'queued' | 'held' | 'attention') => sql`
    (select count(*)::int from (
      select from grants where ${mine} and state = ${sql.raw(`'${state}'`)} limit ${most}
    ) counted)`
  const first = (state: 'queued' | 'held') => sql`
    (select id from grants where ${mine} and state = ${sql.raw(`'${state}'`)} order by id limit 1)`
  const [row] = await tx.execute<{
    queued: number
    held: number
    attention: number
    oldestAt: string | null
    firstHeldId: string | null
  }>(sql`
    select ${counted('queued')} as queued, ${counted('held')} as held,
      ${counted('attention')} as attention, ${first('held')} as "firstHeldId",
      (select to_json(min(created_at)) #>> '{}' from grants where partner_id = ${partnerId} and id in (
        select ${first('held')} union all
        select g.id from (
          select id from grants where ${mine} and state = 'queued' order by due_at, id limit 1
        ) g)) as "oldestAt"`)
  const { queued = 0, held = 0, attention = 0, oldestAt = null, firstHeldId = null } = row ?? {}
  return {
    queued,
    held,
    attention,
    firstHeldId,
    oldestAt: oldestAt === null ? null : new Date(oldestAt),
  }
}
