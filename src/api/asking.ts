// Who asks: the token of a request, and what it may see. An answer never tells whether a token was
// unknown, revoked or over.
import { createMiddleware } from 'hono/factory'
import type { Scope } from '../access/scopes.ts'
import { verifyToken, type TokenHolder } from '../access/tokens.ts'
import type { Asker } from '../ledger/asking.ts'
import type { Orm } from '../db/open.ts'
import type { Asking } from './env.ts'
import { problem } from './problems.ts'

/** Asked of the database itself, never of a replica: a token that was revoked ends at once. */
export function authenticate({ changes, now }: { changes: Orm; now(): number }) {
  return createMiddleware<Asking>(async (c, next) => {
    const [, token] = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? []
    const holder = token === undefined ? undefined : await verifyToken(changes, token, now())
    if (holder === undefined) return problem(c, 'unauthorized')
    c.set('holder', holder)
    return next()
  })
}

/** Refuses a token without these scopes; with ?reveal=true, also one that may not reveal. */
export function needs(...scopes: readonly Scope[]) {
  return createMiddleware<Asking>(async (c, next) => {
    const missing = [...scopes, ...alsoNeeded(c.req.query())].find(
      (scope) => !c.get('holder').scopes.has(scope),
    )
    if (missing !== undefined)
      return problem(c, 'forbidden', { detail: `scope ${missing} is needed` })
    return next()
  })
}

function alsoNeeded(query: Record<string, string>): Scope[] {
  return [
    ...(query['reveal'] === 'true' ? (['people:reveal'] as const) : []),
    // Looking for one person is a question about a person, wherever it is asked.
    ...(query['email'] === undefined ? [] : (['people:read'] as const)),
  ]
}

export const askerOf = ({ id, partnerId }: TokenHolder, reveal: boolean): Asker => ({
  owner: partnerId,
  actor: `token:${id}`,
  reveal,
})
