// Users, and which partners they belong to.
import { and, asc, eq, sql } from 'drizzle-orm'
import type { Orm } from '../open.ts'
import { partners, users } from '../schema.ts'
import { deletePasskeys } from './passkeys.ts'
import { noReset } from './resets.ts'
import { memberships, passkeys, type Role } from './schema.ts'

type Tx = Pick<Orm, 'select' | 'insert' | 'update' | 'delete' | 'execute'>

export async function findUser(orm: Tx, email: string) {
  const [row] = await orm.select().from(users).where(eq(users.email, email))
  return row
}

export async function findUserById(orm: Tx, id: string) {
  const [row] = await orm.select().from(users).where(eq(users.id, id))
  return row
}

/** Everybody, by email. */
export async function listAccounts(orm: Tx) {
  return orm
    .select({
      email: users.email,
      operator: users.operator,
      password: sql<boolean>`${users.passwordHash} is not null`,
      codes: sql<boolean>`${users.totpSealed} is not null`,
      passkeys: sql<number>`(select count(*)::int from ${passkeys} where ${passkeys}.user_id = ${users}.id)`,
      memberships: sql<{ partner: string; role: Role }[]>`coalesce(
        json_agg(json_build_object('partner', ${partners.name}, 'role', ${memberships.role})
          order by ${partners.name}) filter (where ${partners.name} is not null), '[]')`,
    })
    .from(users)
    .leftJoin(memberships, eq(memberships.userId, users.id))
    .leftJoin(partners, eq(partners.id, memberships.partnerId))
    .groupBy(users.id)
    .orderBy(asc(users.email))
}

/** What is decided about a person holds until it is written: whoever comes to belong elsewhere waits. */
export async function lockUser(tx: Tx, id: string) {
  const [row] = await tx.select().from(users).where(eq(users.id, id)).for('update')
  return row
}

export async function insertUser(
  tx: Pick<Orm, 'insert'>,
  user: typeof users.$inferInsert,
): Promise<void> {
  await tx.insert(users).values(user)
}

export async function setPassword(tx: Tx, userId: string, passwordHash: string): Promise<void> {
  await tx
    .update(users)
    .set({ passwordHash, ...noReset })
    .where(eq(users.id, userId))
}

/** Password, codes, passkeys and reset link: whoever had them proves nothing any more. */
export async function endWaysIn(tx: Tx, userId: string): Promise<void> {
  const none = { passwordHash: null, totpSealed: null, totpStep: null }
  await tx
    .update(users)
    .set({ ...none, ...noReset })
    .where(eq(users.id, userId))
  await deletePasskeys(tx, userId)
}

/** Of whoever comes to belong to more people than the one who made the link. */
export async function endReset(tx: Tx, userId: string): Promise<void> {
  await tx.update(users).set(noReset).where(eq(users.id, userId))
}

export async function setOperator(tx: Tx, userId: string, operator: boolean): Promise<void> {
  await tx.update(users).set({ operator }).where(eq(users.id, userId))
}

/** All of them. Changes of who is one wait for each other: there must always be one left. */
export async function lockOperators(tx: Tx): Promise<string[]> {
  const rows = await tx.execute<{ id: string }>(sql`
    select id from ${users} where operator order by id for update`)
  return rows.map(({ id }) => id)
}

/** null: codes are no longer asked for. */
export async function setTotp(tx: Tx, userId: string, totpSealed: string | null): Promise<void> {
  await tx.update(users).set({ totpSealed, totpStep: null }).where(eq(users.id, userId))
}

/** True for the first who uses a code of this step; a later step has used up the earlier ones. */
export async function useTotpStep(orm: Tx, userId: string, step: number): Promise<boolean> {
  const used = await orm
    .update(users)
    .set({ totpStep: step })
    .where(and(eq(users.id, userId), sql`coalesce(${users.totpStep}, -1) < ${step}`))
    .returning({ id: users.id })
  return used.length > 0
}

/** Where a person belongs, by the partners' names. */
export async function membershipsOf(orm: Tx, userId: string) {
  return orm
    .select({ partnerId: partners.id, partner: partners.name, role: memberships.role })
    .from(memberships)
    .innerJoin(partners, eq(partners.id, memberships.partnerId))
    .where(eq(memberships.userId, userId))
    .orderBy(asc(partners.name))
}

/** Changes of who belongs to a partner wait for each other: there must always be an owner left. */
export async function lockMembers(tx: Tx, partnerId: string): Promise<void> {
  await tx.execute(sql`select 1 from ${partners} where id = ${partnerId} for update`)
}

export async function isMember(tx: Tx, partnerId: string, email: string): Promise<boolean> {
  const rows = await tx
    .select({ id: memberships.id })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.partnerId, partnerId), eq(users.email, email)))
  return rows.length > 0
}

export async function isOperator(tx: Tx, email: string): Promise<boolean> {
  const rows = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.email, email), eq(users.operator, true)))
  return rows.length > 0
}

/** By the membership's id. */
export async function findMember(tx: Tx, partnerId: string, id: string) {
  const [row] = await tx
    .select({ userId: memberships.userId, role: memberships.role })
    .from(memberships)
    .where(and(eq(memberships.partnerId, partnerId), eq(memberships.id, id)))
  return row
}

/** Whose member this is, for an operator, who need not say. */
export async function partnerOfMember(tx: Tx, id: string): Promise<string | undefined> {
  const [row] = await tx
    .select({ partnerId: memberships.partnerId })
    .from(memberships)
    .where(eq(memberships.id, id))
  return row?.partnerId
}

export async function countOwners(tx: Tx, partnerId: string): Promise<number> {
  const rows = await tx
    .select({ userId: memberships.userId })
    .from(memberships)
    .where(and(eq(memberships.partnerId, partnerId), eq(memberships.role, 'owner')))
  return rows.length
}

/** Whoever is one already gets this role. */
export async function insertMember(tx: Tx, member: typeof memberships.$inferInsert): Promise<void> {
  const { role } = member
  await tx
    .insert(memberships)
    .values(member)
    .onConflictDoUpdate({ target: [memberships.partnerId, memberships.userId], set: { role } })
}

export async function setRole(tx: Tx, partnerId: string, id: string, role: Role): Promise<void> {
  await tx
    .update(memberships)
    .set({ role })
    .where(and(eq(memberships.partnerId, partnerId), eq(memberships.id, id)))
}

export async function deleteMember(tx: Tx, partnerId: string, id: string): Promise<void> {
  await tx
    .delete(memberships)
    .where(and(eq(memberships.partnerId, partnerId), eq(memberships.id, id)))
}
