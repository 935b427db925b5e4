// A source as it is named on the command line: SOURCE, or PARTNER/SOURCE.
import { UsageError } from '../config.ts'
import { listSourceKeys } from '../db/names.ts'
import type { Installation } from '../installation.ts'
import { saySettings } from '../partners/mistakes.ts'
import { findNamedSource, type NamedSource } from '../partners/named-source.ts'
import { noSuch } from './no-such.ts'
import { BadCall } from './command.ts'
import { partnersNamed } from './partner-named.ts'

export interface SourceName {
  partner: string | undefined
  source: string
}

export function splitSourceName(name: string): SourceName {
  const [partner, source = ''] = name.includes('/') ? name.split('/', 2) : [undefined, name]
  return { partner, source }
}

export async function sourceNamed(installation: Installation, name: string): Promise<NamedSource> {
  const { db, vault } = installation
  const named = splitSourceName(name)
  const found = await findNamedSource({ orm: db.orm, vault }, named)
  if ('unknown' in found) throw await noSuchSource(installation, named)
  if ('several' in found) {
    const names = found.several.map((each) => `${each}/${named.source}`)
    throw new BadCall({
      en: `several partners have a source “${named.source}”: say ${names.join(' or ')}`,
      ru: `источник «${named.source}» есть у нескольких партнёров, укажите точнее: ${names.join(' или ')}`,
    })
  }
  if ('broken' in found) {
    throw new UsageError({
      en: `source ${name} cannot be used: ${found.broken}`,
      ru: `источником ${name} нельзя пользоваться: ${saySettings(found.broken, 'ru')}`,
    })
  }
  return found
}

/** Says which there are. */
export async function noSuchSource(
  installation: Pick<Installation, 'db'>,
  { partner, source }: SourceName,
): Promise<BadCall> {
  await partnersNamed(installation, partner)
  const rows = await listSourceKeys(installation.db.orm, { partner })
  const names = [...new Set(rows.map((row) => row.source))]
  return noSuch({ en: 'source', ru: 'источника' }, source, names)
}
