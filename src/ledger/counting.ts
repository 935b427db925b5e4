// Counts what has come and what has become of it, hour by hour, beside the work.
import { countHours, counted, staleHours, uncountedHours } from '../db/stats/count.ts'
import { partnerIds } from '../db/stats/partners.ts'
import type { Sql } from '../db/open.ts'
import { limits } from '../limits.ts'

/** For so long at most; what is left over waits for the next round. */
export async function countingRound(sql: Sql, signal: AbortSignal): Promise<void> {
  const end = performance.now() + limits.statsRoundMsMax
  const isOver = () => signal.aborted || performance.now() > end
  for (const partnerId of await partnerIds(sql)) {
    for (const of of counted) {
      for (let hours = await uncountedHours(sql, partnerId, of); hours !== undefined;) {
        if (isOver() || !(await countHours(sql, hours))) return
        hours = await uncountedHours(sql, partnerId, of)
      }
      for (const hours of await staleHours(sql, partnerId, of)) {
        if (isOver() || !(await countHours(sql, hours))) return
      }
    }
  }
}
