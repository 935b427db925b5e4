// How long what is kept, in days: the defaults, and within which bounds a partner may choose. Pure.
export const retentionRules = {
  bodies: { column: 'bodiesDays', days: 30, min: 1, max: 400 },
  /** Events, calls, lookups; of grants the readable part. A grant's key stays for ever. */
  ledger: { column: 'ledgerDays', days: 396, min: 30, max: 3660 },
  audit: { column: 'auditDays', days: 1096, min: 365, max: 3660 },
} as const
export type Kept = keyof typeof retentionRules
