// Erasures as people see them: whose it was, nobody is told.
import { keyPrefix } from '../access/audit.ts'
import { erasureById, erasuresPage, type ErasureRow } from '../db/privacy/erasures.ts'
import { reading } from '../db/ledger/reading.ts'
import type { PageWanted } from '../db/ledger/page.ts'
import type { Mentions } from './asking.ts'
import { list, type Asking, type Questions } from './listing.ts'

export const listErasures = (
  ledger: Questions,
  asker: Asking,
  { partner, ...page }: PageWanted & Pick<Mentions, 'partner'>,
) => list(ledger, asker, { partner }, (tx, { owner }) => erasuresPage(tx, owner, page), viewErasure)

export async function readErasure({ orm }: Questions, { owner }: Asking, id: string) {
  const row = await reading(orm, owner, (tx) => erasureById(tx, owner, id))
  return row && viewErasure(row)
}

/** The signed record; null until it is done. Undefined: there is no such erasure. */
export async function recordOfErasure({ orm }: Questions, { owner }: Asking, id: string) {
  const row = await reading(orm, owner, (tx) => erasureById(tx, owner, id))
  return row?.record
}

function viewErasure(row: ErasureRow) {
  return {
    id: row.id,
    partner: row.partner,
    person: keyPrefix(row.foldedKey),
    phase: row.phase,
    requested_by: row.requestedBy,
    requested_at: row.requestedAt.toISOString(),
    done_at: row.doneAt?.toISOString() ?? null,
    erased: row.erased,
  }
}
