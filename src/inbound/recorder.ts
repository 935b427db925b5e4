// From planned events to rows: asks the worker for room, records through the group commit, and hands
// grants that were born claimed to the worker. Resolves only after the commit.
import { GroupCommit } from '../db/group-commit.ts'
import type { Sql } from '../db/open.ts'
import {
  recordBatch,
  type EventToRecord,
  type GrantToRecord,
  type RequestToRecord,
} from '../db/record.ts'
import type { ClaimedGrant } from '../db/claim.ts'
import type { Worker } from '../grants/worker.ts'
import { uuidv7 } from '../ids.ts'
import { limits } from '../limits.ts'
import { foldedAddress } from '../rules/email.ts'
import type { Plan, PlannedGrant } from '../rules/plan.ts'
import { emailKey } from '../vault.ts'
import type { ReadEvent } from './event.ts'

export interface PlannedEvent {
  event: ReadEvent
  plan: Plan
}

export interface RequestToKeep {
  partnerId: string
  sourceId: string
  credentialId: string | null
  method: string
  headers: Record<string, string[]>
  body: Buffer
  events: readonly PlannedEvent[]
}

export interface RecordedEvent {
  id: string
  duplicate: boolean
}

export interface Recorder {
  /** Rejects with Busy or the database's error: then nothing is promised to the sender. */
  record(request: RequestToKeep): Promise<RecordedEvent[]>
  waiting(): number
  drained(): Promise<void>
}

export interface RecorderOptions {
  sql: Sql
  node: string
  pepper: Buffer
  /** Absent where this relay does not send: then nothing is born claimed. */
  worker: Worker | undefined
}

export function createRecorder(options: RecorderOptions): Recorder {
  const { sql, node, pepper, worker } = options
  const commit = new GroupCommit<RequestToRecord, RecordedEvent[]>({
    flush,
    bytes: weight,
    itemsMax: limits.batchEventsMax,
    bytesMax: limits.batchBytesMax,
    waitingItemsMax: limits.waitingRequestsMax,
    waitingBytesMax: limits.waitingBytesMax,
    flushesMax: 3,
    waitMsMax: limits.recordMsMax,
  })

  async function flush(requests: readonly RequestToRecord[]): Promise<RecordedEvent[][]> {
    const grants = requests.flatMap((request) =>
      request.events.flatMap((event) => event.grants.map((grant) => ({ request, grant }))),
    )
    const sendable = grants.filter(({ grant }) => !grant.test)
    const reserved = worker?.reserve(sendable.length) ?? 0
    sendable.forEach(({ grant }, n) => (grant.claim = n < reserved))
    const since = performance.now()
    try {
      const { fresh, made } = await recordBatch(sql, requests, node, limits.leaseMs)
      const sending = grants.filter(({ grant }) => made.get(grant.id) === 'sending')
      worker?.offer(
        sending.map(({ request, grant }) => claimedGrant(request, grant)),
        since,
      )
      if ([...made.values()].includes('queued')) worker?.wake()
      return requests.map((request) =>
        request.events.map(({ id }) => ({ id, duplicate: !fresh.has(id) })),
      )
    } finally {
      worker?.giveUp(reserved)
    }
  }

  return {
    record: (request) => commit.submit(toRows(request, pepper)),
    waiting: () => commit.waiting(),
    drained: () => commit.drained(),
  }
}

/** A request of many events counts for as much of a batch as they do. */
const weight = ({ body, events }: RequestToRecord) =>
  body.length + events.length * (limits.batchBytesMax / limits.batchEventsMax)

function toRows(request: RequestToKeep, pepper: Buffer): RequestToRecord {
  const { partnerId, sourceId, method, headers, body } = request
  const events = request.events.map(({ event, plan }) =>
    eventRow(event, plan, request.credentialId, pepper),
  )
  return { id: uuidv7(), partnerId, sourceId, method, headers, body, events }
}

function eventRow(
  event: ReadEvent,
  plan: Plan,
  credentialId: string | null,
  pepper: Buffer,
): EventToRecord {
  const grants = plan.grants.map((planned) => grantRow(planned, pepper))
  return {
    id: uuidv7(),
    key: event.key,
    type: event.type,
    occurredAt: event.occurredAt,
    state: plan.state,
    reason: event.unreadable ?? plan.reason,
    trust: event.trust,
    credentialId,
    part: event.part,
    emailKey: grants[0]?.emailKey ?? null,
    trace: JSON.stringify(plan.trace),
    matches: JSON.stringify(plan.grants.map((planned, n) => matchOf(planned, grants[n]))),
    grants,
  }
}

function grantRow(planned: PlannedGrant, pepper: Buffer): GrantToRecord {
  const { address } = planned.email
  const folded = foldedAddress(address)
  const key = emailKey(pepper, address)
  return {
    id: uuidv7(),
    campaignId: planned.campaignId,
    ruleId: planned.ruleId,
    mode: planned.mode,
    emailKey: key,
    foldedKey: folded === address ? key : emailKey(pepper, folded),
    email: address,
    test: planned.test,
    claim: false,
  }
}

/** Leads from the event to its grants, also to one that was there before. */
function matchOf(planned: PlannedGrant, row: GrantToRecord | undefined) {
  return {
    rule: planned.ruleId,
    campaign: planned.campaignId,
    mode: planned.mode,
    test: planned.test,
    // Shown to people, and stored as JSON, which cannot hold half a character.
    path: planned.path.toWellFormed(),
    trust: planned.trust,
    key: row?.emailKey.toString('hex'),
  }
}

function claimedGrant(request: RequestToRecord, grant: GrantToRecord): ClaimedGrant {
  return {
    partnerId: request.partnerId,
    campaignId: grant.campaignId,
    id: grant.id,
    mode: grant.mode,
    email: grant.email,
    attempt: 1,
    retries: 0,
    ambiguous: false,
  }
}
