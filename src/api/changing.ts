// What all changes have in common: a small JSON body, and the partner they are made for.
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { partnerOf } from '../db/ledger/names.ts'
import { reading } from '../db/ledger/reading.ts'
import type { Orm } from '../db/open.ts'
import type { Ledger } from '../ledger/asking.ts'
import { limits } from '../limits.ts'
import type { Asking } from './env.ts'
import { problem } from './problems.ts'

export interface ChangingParts extends Pick<Ledger, 'orm'> {
  /** Where changes are made; the ledger's own connection only reads. */
  changes: Orm
  /** Without trailing slash; undefined: the address the call came to. */
  publicUrl: string | undefined
}

/** How the relay is reached from outside. */
export const baseOf = (c: Context<Asking>, { publicUrl }: Pick<ChangingParts, 'publicUrl'>) =>
  publicUrl ?? new URL(c.req.url).origin

export const smallBody = bodyLimit({
  maxSize: limits.changeBytesMax,
  onError: (c) => problem(c, 'too_large'),
})

/** Who does it, for the audit. */
export const actorOf = (c: Context<Asking>): string => `token:${c.get('holder').id}`

/**
 * The partner a change is made for: the token's own; for a token of the installation the one that is
 * named, or null, the installation itself. Undefined: there is no such partner, or it is another's.
 */
export async function partnerMeant(
  c: Context<Asking>,
  orm: Orm,
  named: string | undefined,
): Promise<string | null | undefined> {
  const { partnerId } = c.get('holder')
  if (named === undefined) return partnerId
  return reading(orm, partnerId, (tx) => partnerOf(tx, partnerId, named))
}

export const noSuchPartner = (c: Context<Asking>) =>
  problem(c, 'invalid_request', {
    errors: [{ in: 'body', pointer: '/partner', detail: 'there is no such partner' }],
  })

export const unfitBody = (c: Context<Asking>, pointer: string, detail: string) =>
  problem(c, 'invalid_request', { errors: [{ in: 'body', pointer, detail }] })
