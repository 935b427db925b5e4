// Requests that were not believed, as people see them.
import { writeAudit } from '../access/audit.ts'
import type { PageWanted } from '../db/ledger/page.ts'
import { reading } from '../db/ledger/reading.ts'
import {
  bodyOfRejection,
  rejectionById,
  rejectionsPage,
  type RejectionFilter,
  type RejectionRow,
} from '../db/ledger/rejections.ts'
import { find, type Asker, type Ledger, type Mentions, type Unknown } from './asking.ts'

export interface RejectionsWanted
  extends
    PageWanted,
    Pick<Mentions, 'partner' | 'source'>,
    Pick<RejectionFilter, 'reason' | 'from' | 'to'> {}

export type RejectionView = ReturnType<typeof viewRejection>

export async function listRejections(
  ledger: Ledger,
  asker: Asker,
  { partner, source, limit, after, ...filter }: RejectionsWanted,
): Promise<{ items: RejectionView[]; next: string | null } | Unknown> {
  const page = await reading(ledger.orm, asker.owner, async (tx) => {
    const meant = await find(tx, asker.owner, { partner, source })
    if ('unknown' in meant) return meant
    return rejectionsPage(tx, meant.owner, { ...filter, ...meant }, { limit, after })
  })
  return 'unknown' in page ? page : { items: page.rows.map(viewRejection), next: page.next }
}

export async function readRejection(ledger: Ledger, asker: Asker, id: string) {
  const row = await reading(ledger.orm, asker.owner, (tx) => rejectionById(tx, asker.owner, id))
  return row && { ...viewRejection(row), headers: row.headers }
}

/** What was kept of the bytes; each look is audited. */
export async function readRejectionBody(ledger: Ledger, asker: Asker, id: string) {
  const found = await reading(ledger.orm, asker.owner, (tx) => bodyOfRejection(tx, asker.owner, id))
  if (found === undefined) return undefined
  const { actor } = asker
  const { partnerId, body } = found
  await writeAudit(ledger.changes, { partnerId, actor, action: 'rejection.body_read', subject: id })
  return body
}

function viewRejection(row: RejectionRow) {
  return {
    id: row.id,
    partner: row.partner,
    source: row.source,
    at: row.at.toISOString(),
    reason: row.reason,
    hint: row.hint,
    method: row.method,
    body_bytes: row.bodyBytes,
    ip: row.ip,
  }
}
