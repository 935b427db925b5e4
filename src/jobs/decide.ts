// What comes of a batch of a job's items. What takes thought is thought before the transaction; inside
// it only rows are written.
import { Busy } from '../db/group-commit.ts'
import { campaignOf, importGrants } from '../db/jobs/import.ts'
import { recordedWithBodies } from '../db/jobs/recorded.ts'
import { recordReplays, type ReplayToRecord } from '../db/jobs/replay.ts'
import { retryGrants } from '../db/jobs/retry.ts'
import type { ClaimedJob, DecidedItem, JobItem } from '../db/jobs/running.ts'
import type { JobKind } from '../db/jobs/schema.ts'
import type { Statements } from '../db/open.ts'
import { uuidv7 } from '../ids.ts'
import { considerAgain, type Again } from './history.ts'
import type { SkipReason } from './reasons.ts'
import { replayRow, type ReplayDeps } from './replay.ts'

type Decide = (tx: Statements) => Promise<DecidedItem[]>

export const deciders: Record<
  JobKind,
  (deps: ReplayDeps, job: ClaimedJob, items: readonly JobItem[]) => Promise<Decide>
> = { retry: retryItems, replay: replayItems, import: importItems }

const done = (n: number, resultId: string): DecidedItem => ({
  n,
  state: 'done',
  reason: null,
  resultId,
})
const skipped = (n: number, reason: string): DecidedItem => ({
  n,
  state: 'skipped',
  reason,
  resultId: null,
})

/** Refused ones only where the plan was about them: whoever confirmed it has seen the reasons. */
async function retryItems(
  _: ReplayDeps,
  { partnerId, id, actor, wanted }: ClaimedJob,
  items: readonly JobItem[],
): Promise<Decide> {
  const grantIds = items.flatMap(({ originalId }) => originalId ?? [])
  const although = wanted['state'] === 'refused' ? '*' : null
  return async (tx) => {
    const retried = await retryGrants(tx, { partnerId, grantIds, actor, jobId: id, although })
    const byGrant = new Map(retried.map((each) => [each.grantId, each]))
    return items.map(({ n, originalId }) => {
      const found = byGrant.get(originalId ?? '')
      if (found === undefined) return skipped(n, 'gone')
      return found.retryId === null ? skipped(n, found.verdict) : done(n, found.retryId)
    })
  }
}

async function replayItems(
  deps: ReplayDeps,
  job: ClaimedJob,
  items: readonly JobItem[],
): Promise<Decide> {
  const { partnerId, id, actor } = job
  const again = await considered(deps, job, items)
  const rows = new Map<string, ReplayToRecord>()
  const skips = new Map<string, SkipReason>()
  for (const each of again) {
    if ('skip' in each) skips.set(each.event.id, each.skip)
    else rows.set(each.event.id, replayRow(each.event.id, each.planned, deps.pepper))
  }
  return async (tx) => {
    const replayed = await recordReplays(tx, { partnerId, actor, jobId: id }, [...rows.values()])
    const byEvent = new Map(replayed.map((each) => [each.eventId, each.id]))
    return items.map(({ n, originalId }) => {
      const replayId = byEvent.get(originalId ?? '')
      if (replayId !== undefined) return done(n, replayId)
      return skipped(n, skips.get(originalId ?? '') ?? 'gone')
    })
  }
}

async function considered(
  deps: ReplayDeps,
  { partnerId, wanted }: ClaimedJob,
  items: readonly JobItem[],
): Promise<Again[]> {
  const ids = items.flatMap(({ originalId }) => originalId ?? [])
  const { events, bodies } = await recordedWithBodies(deps.orm, partnerId, ids)
  const source = await deps.sourceById(partnerId, wanted['source'] ?? '')
  const again = await considerAgain(deps, source, events, bodies)
  // An item is decided for good: what could not even be tried is left for later.
  if (again.some((each) => 'skip' in each && each.skip === 'busy'))
    throw new Busy('large work waits too long')
  return again
}

async function importItems(
  _: ReplayDeps,
  { partnerId, id, wanted }: ClaimedJob,
  items: readonly JobItem[],
): Promise<Decide> {
  return async (tx) => {
    const campaign = await campaignOf(tx, partnerId, wanted['campaign'] ?? '')
    if (campaign === undefined) return items.map(({ n }) => skipped(n, 'gone'))
    const wantedGrants = items.flatMap(({ n, email, emailKey, foldedKey }) =>
      emailKey === null || foldedKey === null
        ? []
        : [{ n, grant: grantOf(campaign, { email, emailKey, foldedKey }) }],
    )
    const grants = wantedGrants.map(({ grant }) => grant)
    const made = await importGrants(tx, { partnerId, id }, grants)
    const byItem = new Map(wantedGrants.map(({ n, grant }) => [n, grant.id]))
    return items.map(({ n }) => {
      const grantId = byItem.get(n)
      if (grantId === undefined) return skipped(n, 'erased')
      const state = made.get(grantId)
      if (state === undefined) return skipped(n, 'there_already')
      return state === 'suppressed' ? { ...skipped(n, state), resultId: grantId } : done(n, grantId)
    })
  }
}

function grantOf(
  { id, mode }: { id: string; mode: 'live' | 'sandbox' },
  person: { email: string | null; emailKey: Buffer; foldedKey: Buffer },
) {
  const grant = { id: uuidv7(), campaignId: id, ruleId: null, mode, test: false, claim: false }
  return { ...grant, ...person }
}
