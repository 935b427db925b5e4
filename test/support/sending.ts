// A worker that sends to a sandbox over HTTP, and the grants of a test as they stand in the table.
import type { Database } from '../../src/db/open.ts'
import { recordBatch } from '../../src/db/record.ts'
import type { Destination } from '../../src/grants/destination.ts'
import { Worker } from '../../src/grants/worker.ts'
import { uuidv7 } from '../../src/ids.ts'
import { createMoabClient, type MoabClient } from '../../src/moab/client.ts'
import { toLoopback } from './outgoing.ts'
import type { TestPartner } from './partner.ts'
import { requestToRecord } from './request.ts'

export const apiKey = '11111111-2222-4333-8444-555555555555'

export interface TestWorker {
  worker: Worker
  moab: MoabClient
  node: string
  errors: unknown[]
  stop(): Promise<void>
}

export function startWorker(
  db: Database,
  url: string | (() => Destination),
  deadlineMs = 2000,
): TestWorker {
  const moab = createMoabClient({ outgoing: toLoopback, deadlineMs, connectMs: deadlineMs / 4 })
  const node = uuidv7()
  const errors: unknown[] = []
  const worker = new Worker({
    sql: db.work,
    node,
    moab,
    destination: async () => (typeof url === 'string' ? { url, apiKey } : url()),
    random: () => 0,
    attempted: () => {},
    failed: (error) => errors.push(error),
  })
  worker.start()
  return {
    worker,
    moab,
    node,
    errors,
    stop: async () => {
      await worker.stop(1000)
      await moab.close()
      // What calls that took longer came to is written down, too: the next test finds nobody at work.
      await worker.stop(5000)
    },
  }
}

export interface GrantRow {
  id: string
  email: string
  state: string
  reason: string | null
  attempt: number
  retries: number
  ambiguous: boolean
  answer: string | null
  waitMs: number | null
}

export async function grantsOf(db: Database, partner: TestPartner): Promise<GrantRow[]> {
  return db.work<GrantRow[]>`
    select id, email, state, reason, attempt, retries, ambiguous, answer,
      (extract(epoch from due_at - now()) * 1000)::float8 as "waitMs"
    from grants where partner_id = ${partner.partnerId} order by id`
}

/** Records one event per email, in order. */
export async function recordEmails(
  db: Database,
  partner: TestPartner,
  emails: readonly string[],
): Promise<void> {
  await recordBatch(
    db.record,
    emails.map((email) => requestToRecord(partner, { email })),
    uuidv7(),
    60_000,
  )
}

export async function until<T>(
  what: () => Promise<T | undefined | false>,
  ms = 10_000,
): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    const value = await what()
    if (value !== undefined && value !== false) return value
    if (performance.now() > end) throw new Error('what was waited for did not come')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Resolves when every grant is in one of these states. */
export function settledAs(
  db: Database,
  partner: TestPartner,
  states: readonly string[],
  ms?: number,
): Promise<GrantRow[]> {
  return until(async () => {
    const grants = await grantsOf(db, partner)
    return grants.length > 0 && grants.every((grant) => states.includes(grant.state)) && grants
  }, ms)
}
