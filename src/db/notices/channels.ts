// Channels as people set them up, and tests of them.
import { and, eq, sql } from 'drizzle-orm'
import { limits } from '../../limits.ts'
import type { OutcomeWord } from '../../notices/outcomes.ts'
import { uuidv7 } from '../../ids.ts'
import { sqlState, type Orm } from '../open.ts'
import type { Owner } from '../ledger/reading.ts'
import { partners } from '../schema.ts'
import { changing } from '../walls.ts'
import { noPartner, noticeChannels, notices } from './schema.ts'

export type ChannelRow = typeof noticeChannels.$inferSelect
type Values = Omit<typeof noticeChannels.$inferInsert, 'partnerId' | 'id'>

/** Whose it is: for an operator (null) it may be anyone's. */
export const isOwned = (owner: Owner, id: string) =>
  and(eq(noticeChannels.id, id), owner === null ? undefined : eq(noticeChannels.partnerId, owner))

/** Held until the end of the transaction: changes and tests of a channel go one by one. */
export async function lockChannel(
  tx: Pick<Orm, 'select'>,
  owner: Owner,
  id: string,
): Promise<ChannelRow | undefined> {
  const [row] = await tx.select().from(noticeChannels).where(isOwned(owner, id)).for('update')
  return row
}

export async function countChannels(
  tx: Pick<Orm, '$count'>,
  partnerId: string | null,
): Promise<number> {
  return tx.$count(noticeChannels, eq(noticeChannels.partnerId, partnerId ?? noPartner))
}

/** False where the name is taken. */
export async function insertChannel(
  tx: Pick<Orm, 'insert'>,
  partnerId: string | null,
  id: string,
  values: Values,
): Promise<boolean> {
  const rows = await tx
    .insert(noticeChannels)
    .values({ ...values, partnerId: partnerId ?? noPartner, id })
    .onConflictDoNothing()
    .returning({ id: noticeChannels.id })
  return rows.length === 1
}

const uniqueViolation = '23505'
export const isNameTaken = (error: unknown): boolean => sqlState(error) === uniqueViolation

/** With other settings nothing is known of it any more. */
export async function updateChannel(
  tx: Pick<Orm, 'update'>,
  { partnerId, id }: Pick<ChannelRow, 'partnerId' | 'id'>,
  values: { [Name in keyof Values]?: Values[Name] | undefined },
): Promise<void> {
  const forgotten = values.sealed === undefined ? {} : { failures: 0, problem: null }
  await tx
    .update(noticeChannels)
    .set({ ...values, ...forgotten })
    .where(and(eq(noticeChannels.partnerId, partnerId), eq(noticeChannels.id, id)))
}

/** With what was on its way to it. */
export async function deleteChannel(
  tx: Pick<Orm, 'delete'>,
  { partnerId, id }: Pick<ChannelRow, 'partnerId' | 'id'>,
): Promise<void> {
  await tx
    .delete(noticeChannels)
    .where(and(eq(noticeChannels.partnerId, partnerId), eq(noticeChannels.id, id)))
}

export async function partnerNameOfChannel(
  tx: Pick<Orm, 'select'>,
  { ownerId }: Pick<ChannelRow, 'ownerId'>,
): Promise<string | null> {
  if (ownerId === null) return null
  const [row] = await tx
    .select({ name: partners.name })
    .from(partners)
    .where(eq(partners.id, ownerId))
  return row?.name ?? null
}

/** The id of a test that is about to be sent; undefined: there were too many within the hour. */
export async function insertTest(
  tx: Pick<Orm, 'insert' | '$count'>,
  { partnerId, id: channelId }: ChannelRow,
): Promise<string | undefined> {
  const lately = sql`${notices.createdAt} > now() - interval '1 hour'`
  const same = and(eq(notices.partnerId, partnerId), eq(notices.channelId, channelId))
  const count = await tx.$count(notices, and(same, notices.test, lately))
  if (count >= limits.noticeTestsPerHourMax) return undefined
  const id = uuidv7()
  await tx.insert(notices).values({
    partnerId,
    id,
    channelId,
    test: true,
    items: [],
    state: 'sending',
    attempt: 1,
    leaseUntil: sql`now() + ${limits.leaseMs} * interval '1 ms'`,
    leaseOwner: noPartner,
  })
  return id
}

interface Tested {
  outcome: OutcomeWord
  httpStatus: number | null
  answer: string | null
}

/** A test that fails says nothing of the alarms before it; one that arrives says that all is well. */
export async function settleTest(
  orm: Orm,
  { partnerId, ownerId, id }: ChannelRow,
  testId: string,
  { outcome, httpStatus, answer }: Tested,
): Promise<void> {
  const delivered = outcome === 'delivered'
  await changing(orm, ownerId, async (tx) => {
    await tx
      .update(notices)
      .set({
        outcome,
        httpStatus,
        answer,
        leaseUntil: null,
        leaseOwner: null,
        state: delivered ? 'delivered' : 'given_up',
        settledAt: sql`now()`,
      })
      .where(
        and(eq(notices.partnerId, partnerId), eq(notices.id, testId), eq(notices.state, 'sending')),
      )
    const found = delivered
      ? { failures: 0, problem: null, deliveredAt: sql`now()` }
      : { problem: outcome, problemAt: sql`now()` }
    await tx
      .update(noticeChannels)
      .set(found)
      .where(and(eq(noticeChannels.partnerId, partnerId), eq(noticeChannels.id, id)))
  })
}
