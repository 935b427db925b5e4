// Plans read much at once: from one snapshot, and never for longer than somebody waits for them.
import { limits } from '../../limits.ts'
import type { Sql, Statements } from '../open.ts'

/** Rejects with an error for which `isTooSlow` holds when the time is up. */
export async function insideTime<T>(sql: Sql, work: (tx: Statements) => Promise<T>): Promise<T> {
  const done = await sql.begin(async (tx) => {
    await tx.unsafe(`set local statement_timeout = ${limits.planQueryMsMax}`)
    return { value: await work(tx) }
  })
  return done.value
}
