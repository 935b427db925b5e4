// A partner's own periods: what is chosen, what holds, and the change of it.
import { writeAudit } from '../access/audit.ts'
import { reading, type Owner } from '../db/ledger/reading.ts'
import type { Orm } from '../db/open.ts'
import { keepPeriods, lockPartner, periodsOf, type Periods } from '../db/privacy/periods.ts'
import { changing } from '../db/walls.ts'
import { kepts, retentionRules, type Kept } from './retention.ts'

/** Days of each; absent: unchanged. null: without end. */
export type PeriodsWanted = { [K in Kept]?: number | null | undefined }

export const viewPeriods = ({ bodiesDays, ledgerDays, auditDays }: Periods) => ({
  bodies: bodiesDays,
  ledger: ledgerDays,
  audit: auditDays,
})

export async function readPeriods(orm: Orm, owner: Owner, partnerId: string) {
  const periods = await reading(orm, owner, (tx) => periodsOf(tx, owner, partnerId))
  return periods && viewPeriods(periods)
}

interface Changer {
  owner: Owner
  actor: string
  /** What is kept for a shorter time goes for good: that is for whoever may erase people. */
  mayDelete: boolean
}

/** Undefined: there is no such partner. */
export function changePeriods(
  orm: Orm,
  { owner, actor, mayDelete }: Changer,
  partnerId: string,
  wanted: PeriodsWanted,
) {
  return changing(orm, owner ?? partnerId, async (tx) => {
    await lockPartner(tx, partnerId)
    const before = await periodsOf(tx, owner, partnerId)
    if (before === undefined) return undefined
    const after = { ...before }
    const detail: Record<string, string> = {}
    for (const kept of kepts) {
      const days = wanted[kept]
      const { column } = retentionRules[kept]
      if (days === undefined || days === before[column]) continue
      if (!mayDelete && isShorter(days, before[column])) return 'forbidden'
      after[column] = days
      detail[kept] = `${before[column] ?? 'without end'} → ${days ?? 'without end'}`
    }
    if (Object.keys(detail).length > 0) {
      await keepPeriods(tx, partnerId, after)
      await writeAudit(tx, { partnerId, actor, action: 'retention.changed', detail })
    }
    return viewPeriods(after)
  })
}

export const isShorter = (after: number | null, before: number | null): boolean =>
  after !== null && (before === null || after < before)
