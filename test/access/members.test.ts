// Members of a partner: invited by a link that works once and for one email, never without an owner;
// and a person's own sessions.
import { and, eq, inArray, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  changeRole,
  invitationOf,
  invite,
  join,
  removeMember,
  takeBackInvitation,
} from '../../src/access/members.ts'
import { allScopes, isRole, roles } from '../../src/access/scopes.ts'
import {
  changePassword,
  endOtherSessions,
  endSession,
  personOf,
  sessionsOf,
  startSession,
} from '../../src/access/sessions.ts'
import {
  invitations,
  memberships,
  roleNames,
  sessions,
  throttles,
} from '../../src/db/access/schema.ts'
import { countTry, tidyAccess } from '../../src/db/access/throttles.ts'
import { listInvitations, listMembers } from '../../src/ledger/access.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { auditEntries, users } from '../../src/db/schema.ts'
import { uuidv7 } from '../../src/ids.ts'
import { limits } from '../../src/limits.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { makePartner } from '../support/partner.ts'
import { makeMember, makeUser, password } from './people.ts'

let fresh: FreshDatabase
let db: Database
let relayDb: Database
let partnerId: string

beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options)
  relayDb = openDatabase(fresh.options, fresh.options, true)
})
afterAll(async () => {
  await relayDb.close()
  await db.close()
  await fresh.drop()
})
beforeEach(async () => {
  ;({ partnerId } = await makePartner(db))
})

const owned = async (asked: ReturnType<typeof listMembers | typeof listInvitations>) => {
  const found = await asked
  if ('unknown' in found) throw new Error(found.unknown)
  return found.items
}
const mine = () => ({ owner: partnerId })
const page = { limit: 50 }
const members = () => owned(listMembers({ orm: relayDb.questions }, mine(), page))
const openInvitations = () => owned(listInvitations({ orm: relayDb.questions }, mine(), page))

const someone = () => `${uuidv7()}@example.com`

async function invited(email: string, role: 'owner' | 'viewer' | null = 'viewer') {
  const partner = role === null ? null : partnerId
  const made = await invite(relayDb.orm, { partnerId: partner, email, role, actor: 'test' })
  if (!made.ok) throw new Error(made.problem)
  return made
}

describe('an invitation', () => {
  test('makes an account for whoever has none, once', async () => {
    const email = someone()
    const { token, id } = await invited(email)
    expect(await invitationOf(relayDb.orm, token)).toMatchObject({ email, hasAccount: false })
    expect(await join(relayDb.orm, token, { password: 'short' })).toEqual({
      ok: false,
      problem: 'password',
    })
    const joined = await Promise.all([1, 2].map(() => join(relayDb.orm, token, { password })))
    expect(joined.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await join(relayDb.orm, token, { password })).toEqual({ ok: false, problem: 'gone' })
    expect(await members()).toMatchObject([{ email, role: 'viewer' }])
    const [entry] = await db.orm
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.action, 'member.joined'), eq(auditEntries.partnerId, partnerId)))
    expect(entry?.detail).toEqual({ role: 'viewer', invitation: id })
  })

  test('is stored as a hash only', async () => {
    const { token, id } = await invited(someone())
    const [row] = await db.orm.select().from(invitations).where(eq(invitations.id, id))
    expect(JSON.stringify(row)).not.toContain(token)
  })

  test('of somebody with an account works for that account only', async () => {
    const email = someone()
    const userId = await makeUser(db, email)
    const other = await makeUser(db, someone())
    const { token } = await invited(email)
    expect(await join(relayDb.orm, token, { password })).toEqual({ ok: false, problem: 'sign_in' })
    expect(await join(relayDb.orm, token, { userId: other })).toEqual({
      ok: false,
      problem: 'sign_in',
    })
    expect(await join(relayDb.orm, token, { userId })).toEqual({ ok: true, userId })
  })

  test('is over after its time, when it is taken back, and when a newer one is made', async () => {
    const email = someone()
    const first = await invited(email)
    const second = await invited(email)
    expect(await invitationOf(relayDb.orm, first.token)).toBeUndefined()
    expect(await openInvitations()).toMatchObject([{ id: second.id, email }])
    const { partnerId: stranger } = await makePartner(db)
    expect(await takeBackInvitation(relayDb.orm, stranger, second.id, 'test')).toBe(false)
    expect(await takeBackInvitation(relayDb.orm, partnerId, second.id, 'test')).toBe(true)
    expect(await takeBackInvitation(relayDb.orm, partnerId, second.id, 'test')).toBe(false)
    expect(await join(relayDb.orm, second.token, { password })).toEqual({
      ok: false,
      problem: 'gone',
    })
    const third = await invited(email)
    await db.orm
      .update(invitations)
      .set({ expiresAt: sql`now()` })
      .where(eq(invitations.id, third.id))
    expect(await join(relayDb.orm, third.token, { password })).toEqual({
      ok: false,
      problem: 'gone',
    })
    expect(await openInvitations()).toEqual([])
  })

  test('is not made for a member, nor for what is no address', async () => {
    const { email } = await makeMember(db, partnerId, 'viewer')
    const again = { partnerId, role: 'owner', actor: 'test' } as const
    expect(await invite(relayDb.orm, { ...again, email: email.toUpperCase() })).toEqual({
      ok: false,
      problem: 'member',
    })
    expect(await invite(relayDb.orm, { ...again, email: 'nobody' })).toEqual({
      ok: false,
      problem: 'email',
    })
  })

  test('can make an operator', async () => {
    const email = someone()
    const { token } = await invited(email, null)
    expect(await join(relayDb.orm, token, { password })).toMatchObject({ ok: true })
    const [user] = await db.orm.select().from(users).where(eq(users.email, email))
    expect(user?.operator).toBe(true)
  })

  test.each(['', 'x', 'A'.repeat(43)])('that nobody made is nothing: %j', async (token) => {
    expect(await invitationOf(relayDb.orm, token)).toBeUndefined()
    expect(await join(relayDb.orm, token, { password })).toEqual({ ok: false, problem: 'gone' })
  })
})

describe('roles', () => {
  test('can be changed, and people removed, but an owner stays', async () => {
    const { id: owner } = await makeMember(db, partnerId, 'owner')
    const { id: viewer } = await makeMember(db, partnerId, 'viewer')
    const member = { partnerId, id: owner }
    expect(await changeRole(relayDb.orm, member, 'viewer', 'test')).toBe('last_owner')
    expect(await removeMember(relayDb.orm, member, 'test')).toBe('last_owner')
    const seenOff = { ...member, byOperator: true }
    expect(await changeRole(relayDb.orm, seenOff, 'viewer', 'test')).toBe('done')
    expect(await changeRole(relayDb.orm, seenOff, 'owner', 'test')).toBe('done')
    expect(await changeRole(relayDb.orm, member, 'owner', 'test')).toBe('done')
    expect(await changeRole(relayDb.orm, { partnerId, id: viewer }, 'owner', 'test')).toBe('done')
    const both = [owner, viewer].map((id) => removeMember(relayDb.orm, { partnerId, id }, 'test'))
    expect((await Promise.all(both)).toSorted()).toEqual(['done', 'last_owner'])
    expect(await members()).toHaveLength(1)
  })

  test('are those of one partner', async () => {
    const { id } = await makeMember(db, partnerId, 'owner')
    await makeMember(db, partnerId, 'owner')
    const { partnerId: other } = await makePartner(db)
    expect(await removeMember(relayDb.orm, { partnerId: other, id }, 'test')).toBe('no_member')
    expect(await changeRole(relayDb.orm, { partnerId: other, id }, 'owner', 'test')).toBe(
      'no_member',
    )
    expect(await removeMember(relayDb.orm, { partnerId, id: 'x' }, 'test')).toBe('no_member')
  })

  test('leave an entry with the role before', async () => {
    await makeMember(db, partnerId, 'owner')
    const { id, userId } = await makeMember(db, partnerId, 'editor')
    await changeRole(relayDb.orm, { partnerId, id }, 'auditor', 'user:me')
    const [entry] = await db.orm
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.action, 'member.changed'))
      .orderBy(sql`id desc`)
    expect(entry).toMatchObject({
      partnerId,
      actor: 'user:me',
      subject: userId,
      detail: { before: 'editor', role: 'auditor' },
    })
  })

  test('are those the database knows, each with words and with scopes there are', async () => {
    expect(Object.keys(roles)).toEqual([...roleNames])
    for (const { en, ru, scopes } of Object.values(roles)) {
      expect(en && /[а-я]/.test(ru)).toBeTruthy()
      expect(scopes.every((scope) => allScopes.includes(scope))).toBe(true)
    }
    expect(isRole('toString')).toBe(false)
    const { userId } = await makeMember(db, partnerId, 'viewer')
    const odd = db.orm.update(memberships).set({ role: 'king' as 'owner' })
    await expect(odd.where(eq(memberships.userId, userId))).rejects.toThrow()
  })
})

describe('sessions', () => {
  const from = { ip: '203.0.113.7', agent: 'x'.repeat(500) }
  const open = async (userId: string) => {
    const secret = await startSession(relayDb.orm, userId, from, 'test')
    const person = await personOf(relayDb.orm, secret)
    if (person === undefined) throw new Error('no session')
    return { secret, person }
  }

  test('know their person and where they belong', async () => {
    const { userId, email } = await makeMember(db, partnerId, 'editor')
    const { person } = await open(userId)
    expect(person).toMatchObject({ userId, email, memberships: [{ partnerId, role: 'editor' }] })
    const [row] = await sessionsOf(relayDb.orm, person)
    expect(row).toMatchObject({ id: person.sessionId, ip: from.ip })
    expect(row?.agent).toHaveLength(limits.userAgentCharsMax)
  })

  test('are over when idle for long, and in the end in any case', async () => {
    const userId = await makeUser(db, someone())
    const { secret, person } = await open(userId)
    const set = (change: Partial<Record<'usedAt' | 'expiresAt', unknown>>) =>
      db.orm
        .update(sessions)
        .set(change as object)
        .where(eq(sessions.id, person.sessionId))
    await set({ usedAt: sql`now() - ${limits.sessionIdleMs - 5000} * interval '1 ms'` })
    expect(await personOf(relayDb.orm, secret)).toBeDefined()
    const [row] = await sessionsOf(relayDb.orm, person)
    expect(Date.now() - (row?.usedAt.getTime() ?? 0)).toBeLessThan(10_000)
    await set({ usedAt: sql`now() - ${limits.sessionIdleMs} * interval '1 ms'` })
    expect(await personOf(relayDb.orm, secret)).toBeUndefined()
    await set({ usedAt: sql`now()`, expiresAt: sql`now()` })
    expect(await personOf(relayDb.orm, secret)).toBeUndefined()
    expect(await sessionsOf(relayDb.orm, person)).toEqual([])
  })

  test('can be ended one by one and all but one’s own; not those of others', async () => {
    const userId = await makeUser(db, someone())
    const [mine, second, third] = [await open(userId), await open(userId), await open(userId)]
    const stranger = await open(await makeUser(db, someone()))
    expect(await endSession(relayDb.orm, stranger.person, second.person.sessionId)).toBe(false)
    expect(await endSession(relayDb.orm, mine.person, second.person.sessionId)).toBe(true)
    expect(await personOf(relayDb.orm, second.secret)).toBeUndefined()
    expect(await endOtherSessions(relayDb.orm, mine.person)).toBe(1)
    expect(await personOf(relayDb.orm, third.secret)).toBeUndefined()
    expect(await personOf(relayDb.orm, mine.secret)).toBeDefined()
    expect(await personOf(relayDb.orm, stranger.secret)).toBeDefined()
  })

  test('of one person are bounded: the longest unused gives way', async () => {
    const userId = await makeUser(db, someone())
    const first = await open(userId)
    for (let n = 0; n < limits.sessionsPerUserMax; n++) await open(userId)
    expect(await personOf(relayDb.orm, first.secret)).toBeUndefined()
    expect(await sessionsOf(relayDb.orm, first.person)).toHaveLength(limits.sessionsPerUserMax)
  })

  test('a new password ends all others, and needs the old one', async () => {
    const userId = await makeUser(db, someone())
    const [mine, other] = [await open(userId), await open(userId)]
    const change = (current: string, to: string) =>
      changePassword(relayDb.orm, mine.person, { current, password: to })
    expect(await change(password, 'short')).toEqual({ ok: false, problem: 'password' })
    expect(await change('wrong', 'another password')).toEqual({ ok: false, problem: 'current' })
    expect(await personOf(relayDb.orm, other.secret)).toBeDefined()
    expect(await change(password, 'another password')).toEqual({ ok: true })
    expect(await personOf(relayDb.orm, other.secret)).toBeUndefined()
    expect(await personOf(relayDb.orm, mine.secret)).toBeDefined()
    expect(await change(password, 'another password')).toEqual({ ok: false, problem: 'current' })
  })

  test('that are over are cleared away, with guesses that are forgotten', async () => {
    const userId = await makeUser(db, someone())
    const [mine, idle] = [await open(userId), await open(userId)]
    const past = sql`now() - ${limits.sessionIdleMs + 1000} * interval '1 ms'`
    await db.orm
      .update(sessions)
      .set({ usedAt: past })
      .where(eq(sessions.id, idle.person.sessionId))
    const keys = [Buffer.from('old'), Buffer.from('new')]
    for (const key of keys) await countTry(relayDb.orm, key, 5)
    const old = sql`now() - ${limits.signInForgetMs + 1000} * interval '1 ms'`
    await db.orm
      .update(throttles)
      .set({ seenAt: old })
      .where(eq(throttles.key, keys[0] as Buffer))
    await tidyAccess(relayDb.orm)
    const left = await db.orm.select().from(sessions).where(eq(sessions.userId, userId))
    expect(left.map(({ id }) => id)).toEqual([mine.person.sessionId])
    const kept = await db.orm.select().from(throttles).where(inArray(throttles.key, keys))
    expect(kept).toMatchObject([{ key: keys[1] }])
  })

  test.each(['', 'x', 'A'.repeat(43), 'A'.repeat(10_000)])(
    'that nobody opened are nothing: %j',
    async (secret) => {
      expect(await personOf(relayDb.orm, secret)).toBeUndefined()
    },
  )
})
