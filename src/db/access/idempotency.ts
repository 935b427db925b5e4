// Keys of changes, and the answers that were given. By the database's clock, and by its constraint: of two
// nodes that get the same key at once, one takes it.
import { and, asc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import { nilUuid } from '../../ids.ts'
import { limits } from '../../limits.ts'
import type { Orm } from '../open.ts'
import { idempotencyKeys as keys } from './schema.ts'

export interface KeyOwner {
  /** null: a token of the whole installation. */
  partnerId: string | null
  tokenId: string
  keyHash: Buffer
}

const isOld = sql`${keys.takenAt} < now() - ${limits.idempotencyKeyMs} * interval '1 ms'`

/** True for the first; also where the key was last used so long ago that it is forgotten. */
export async function takeKey(
  orm: Orm,
  { partnerId, ...key }: KeyOwner,
  fingerprint: Buffer,
): Promise<boolean> {
  const taken = await orm
    .insert(keys)
    .values({ partnerId: partnerId ?? nilUuid, ...key, fingerprint })
    .onConflictDoUpdate({
      target: [keys.partnerId, keys.tokenId, keys.keyHash],
      set: { fingerprint, takenAt: sql`now()`, answeredAt: null, status: null, answerSealed: null },
      setWhere: isOld,
    })
    .returning({ taken: keys.takenAt })
  return taken.length > 0
}

const these = ({ partnerId, tokenId, keyHash }: KeyOwner) =>
  and(
    eq(keys.partnerId, partnerId ?? nilUuid),
    eq(keys.tokenId, tokenId),
    eq(keys.keyHash, keyHash),
  )

export async function findKey(orm: Orm, key: KeyOwner) {
  const [row] = await orm
    .select({
      fingerprint: keys.fingerprint,
      status: keys.status,
      answerSealed: keys.answerSealed,
      /** Whoever took it cannot still be at work. */
      abandoned: sql<boolean>`${keys.takenAt} < now() - ${limits.idempotentWorkMsMax} * interval '1 ms'`,
    })
    .from(keys)
    .where(these(key))
  return row
}

export async function answerKey(
  orm: Orm,
  key: KeyOwner,
  answer: { status: number; answerSealed: string },
): Promise<void> {
  await orm
    .update(keys)
    .set({ ...answer, answeredAt: sql`now()` })
    .where(these(key))
}

/** Nothing was done: whoever asks again is the first. */
export async function releaseKey(orm: Orm, key: KeyOwner): Promise<void> {
  await orm.delete(keys).where(these(key))
}

export interface KeptAnswer extends KeyOwner {
  answerSealed: string
}

/** The next answers to tokens of this partner, and of the installation. */
export async function answersAfter(
  orm: Orm,
  partnerId: string,
  last: Pick<KeyOwner, 'keyHash' | 'tokenId'> | null,
  most: number,
): Promise<KeptAnswer[]> {
  const { keyHash = Buffer.alloc(0), tokenId = nilUuid } = last ?? {}
  const rows = await orm
    .select({
      partnerId: keys.partnerId,
      tokenId: keys.tokenId,
      keyHash: keys.keyHash,
      answerSealed: keys.answerSealed,
    })
    .from(keys)
    .where(
      and(
        inArray(keys.partnerId, [partnerId, nilUuid]),
        isNotNull(keys.answerSealed),
        sql`(${keys.keyHash}, ${keys.tokenId}) > (decode(${keyHash.toString('hex')}, 'hex'), ${tokenId}::uuid)`,
      ),
    )
    .orderBy(asc(keys.keyHash), asc(keys.tokenId))
    .limit(most)
  return rows.flatMap(({ answerSealed, ...key }) =>
    answerSealed === null ? [] : [{ ...key, answerSealed }],
  )
}

/** Changes of this partner, and of the installation, that are under way: each will keep its answer. */
export async function keysUnderWay(orm: Orm, partnerId: string): Promise<string[]> {
  const rows = await orm
    .select({ id: sql<string>`${keys.tokenId} || ':' || encode(${keys.keyHash}, 'hex')` })
    .from(keys)
    .where(
      and(
        inArray(keys.partnerId, [partnerId, nilUuid]),
        isNull(keys.status),
        sql`${keys.takenAt} > now() - ${limits.idempotentWorkMsMax} * interval '1 ms'`,
      ),
    )
  return rows.map(({ id }) => id)
}

const longAgo = sql`least(${keys.takenAt}, now() - ${limits.idempotentWorkMsMax} * interval '1 ms')`

/** Whoever asks again learns that nobody knows any more what came of it, and that nobody is at it. */
export async function dropAnswer(orm: Orm, key: KeyOwner): Promise<void> {
  await orm
    .update(keys)
    .set({ takenAt: longAgo, answeredAt: null, status: null, answerSealed: null })
    .where(these(key))
}

export async function forgetKeys(orm: Orm): Promise<void> {
  await orm.delete(keys).where(isOld)
}
