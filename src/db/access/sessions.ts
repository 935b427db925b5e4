// Who is signed in. Whether a session is over is judged by the database's clock, so that all relays agree.
import { and, desc, eq, ne, sql } from 'drizzle-orm'
import { limits } from '../../limits.ts'
import type { Orm } from '../open.ts'
import { users } from '../schema.ts'
import { sessions } from './schema.ts'

export interface SessionToOpen {
  id: string
  userId: string
  tokenHash: Buffer
  ip: string | null
  agent: string | null
}

const isOpen = and(
  sql`${sessions.expiresAt} > now()`,
  sql`${sessions.usedAt} > now() - ${limits.sessionIdleMs} * interval '1 ms'`,
)

/** The oldest give way when a person has too many; those that are over go as well. */
export async function openSession(orm: Pick<Orm, 'execute'>, given: SessionToOpen): Promise<void> {
  await orm.execute(sql`
    insert into ${sessions} (id, user_id, token_hash, ip, agent, expires_at)
    values (${given.id}, ${given.userId}, ${given.tokenHash}, ${given.ip}, ${given.agent},
      now() + ${limits.sessionMs} * interval '1 ms')`)
  await orm.execute(sql`
    delete from ${sessions} where user_id = ${given.userId} and id not in (
      select id from ${sessions} where user_id = ${given.userId} and ${isOpen}
      order by used_at desc, id desc limit ${limits.sessionsPerUserMax})`)
}

/** With its person; nothing when it is unknown or over. */
export async function findSession(orm: Orm, tokenHash: Buffer) {
  const [row] = await orm
    .select({
      id: sessions.id,
      userId: users.id,
      email: users.email,
      operator: users.operator,
      isStale: sql<boolean>`${sessions.usedAt} < now() - ${limits.sessionTouchMs} * interval '1 ms'`,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.tokenHash, tokenHash), isOpen))
  return row
}

/** Not ended meanwhile. */
export async function isSignedIn(tx: Pick<Orm, 'select'>, id: string): Promise<boolean> {
  const rows = await tx.select({ id: sessions.id }).from(sessions).where(eq(sessions.id, id))
  return rows.length > 0
}

export async function touchSession(orm: Orm, id: string): Promise<void> {
  await orm
    .update(sessions)
    .set({ usedAt: sql`now()` })
    .where(eq(sessions.id, id))
}

export async function listSessions(orm: Orm, userId: string) {
  return orm
    .select({
      id: sessions.id,
      createdAt: sessions.createdAt,
      usedAt: sessions.usedAt,
      ip: sessions.ip,
      agent: sessions.agent,
    })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), isOpen))
    .orderBy(desc(sessions.usedAt), desc(sessions.id))
}

/** False when the person has no such session. */
export async function endSession(
  orm: Pick<Orm, 'delete'>,
  userId: string,
  id: string,
): Promise<boolean> {
  const gone = await orm
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), eq(sessions.id, id)))
    .returning({ id: sessions.id })
  return gone.length > 0
}

/** All of a person's but, where given, one. */
export async function endSessions(
  orm: Pick<Orm, 'delete'>,
  userId: string,
  except?: string,
): Promise<number> {
  const gone = await orm
    .delete(sessions)
    .where(
      and(eq(sessions.userId, userId), except === undefined ? undefined : ne(sessions.id, except)),
    )
    .returning({ id: sessions.id })
  return gone.length
}
