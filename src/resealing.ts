// A new master key: everything that another one sealed is sealed with it, piece by piece, while relays run
// that hold both. How far it is stands in the rows themselves: killed, it goes on where it was.
import { writeAudit } from './access/audit.ts'
import type { Orm, Sql } from './db/open.ts'
import { replaceSealed, sealedColumns, sealedOtherwise, type SealedColumn } from './db/sealed.ts'
import { limits } from './limits.ts'
import { VaultError, type Vault } from './vault.ts'

export interface Resealed {
  table: string
  column: string
  resealed: number
  /** They open with none of the keys. */
  unopened: number
}

interface ResealingParts {
  /** Whoever may read and change what is sealed, in every table. */
  sql: Sql
  orm: Orm
  vault: Vault
  /** For the audit. */
  actor: string
  /** After each piece. */
  progress(so: Resealed): void
}

export async function resealAll({
  sql,
  orm,
  vault,
  actor,
  progress,
}: ResealingParts): Promise<Resealed[]> {
  const done: Resealed[] = []
  for (const where of sealedColumns) done.push(await resealColumn(sql, vault, where, progress))
  const resealed = done.reduce((sum, each) => sum + each.resealed, 0)
  if (resealed > 0) {
    const entry = { partnerId: null, actor, action: 'keys.rotated' as const, detail: { resealed } }
    await writeAudit(orm, entry)
  }
  return done
}

/** A row that moves while it is looked at comes again in the next pass; the last pass finds none. */
async function resealColumn(
  sql: Sql,
  vault: Vault,
  where: SealedColumn,
  progress: ResealingParts['progress'],
): Promise<Resealed> {
  const [head = ''] = vault.heads
  const so = { ...where, resealed: 0, unopened: 0 }
  for (let pass = 0; pass < limits.resealPassesMax; pass++) {
    let seen = 0
    so.unopened = 0
    for (let after = beginning; ;) {
      const piece = await sealedOtherwise(sql, where, head, { after, most: limits.resealedAtOnce })
      const opened = await Promise.all(
        piece.map(async (text) => ({ ...text, resealed: await resealOne(vault, text.sealed) })),
      )
      const usable = opened.flatMap(({ resealed, ...text }) =>
        resealed === null ? [] : [{ ...text, resealed }],
      )
      so.unopened += piece.length - usable.length
      seen += usable.length
      if (usable.length > 0) {
        so.resealed += await replaceSealed(sql, where, usable)
        progress({ ...so })
      }
      const last = piece.at(-1)
      if (last === undefined || piece.length < limits.resealedAtOnce) break
      after = last.spot
    }
    if (seen === 0) break
  }
  return so
}

const beginning = '(0,0)'

/** null: it opens with none of the keys. */
async function resealOne(vault: Vault, sealed: string): Promise<string | null> {
  try {
    return await vault.reseal(sealed)
  } catch (error) {
    if (error instanceof VaultError) return null
    throw error
  }
}
