// The URL that is pasted at the provider. It ends with the source's key and is a secret.
import { sealedKeyOf } from '../db/ledger/setup.ts'
import type { Orm } from '../db/open.ts'
import { changing } from '../db/walls.ts'
import { doorOf, isProviderId } from '../providers/index.ts'
import { VaultError, type Vault } from '../vault.ts'
import { ingestKeyPlace } from './directory.ts'

/** The same, for pages that say more than the URL: without it where the key does not open any more. */
export async function pathIfOpen(
  deps: { orm: Orm; vault: Vault },
  owner: string | null,
  id: string,
): Promise<string | undefined> {
  try {
    return await pathOfSource(deps, owner, id)
  } catch (error) {
    if (error instanceof VaultError) return undefined
    throw error
  }
}

/** Without the relay's address; undefined: there is no such source. */
export async function pathOfSource(
  { orm, vault }: { orm: Orm; vault: Vault },
  owner: string | null,
  id: string,
): Promise<string | undefined> {
  const found = await changing(orm, owner, (tx) => sealedKeyOf(tx, owner, id))
  if (found === undefined) return undefined
  const key = await vault.open(found.sealed, ingestKeyPlace(id))
  const door = isProviderId(found.provider) ? doorOf(found.provider) : 'in'
  return `/${door}/${key}`
}
