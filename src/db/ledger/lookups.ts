// How a provider was asked about an event.
import { and, desc, eq } from 'drizzle-orm'
import { lookupAttempts } from '../lookups/schema.ts'
import type { Reader } from './reading.ts'

/** The newest, at most so many; oldest first. */
export async function lookupAttemptsOf(
  tx: Reader,
  { id, partner }: { id: string; partner: { id: string } },
  most: number,
) {
  const rows = await tx
    .select({
      attempt: lookupAttempts.attempt,
      at: lookupAttempts.at,
      ms: lookupAttempts.ms,
      httpStatus: lookupAttempts.httpStatus,
      outcome: lookupAttempts.outcome,
      node: lookupAttempts.node,
    })
    .from(lookupAttempts)
    .where(and(eq(lookupAttempts.partnerId, partner.id), eq(lookupAttempts.eventId, id)))
    .orderBy(desc(lookupAttempts.attempt))
    .limit(most)
  return rows.toReversed()
}
