// A replay: the rules of now on an event of then. What was recorded is never changed.
import { noteAudit } from '../db/jobs/audit.ts'
import { recordedWithBodies } from '../db/jobs/recorded.ts'
import { recordReplays, type ReplayToRecord } from '../db/jobs/replay.ts'
import type { Orm, Sql } from '../db/open.ts'
import { uuidv7 } from '../ids.ts'
import { planRows } from '../inbound/plan-rows.ts'
import type { PlannedEvent } from '../inbound/recorder.ts'
import type { Directory } from '../partners/directory.ts'
import { considerAgain, type HistoryDeps } from './history.ts'
import type { SkipReason } from './reasons.ts'

export interface ReplayDeps extends HistoryDeps {
  /** What was recorded is read here … */
  orm: Orm
  /** … and what comes of it written here. */
  sql: Sql
  pepper: Buffer
  sourceById: Directory['sourceById']
}

export interface ReplayOne {
  partnerId: string
  eventId: string
  actor: string
}

export async function replayEvent(
  deps: ReplayDeps,
  { partnerId, eventId, actor }: ReplayOne,
): Promise<{ id: string } | { skip: SkipReason }> {
  const { orm, sql } = deps
  const { events, bodies } = await recordedWithBodies(orm, partnerId, [eventId])
  const source = events[0] && (await deps.sourceById(partnerId, events[0].sourceId))
  const [again] = await considerAgain(deps, source, events, bodies)
  if (again === undefined) return { skip: 'gone' }
  if ('skip' in again) return { skip: again.skip }
  const row = replayRow(eventId, again.planned, deps.pepper)
  await sql.begin(async (tx) => {
    const [done] = await recordReplays(tx, { partnerId, actor, jobId: null }, [row])
    const detail = { state: row.state, reason: row.reason, made: done?.made.length ?? 0 }
    await noteAudit(tx, { partnerId, actor, action: 'event.replayed', subject: eventId, detail })
  })
  return { id: row.id }
}

export function replayRow(
  eventId: string,
  { event, plan }: PlannedEvent,
  pepper: Buffer,
): ReplayToRecord {
  const { trace, matches, grants } = planRows(plan, pepper)
  const reason = event.unreadable ?? plan.reason
  return { id: uuidv7(), eventId, state: plan.state, reason, trace, matches, grants }
}
