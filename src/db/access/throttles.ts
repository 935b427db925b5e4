// Wrong guesses, counted by all relays together and by the database's clock.
import { sql } from 'drizzle-orm'
import { limits } from '../../limits.ts'
import type { Orm } from '../open.ts'
import { forgetKeys } from './idempotency.ts'
import { forgetChallenges } from './passkeys.ts'
import { sessions, throttles } from './schema.ts'

/**
 * Counts one more try under this key before it is made, so that many at once cannot slip through.
 * Milliseconds to wait if it may not be made; then it is not counted.
 */
export async function countTry(orm: Orm, key: Buffer, freeTries: number): Promise<number> {
  const isForgotten = sql`t.seen_at < now() - ${limits.signInForgetMs} * interval '1 ms'`
  const failures = sql`case when ${isForgotten} then 1 else t.failures + 1 end`
  // From the first try past the free ones: 1 s, 2 s, 4 s … The exponent is bounded, or it overflows.
  const waitMs = sql`case when ${failures} <= ${freeTries} then 0
    else least(${limits.signInWaitMsMax}, 1000 * power(2, least(${failures} - ${freeTries} - 1, 20))) end`
  const counted = await orm.execute(sql`
    insert into ${throttles} as t (key, failures, free_at, seen_at) values (${key}, 1, now(), now())
    on conflict (key) do update set
      failures = ${failures}, free_at = now() + ${waitMs} * interval '1 ms', seen_at = now()
    where t.free_at <= now()
    returning 1`)
  if (counted.length > 0) return 0
  const [row] = await orm.execute<{ waitMs: number }>(sql`
    select greatest(1, extract(epoch from free_at - now()) * 1000)::float8 as "waitMs"
    from ${throttles} where key = ${key}`)
  return row?.waitMs ?? 1
}

/** The try was right: it does not count, nor, where `forget`, do those before it. */
export async function uncountTry(orm: Orm, key: Buffer, forget: boolean): Promise<void> {
  if (forget) await orm.execute(sql`delete from ${throttles} where key = ${key}`)
  else
    await orm.execute(sql`
      update ${throttles} set failures = greatest(0, failures - 1), free_at = now() where key = ${key}`)
}

/** What is forgotten, sessions that are over, answered challenges, and keys of changes. */
export async function tidyAccess(orm: Orm): Promise<void> {
  await orm.execute(sql`
    delete from ${throttles} where seen_at < now() - ${limits.signInForgetMs} * interval '1 ms'`)
  await orm.execute(sql`
    delete from ${sessions}
    where expires_at < now() or used_at < now() - ${limits.sessionIdleMs} * interval '1 ms'`)
  await forgetChallenges(orm)
  await forgetKeys(orm)
}
