// Calls to MOAB as people see them, whichever grant they were made for.
import { attemptsPage, type AttemptFilter, type ListedAttempt } from '../db/ledger/attempts.ts'
import { grantsOfPerson } from '../db/ledger/grants.ts'
import type { PageWanted } from '../db/ledger/page.ts'
import { reading, type Reader } from '../db/ledger/reading.ts'
import { limits } from '../limits.ts'
import { find, keysOf, type Asker, type Ledger, type Meant, type Mentions } from './asking.ts'
import { viewAttempt } from './grants.ts'

export interface AttemptsMeant
  extends
    Pick<Mentions, 'partner' | 'campaign'>,
    Pick<AttemptFilter, 'answer' | 'failure' | 'ambiguous' | 'from' | 'to'> {
  grant?: string | undefined
  email?: string | undefined
}

export async function listAttempts(
  ledger: Ledger,
  { owner }: Pick<Asker, 'owner'>,
  { partner, campaign, limit, after, ...wanted }: AttemptsMeant & PageWanted,
) {
  return reading(ledger.orm, owner, async (tx) => {
    const meant = await find(tx, owner, { partner, campaign })
    if ('unknown' in meant) return meant
    const filter = await attemptFilter(tx, ledger, meant, wanted)
    if ('unusable' in filter) return filter
    const { rows, next } = await attemptsPage(tx, meant.owner, filter, { limit, after })
    return { items: rows.map(viewListedAttempt), next }
  })
}

/** A person's calls are those of their grants. */
export async function attemptFilter(
  tx: Reader,
  ledger: Ledger,
  { owner, campaignIds }: Meant,
  { grant, email, ...filter }: Omit<AttemptsMeant, keyof Mentions>,
): Promise<AttemptFilter | { unusable: 'email' }> {
  const wanted = { ...filter, campaignIds }
  if (email === undefined) return { ...wanted, grantIds: grant === undefined ? undefined : [grant] }
  const person = keysOf(ledger, email)
  if (person === null) return { unusable: 'email' }
  const ids = (await grantsOfPerson(tx, owner, person, limits.storyGrantsMax)).map(({ id }) => id)
  return { ...wanted, grantIds: grant === undefined ? ids : ids.filter((id) => id === grant) }
}

function viewListedAttempt(row: ListedAttempt) {
  const { partner, campaign, grantId } = row
  const id = `${grantId}/${row.attempt}/${row.node}`
  return { id, partner, campaign, grant_id: grantId, ...viewAttempt(row) }
}
