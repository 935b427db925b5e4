// Grants that wait for their campaign: held while MOAB says so or a person has stopped it, released when it is well.
import { answersThat, countedRetries } from './claim.ts'
import type { Sql } from './open.ts'

const toldToWait = `coalesce(answer in (${answersThat('hold')}), false)`

const holding = `with stuck as materialized (
      select g.spot, h.reason
      from campaign_health h
      cross join lateral (
        select ctid as spot from grants where campaign_id = h.campaign_id and state = 'queued'
        order by due_at, id limit $1::int for update skip locked
      ) g
      where h.state in ('holding', 'stopped') limit $1::int
    )
    update grants g set state = 'held', reason = stuck.reason, due_at = null,
      retries = ${countedRetries}
    from stuck where g.ctid = stuck.spot returning 1`

const releasing = `with free as materialized (
      select g.spot
      from campaign_health h
      join campaigns c on c.partner_id = h.partner_id and c.id = h.campaign_id
      cross join lateral (
        select ctid as spot from grants where campaign_id = h.campaign_id and state = 'held' and (mode = c.mode or not ${toldToWait})
        order by id limit $1::int for update skip locked
      ) g
      where h.state in ('healthy', 'unreachable') limit $1::int
    )
    update grants g set state = 'queued', reason = null, due_at = now()
    from free where g.ctid = free.spot returning 1`

/**
 * Keeps state and campaign in step, a bounded number of rows at a time: queued grants of a holding
 * or stopped campaign become held; held grants of a healthy one are released in order of arrival. What is left of
 * the other mode and was told to wait does so until that is back: here nobody would tell it otherwise.
 */
export async function moveHeld(sql: Sql, most: number): Promise<number> {
  const held = await sql.unsafe(holding, [most], { prepare: sql.options.prepare })
  const released = await sql.unsafe(releasing, [most], { prepare: sql.options.prepare })
  return held.length + released.length
}
