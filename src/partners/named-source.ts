// One source by the name people use, ready for use, with the key of its URL: for those who make
// requests for it. The relay itself finds sources by their keys.
import { listSourceKeys } from '../db/names.ts'
import type { Orm } from '../db/open.ts'
import type { Vault } from '../vault.ts'
import { createDirectory, ingestKeyPlace, type ActiveSource } from './directory.ts'

export interface NamedSource {
  source: ActiveSource
  /** The key of its ingest URL: a secret. */
  key: string
}

/** `several`: the partners that have a source of this name. */
export type SourceFound =
  NamedSource | { unknown: true } | { several: string[] } | { broken: string }

export async function findNamedSource(
  { orm, vault }: { orm: Orm; vault: Vault },
  named: { partnerId?: string | undefined; partner?: string | undefined; source: string },
): Promise<SourceFound> {
  const [only, ...others] = await listSourceKeys(orm, named)
  if (only === undefined) return { unknown: true }
  if (others.length > 0) return { several: [only, ...others].map(({ partner }) => partner) }
  const source = await createDirectory(orm, vault).sourceByName(only.partner, only.source)
  if (source === undefined) return { unknown: true }
  if ('broken' in source) return source
  return { source, key: await vault.open(only.ingestKeySealed, ingestKeyPlace(only.id)) }
}
