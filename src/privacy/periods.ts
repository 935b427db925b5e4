// A partner's own periods: what is chosen, what holds, and the change of it.
import { writeAudit } from '../access/audit.ts'
import type { Owner } from '../db/ledger/reading.ts'
import type { Orm } from '../db/open.ts'
import { keepPeriods, lockPartner, periodsOf, type Periods } from '../db/privacy/periods.ts'
import { retentionRules, type Kept } from './retention.ts'

/** Days of each; absent: unchanged. null: as everybody's. */
export type PeriodsWanted = { [K in Kept]?: number | null | undefined }

export const kepts = Object.keys(retentionRules) as Kept[]

/** What holds, and whether it was chosen. */
export function viewPeriods(periods: Periods) {
  const one = (kept: Kept) => {
    const { column, days } = retentionRules[kept]
    return { days: periods[column] ?? days, chosen: periods[column] !== null }
  }
  return { bodies: one('bodies'), ledger: one('ledger'), audit: one('audit') }
}

export async function readPeriods(orm: Orm, owner: Owner, partnerId: string) {
  const periods = await periodsOf(orm, owner, partnerId)
  return periods && viewPeriods(periods)
}

/** Undefined: there is no such partner. */
export function changePeriods(
  orm: Orm,
  { owner, actor }: { owner: Owner; actor: string },
  partnerId: string,
  wanted: PeriodsWanted,
) {
  return orm.transaction(async (tx) => {
    await lockPartner(tx, partnerId)
    const before = await periodsOf(tx, owner, partnerId)
    if (before === undefined) return undefined
    const after = { ...before }
    const detail: Record<string, string> = {}
    for (const kept of kepts) {
      const days = wanted[kept]
      const { column } = retentionRules[kept]
      if (days === undefined || days === before[column]) continue
      after[column] = days
      detail[kept] = `${before[column] ?? 'default'} → ${days ?? 'default'}`
    }
    if (Object.keys(detail).length > 0) {
      await keepPeriods(tx, partnerId, after)
      await writeAudit(tx, { partnerId, actor, action: 'retention.changed', detail })
    }
    return viewPeriods(after)
  })
}
