// The database roles that the relay works under: what each may do stands in drizzle/0006_walls.sql.

/**
 * ingest and worker act across partners, access is sign-in and reading the set-up, app is always one
 * partner, operator changes the set-up across partners, audit reads of all partners what is no secret.
 */
export const parts = ['ingest', 'worker', 'access', 'app', 'operator', 'audit'] as const
export type Part = (typeof parts)[number]

export const roleOf = (part: Part): string => `moab_relay_${part}`
