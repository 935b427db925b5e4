// From planned events to rows: asks the worker for room, records through the group commit, and hands
// grants that were born claimed to the worker. Resolves only after the commit.
import { GroupCommit } from '../db/group-commit.ts'
import type { Sql } from '../db/open.ts'
import type { GrantToRecord } from '../db/birth.ts'
import type { EventState } from '../db/schema.ts'
import type { StoredVerdict } from '../db/lookups/claim.ts'
import { recordBatch, type EventToRecord, type RequestToRecord } from '../db/record.ts'
import type { ClaimedGrant } from '../db/claim.ts'
import type { Worker } from '../grants/worker.ts'
import { uuidv7 } from '../ids.ts'
import { limits } from '../limits.ts'
import type { LearnedContact, Parked } from '../lookups/parking.ts'
import { partOf } from '../lookups/part.ts'
import { foldedAddress, normaliseEmail } from '../rules/email.ts'
import { addressesWithin } from '../rules/email-within.ts'
import type { Plan } from '../rules/plan.ts'
import { customerKey, emailKey, hiddenKey } from '../vault.ts'
import type { ReadEvent } from './event.ts'
import { planRows } from './plan-rows.ts'

export interface PlannedEvent {
  event: ReadEvent
  plan: Plan
  /** Nothing comes of the plan yet: it waits. */
  parked?: (Parked & { verdict: StoredVerdict }) | undefined
  contact?: LearnedContact | undefined
}

/** A request before it is considered. */
export interface BareRequest {
  partnerId: string
  sourceId: string
  credentialId: string | null
  method: string
  headers: Record<string, string[]>
  body: Buffer
}

export interface RequestToKeep extends BareRequest {
  events: readonly PlannedEvent[]
}

export interface RecordedEvent {
  id: string
  duplicate: boolean
  /** What was decided of it; of a duplicate, what would have been. */
  state: EventState
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
  worker: Pick<Worker, 'reserve' | 'offer' | 'giveUp' | 'wake'> | undefined
  /** Something was parked, or may go on. */
  parked?: (() => void) | undefined
}

export function createRecorder(options: RecorderOptions): Recorder {
  const { sql, node, pepper, worker, parked } = options
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
      const queued = grants.filter(({ grant }) => made.get(grant.id) === 'queued')
      if (queued.length > 0) worker?.wake(queued.map(campaignOf))
      if (requests.some(({ events }) => events.some((each) => each.parking ?? each.contact)))
        parked?.()
      return requests.map((request) =>
        request.events.map(({ id, state }) => ({ id, duplicate: !fresh.has(id), state })),
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
  const events = request.events.map((planned) => eventRow(planned, request, pepper))
  return { id: uuidv7(), partnerId, sourceId, method, headers, body, events }
}

function eventRow(planned: PlannedEvent, request: RequestToKeep, pepper: Buffer): EventToRecord {
  const { event, plan, parked, contact } = planned
  const rows = planRows(plan, pepper)
  const customerKeyOf = (customer: string) => customerKey(pepper, request.sourceId, customer)
  const row: EventToRecord = {
    id: uuidv7(),
    key: event.key,
    type: event.type,
    occurredAt: event.occurredAt,
    state: plan.state,
    reason: event.unreadable ?? plan.reason,
    trust: event.trust,
    credentialId: request.credentialId,
    part: event.part,
    emailKey: rows.emailKey,
    trace: rows.trace,
    matches: rows.matches,
    grants: rows.grants,
  }
  if (event.key.includes('@')) hideable(row, pepper)
  if (contact) {
    row.contact = {
      customerKey: customerKeyOf(contact.customer),
      email: contact.email,
      emailKey: emailKey(pepper, contact.email),
      foldedKey: emailKey(pepper, foldedAddress(contact.email)),
      trust: contact.trust,
    }
  }
  if (parked === undefined) return row
  const { waitsFor, reason, customer, again, verdict } = parked
  return {
    ...row,
    state: 'parked',
    reason,
    // Whom it seems to be about is kept, so that it is found; nothing is decided yet.
    trace: waitsFor === 'join' ? rows.trace : '[]',
    matches: '[]',
    grants: [],
    parking: {
      waitsFor,
      customerKey: customer === null ? null : customerKeyOf(customer),
      verdict: JSON.stringify(verdict),
      again,
      // Its body may be gone when it is judged: see the table parked_parts.
      kept: again || request.events.length > 1 ? JSON.stringify(partOf(event)) : null,
    },
  }
}

/** A key that is an address, or holds one among other text; its parts are joined with colons. */
function hideable(row: EventToRecord, pepper: Buffer): void {
  const within = addressesWithin(row.key)
  const wholes = [row.key, ...row.key.split(':', limits.addressesWithinMax)].flatMap((text) => {
    const normalised = normaliseEmail(text)
    return normalised.ok ? normalised.email.address : []
  })
  const sure = [...wholes, ...within.flatMap((each) => (each.sure ? each.address : []))]
  const doubtful = within.flatMap((each) => (each.sure ? [] : each.address))
  if (sure.length + doubtful.length === 0) return
  row.keyOf = {
    foldedKeys: foldedKeysOf(pepper, sure),
    doubtfulKeys: foldedKeysOf(pepper, doubtful),
    hidden: hiddenKey(pepper, row.key),
  }
}

const foldedKeysOf = (pepper: Buffer, addresses: readonly string[]) =>
  [...new Set(addresses.map(foldedAddress))].map((folded) => emailKey(pepper, folded))

const campaignOf = ({ request, grant }: { request: RequestToRecord; grant: GrantToRecord }) => ({
  partnerId: request.partnerId,
  campaignId: grant.campaignId,
})

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
    due: null,
  }
}
