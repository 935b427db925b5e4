// What waits in a campaign, for whoever looks after it.
import { queueOf } from '../db/ledger/queues.ts'
import { reading } from '../db/ledger/reading.ts'
import type { Ledger } from './asking.ts'

export const readQueue = (
  { orm }: Pick<Ledger, 'orm'>,
  { partnerId, campaignId }: { partnerId: string; campaignId: string },
) => reading(orm, partnerId, (tx) => queueOf(tx, partnerId, campaignId))
