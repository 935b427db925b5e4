// The keys the installation signs with.
import { asc, isNull } from 'drizzle-orm'
import type { Orm } from '../open.ts'
import { signingKeys } from './schema.ts'

export interface SealedKey {
  kid: string
  publicJwk: unknown
  privateSealed: string
}

/** The one that signs; nothing before the first is made. */
export async function currentKey(orm: Orm): Promise<SealedKey | undefined> {
  const [row] = await orm.select().from(signingKeys).where(isNull(signingKeys.retiredAt))
  return row
}

/** The first relay's key stays; whoever comes later gets that one. */
export async function keepKey(orm: Orm, key: SealedKey): Promise<SealedKey | undefined> {
  await orm.insert(signingKeys).values(key).onConflictDoNothing()
  return currentKey(orm)
}

/** Also those that sign no longer. */
export async function publicKeys(orm: Orm): Promise<{ kid: string; publicJwk: unknown }[]> {
  return orm
    .select({ kid: signingKeys.kid, publicJwk: signingKeys.publicJwk })
    .from(signingKeys)
    .orderBy(asc(signingKeys.createdAt))
}
