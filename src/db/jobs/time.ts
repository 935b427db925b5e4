// Plans read much at once, and decisions look at it again: never for longer than somebody waits for them.
import { limits } from '../../limits.ts'
import type { Sql, Statements } from '../open.ts'

/**
 * Each statement sees what is committed by then: for a decision, which locks a row first and looks at the
 * world after it. Rejects with an error for which `isTooSlow` holds when the time is up.
 */
export const insideTime = <T>(sql: Sql, work: (tx: Statements) => Promise<T>): Promise<T> =>
  within(sql, 'read committed', work)

/**
 * All statements see one moment, so that what a plan counts, shows and hashes is the same. For work that
 * adds rows and changes none: nothing can stand in its way then.
 */
export const ofOneMoment = <T>(sql: Sql, work: (tx: Statements) => Promise<T>): Promise<T> =>
  within(sql, 'repeatable read', work)

async function within<T>(
  sql: Sql,
  isolation: 'read committed' | 'repeatable read',
  work: (tx: Statements) => Promise<T>,
): Promise<T> {
  const done = await sql.begin(`isolation level ${isolation}`, async (tx) => {
    await tx.unsafe(`set local statement_timeout = ${limits.planQueryMsMax}`)
    return { value: await work(tx) }
  })
  return done.value
}
