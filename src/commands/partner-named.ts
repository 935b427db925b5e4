// Partners as they are named on the command line.
import { listPartners } from '../db/names.ts'
import type { Installation } from '../installation.ts'
import { noSuch } from './no-such.ts'

interface Partner {
  id: string
  name: string
}

/** All of them where none is named. */
export async function partnersNamed(
  { db }: Pick<Installation, 'db'>,
  wanted: string | undefined,
): Promise<Partner[]> {
  const partners = await listPartners(db.orm)
  if (wanted === undefined) return partners
  const names = partners.map(({ name }) => name)
  if (!names.includes(wanted)) throw noSuch({ en: 'partner', ru: 'партнёра' }, wanted, names)
  return partners.filter(({ name }) => name === wanted)
}

/** Undefined where none is named. */
export async function partnerIdNamed(
  installation: Pick<Installation, 'db'>,
  wanted: string | undefined,
): Promise<string | undefined> {
  if (wanted === undefined) return undefined
  const [partner] = await partnersNamed(installation, wanted)
  return partner?.id
}
