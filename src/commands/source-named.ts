// A source as it is named on the command line: SOURCE, or PARTNER/SOURCE.
import { UsageError } from '../config.ts'
import type { Installation } from '../installation.ts'
import { findNamedSource, type NamedSource } from '../partners/named-source.ts'
import { BadCall } from './command.ts'

export function splitSourceName(name: string): { partner: string | undefined; source: string } {
  const [partner, source = ''] = name.includes('/') ? name.split('/', 2) : [undefined, name]
  return { partner, source }
}

export async function sourceNamed({ db, vault }: Installation, name: string): Promise<NamedSource> {
  const { partner, source } = splitSourceName(name)
  const found = await findNamedSource({ orm: db.orm, vault }, { partner, source })
  if ('unknown' in found) throw new BadCall(`there is no source “${name}”`)
  if ('several' in found) {
    const names = found.several.map((each) => `${each}/${source}`).join(' or ')
    throw new BadCall(`several partners have a source “${name}”: say ${names}`)
  }
  if ('broken' in found) throw new UsageError(`source ${name} cannot be used: ${found.broken}`)
  return found
}
