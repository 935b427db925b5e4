// What a plan is in the database: grants by the keyed hash of their email, and what leads from the
// event to them. For events that are recorded, and for those whose lookup has ended.
import type { GrantToRecord } from '../db/birth.ts'
import { uuidv7 } from '../ids.ts'
import { foldedAddress } from '../rules/email.ts'
import type { Plan, PlannedGrant } from '../rules/plan.ts'
import { emailKey } from '../vault.ts'

export interface PlanRows {
  emailKey: Buffer | null
  /** JSON texts: built once, stored as they are. */
  trace: string
  matches: string
  grants: GrantToRecord[]
}

export function planRows(plan: Plan, pepper: Buffer): PlanRows {
  const grants = plan.grants.map((planned) => grantRow(planned, pepper))
  return {
    emailKey: grants[0]?.emailKey ?? null,
    trace: JSON.stringify(plan.trace),
    matches: JSON.stringify(plan.grants.map((planned, n) => matchOf(planned, grants[n]))),
    grants,
  }
}

function grantRow(planned: PlannedGrant, pepper: Buffer): GrantToRecord {
  const { address } = planned.email
  const folded = foldedAddress(address)
  const key = emailKey(pepper, address)
  return {
    id: uuidv7(),
    campaignId: planned.campaignId,
    ruleId: planned.ruleId,
    mode: planned.mode,
    emailKey: key,
    foldedKey: folded === address ? key : emailKey(pepper, folded),
    email: address,
    test: planned.test,
    claim: false,
  }
}

/** Leads from the event to its grants, also to one that was there before. */
function matchOf(planned: PlannedGrant, row: GrantToRecord | undefined) {
  return {
    rule: planned.ruleId,
    campaign: planned.campaignId,
    mode: planned.mode,
    test: planned.test,
    // Shown to people, and stored as JSON, which cannot hold half a character.
    path: planned.path.toWellFormed(),
    trust: planned.trust,
    key: row?.emailKey.toString('hex'),
  }
}
