// Passkeys, and the challenges that were answered with one.
import { asc, eq, sql } from 'drizzle-orm'
import { limits } from '../../limits.ts'
import type { Orm } from '../open.ts'
import { passkeyChallenges, passkeys } from './schema.ts'

export type PasskeyToAdd = Omit<typeof passkeys.$inferInsert, 'createdAt' | 'usedAt'>

export async function listPasskeys(orm: Pick<Orm, 'select'>, userId: string) {
  return orm
    .select({
      id: passkeys.id,
      credentialId: passkeys.credentialId,
      rpId: passkeys.rpId,
      name: passkeys.name,
      createdAt: passkeys.createdAt,
      usedAt: passkeys.usedAt,
    })
    .from(passkeys)
    .where(eq(passkeys.userId, userId))
    .orderBy(asc(passkeys.createdAt), asc(passkeys.id))
}

/** By what the device calls it. */
export async function findPasskey(orm: Pick<Orm, 'select'>, credentialId: Buffer) {
  const [row] = await orm
    .select({
      id: passkeys.id,
      userId: passkeys.userId,
      rpId: passkeys.rpId,
      publicKey: passkeys.publicKey,
    })
    .from(passkeys)
    .where(eq(passkeys.credentialId, credentialId))
  return row
}

/** False when it is somebody's already. */
export async function insertPasskey(
  tx: Pick<Orm, 'insert'>,
  passkey: PasskeyToAdd,
): Promise<boolean> {
  const made = await tx
    .insert(passkeys)
    .values(passkey)
    .onConflictDoNothing()
    .returning({ id: passkeys.id })
  return made.length > 0
}

/**
 * Notes that it has signed in. False where it is gone, or where its counter stands still or went back although it
 * counts: then there are two of it.
 */
export async function usePasskey(
  tx: Pick<Orm, 'execute'>,
  id: string,
  counter: number,
): Promise<boolean> {
  const used = await tx.execute(sql`
    update ${passkeys} set counter = ${counter}, used_at = now()
    where id = ${id} and (counter < ${counter} or (counter = 0 and ${counter} = 0))
    returning 1`)
  return used.length > 0
}

/** Its name; nothing when the person has no such passkey. */
export async function deletePasskey(
  tx: Pick<Orm, 'execute'>,
  userId: string,
  id: string,
): Promise<string | undefined> {
  const [gone] = await tx.execute<{ name: string }>(sql`
    delete from ${passkeys} where user_id = ${userId} and id = ${id} returning name`)
  return gone?.name
}

/** All of a person's: how many there were. */
export async function deletePasskeys(tx: Pick<Orm, 'delete'>, userId: string): Promise<number> {
  const gone = await tx
    .delete(passkeys)
    .where(eq(passkeys.userId, userId))
    .returning({ id: passkeys.id })
  return gone.length
}

/** True for the first who answers it. */
export async function takeChallenge(orm: Pick<Orm, 'insert'>, challenge: Buffer): Promise<boolean> {
  const taken = await orm
    .insert(passkeyChallenges)
    .values({ challenge })
    .onConflictDoNothing()
    .returning({ takenAt: passkeyChallenges.takenAt })
  return taken.length > 0
}

/** Of challenges whose step is over, whatever the clock of the relay that sealed it says. */
export async function forgetChallenges(orm: Pick<Orm, 'execute'>): Promise<void> {
  await orm.execute(sql`
    delete from ${passkeyChallenges}
    where taken_at < now() - ${limits.passkeyChallengeMs} * interval '1 ms'`)
}
