// Questions about the past are asked in here: read only, from one snapshot, never for long, and under
// the role that sees no rows of anybody else.
import { eq, sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { limits } from '../../limits.ts'
import { bareArray } from '../array-text.ts'
import { sqlState, type Orm } from '../open.ts'
import { partners } from '../schema.ts'
import { entering } from '../walls.ts'

export type Reader = Pick<Orm, 'select' | 'execute'>

/** Rejects with an error for which `isTooSlow` holds when the time is up. */
export function reading<T>(orm: Orm, owner: Owner, ask: (tx: Reader) => Promise<T>): Promise<T> {
  return orm.transaction(
    async (tx) => {
      const patience = sql`set_config('statement_timeout', ${String(limits.queryMsMax)}, true)`
      await tx.execute(
        sql`select ${patience}, ${entering(owner === null ? 'audit' : 'app', owner)}`,
      )
      return ask(tx)
    },
    { accessMode: 'read only', isolationLevel: 'repeatable read' },
  )
}

/** From here on the question sees this partner's rows only, and all of its set-up, sealed secrets too. */
export async function narrow(tx: Reader, partnerId: string): Promise<void> {
  await tx.execute(sql`select ${entering('app', partnerId)}`)
}

export interface Pausing {
  tx: Reader
  /** To be waited for before each statement. */
  there(): Promise<void>
}

/**
 * As `reading`, for whoever lets time pass between two statements: the connection may be gone meanwhile.
 * The driver (postgres.js 3.4.9) ends the process when a statement, a rollback too, is then sent on it: so
 * none is, and what waits for one is left to wait.
 */
export async function readingWithPauses<T>(
  orm: Orm,
  owner: Owner,
  ask: (pausing: Pausing) => Promise<T>,
): Promise<T> {
  let isGone = false
  const never = new Promise<never>(() => {})
  const asked = reading(orm, owner, async (tx) => {
    try {
      return await ask({ tx, there: async () => (isGone ? never : undefined) })
    } catch (error) {
      // The end of a connection rejects its statements first, then the transaction.
      await new Promise((resolve) => setImmediate(resolve))
      if (isGone) return never
      throw error
    }
  })
  asked.catch(() => (isGone = true))
  return asked
}

const queryCanceled = '57014'
export const isTooSlow = (error: unknown): boolean => sqlState(error) === queryCanceled

/** Whose rows may be seen: one partner's, or, for an operator (null), those of all. */
export type Owner = string | null

/**
 * Every question carries this condition. For an operator it names all partners instead of none, so
 * that the indexes, which all begin with the partner, serve as well.
 */
export function ownedBy(owner: Owner, partnerId: PgColumn): SQL {
  return owner === null
    ? sql`${partnerId} in (select ${partners.id} from ${partners})`
    : eq(partnerId, owner)
}

/**
 * One parameter, however many ids there are, and known while the plan is made: behind the second wall an
 * index is used for nothing that is worked out later.
 */
export const oneOf = (column: PgColumn | SQL, ids: readonly string[]): SQL =>
  sql`${column} = any(${bareArray(ids)}::uuid[])`
