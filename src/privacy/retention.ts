// How long what is kept, in days: what a new partner begins with, and within which bounds anybody may
// choose. Whoever was there before there was retention keeps everything until somebody chooses. Pure.
export const retentionRules = {
  bodies: { column: 'bodiesDays', days: 30, min: 1, max: 400 },
  /** Events, calls, lookups; of grants the readable part. A grant's key stays for ever. */
  ledger: { column: 'ledgerDays', days: 396, min: 30, max: 3660 },
  audit: { column: 'auditDays', days: 1096, min: 365, max: 3660 },
} as const

/** What a new partner begins with. */
export const startingPeriods = {
  bodiesDays: retentionRules.bodies.days,
  ledgerDays: retentionRules.ledger.days,
  auditDays: retentionRules.audit.days,
} as const

export type Kept = keyof typeof retentionRules
export const kepts = Object.keys(retentionRules) as Kept[]
