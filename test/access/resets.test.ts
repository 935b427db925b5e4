// The way back in, and who runs the relay: links for a new password, operators that come and go.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { invite, join } from '../../src/access/members.ts'
import { removeOperator } from '../../src/access/operators.ts'
import { makeReset, resetOf, resetPassword } from '../../src/access/resets.ts'
import { linkIdentity } from '../../src/access/identities.ts'
import { changePassword, personOf, startSession } from '../../src/access/sessions.ts'
import { signIn } from '../../src/access/sign-in.ts'
import { endReset, insertMember, setOperator, setTotp } from '../../src/db/access/people.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { throttles } from '../../src/db/access/schema.ts'
import { auditEntries, users } from '../../src/db/schema.ts'
import { uuidv7 } from '../../src/ids.ts'
import { listOperators } from '../../src/ledger/access.ts'
import { limits } from '../../src/limits.ts'
import { createVault } from '../../src/vault.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { makePartner } from '../support/partner.ts'
import { makeMember, makeUser, password } from './people.ts'

let fresh: FreshDatabase
/** As the owner of the tables, and as the relay, behind its walls. */
let db: Database
let relayDb: Database

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

const somebody = () => `${uuidv7()}@example.com`
const from = { ip: null, agent: null }
const vault = createVault([Buffer.alloc(32, 7)])
const signsIn = (email: string, word: string) =>
  signIn({ orm: relayDb.orm, vault, now: Date.now }, { email, password: word, ...from })
const newPassword = 'a quite different one'

async function resetFor(userId: string, more: { codes?: boolean; partnerId?: string } = {}) {
  const wanted = { userId, codes: false, actor: 'test', partnerId: null, ...more }
  return makeReset(relayDb.orm, wanted)
}
async function tokenFor(userId: string, more: { codes?: boolean } = {}) {
  const made = await resetFor(userId, more)
  if (!made.ok) throw new Error(made.problem)
  return made.token
}
const rowOf = async (id: string) => (await db.orm.select().from(users).where(eq(users.id, id)))[0]
const auditOf = (subject: string) =>
  db.orm.select().from(auditEntries).where(eq(auditEntries.subject, subject))

describe('a link for a new password', () => {
  test('sets it once, ends all sessions and forgets the wrong tries', async () => {
    const email = somebody()
    const userId = await makeUser(db, email)
    const session = await startSession(relayDb.orm, userId, from, 'test')
    await signsIn(email, 'wrong one')
    // As after many more: on a busy machine a try takes longer than the first waits.
    await db.orm.update(throttles).set({ failures: limits.signInFreeTries.email + 8 })
    await signsIn(email, 'wrong one')
    expect(await signsIn(email, password)).toMatchObject({ ok: false, problem: 'wait' })
    const token = await tokenFor(userId)
    expect(await resetOf(relayDb.orm, token)).toMatchObject({ email, codes: false })
    expect(await resetPassword(relayDb.orm, token, 'short')).toMatchObject({ problem: 'password' })
    expect(await personOf(relayDb.orm, session)).toBeDefined()
    const both = [newPassword, `${newPassword} too`]
    const done = await Promise.all(both.map((word) => resetPassword(relayDb.orm, token, word)))
    expect(done.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await personOf(relayDb.orm, session)).toBeUndefined()
    expect(await signsIn(email, both[done[0]?.ok ? 0 : 1] ?? '')).toMatchObject({ ok: true })
    expect(await signsIn(email, password)).toMatchObject({ ok: false })
    expect((await auditOf(userId)).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['reset.made', 'password.reset']),
    )
    expect(JSON.stringify(await auditOf(userId))).not.toContain(token)
  })

  test('leaves one-time codes on, unless it is for a lost phone', async () => {
    const userId = await makeUser(db, somebody())
    await setTotp(db.orm, userId, 'sealed')
    await resetPassword(relayDb.orm, await tokenFor(userId), newPassword)
    expect((await rowOf(userId))?.totpSealed).toBe('sealed')
    const token = await tokenFor(userId, { codes: true })
    expect(await resetOf(relayDb.orm, token)).toMatchObject({ codes: true })
    await resetPassword(relayDb.orm, token, newPassword)
    expect((await rowOf(userId))?.totpSealed).toBeNull()
  })

  test('is over after a day, when another is made, and when the password changes', async () => {
    const userId = await makeUser(db, somebody())
    const gone = async (token: string) => {
      expect(await resetOf(relayDb.orm, token)).toBeUndefined()
      expect(await resetPassword(relayDb.orm, token, newPassword)).toEqual({
        ok: false,
        problem: 'gone',
      })
    }
    const first = await tokenFor(userId)
    const second = await tokenFor(userId)
    await gone(first)
    const late = new Date(Date.now() - 1000)
    await db.orm.update(users).set({ resetUntil: late }).where(eq(users.id, userId))
    await gone(second)
    const third = await tokenFor(userId)
    const session = await startSession(relayDb.orm, userId, from, 'test')
    const person = await personOf(relayDb.orm, session)
    if (person === undefined) throw new Error('not signed in')
    const words = { current: password, password: newPassword }
    expect(await changePassword(relayDb.orm, person, words)).toEqual({ ok: true })
    await gone(third)
    await gone('nonsense')
    await gone('A'.repeat(43))
  })
})

describe('an owner makes one', () => {
  let partnerId: string
  let other: string
  beforeEach(async () => {
    ;({ partnerId } = await makePartner(db))
    ;({ partnerId: other } = await makePartner(db))
  })

  test('for a member of this partner alone', async () => {
    const own = await makeMember(db, partnerId, 'owner')
    expect(await resetFor(own.userId, { partnerId })).toMatchObject({ ok: true, email: own.email })
    const stranger = await makeMember(db, other, 'viewer')
    expect(await resetFor(stranger.userId, { partnerId })).toEqual({
      ok: false,
      problem: 'no_account',
    })
    expect(await resetFor('nobody', { partnerId })).toMatchObject({ problem: 'no_account' })
  })

  test('never for somebody whose other doors it would open', async () => {
    const both = await makeMember(db, partnerId, 'viewer')
    await joins(both, other)
    expect(await resetFor(both.userId, { partnerId })).toEqual({ ok: false, problem: 'elsewhere' })
    const operator = await makeMember(db, partnerId, 'viewer')
    await setOperator(db.orm, operator.userId, true)
    expect(await resetFor(operator.userId, { partnerId })).toMatchObject({ problem: 'elsewhere' })
    expect(await resetFor(operator.userId)).toMatchObject({ ok: true })
  })

  test('never for somebody who signs in without a password, and would not notice', async () => {
    const none = await makeMember(db, partnerId, 'viewer')
    await db.orm.update(users).set({ passwordHash: null }).where(eq(users.id, none.userId))
    expect(await resetFor(none.userId, { partnerId })).toMatchObject({ problem: 'elsewhere' })
    const both = await makeMember(db, partnerId, 'viewer')
    const identity = { issuer: 'https://id.example', subject: both.userId, email: both.email }
    await linkIdentity(db.orm, both.userId, identity)
    expect(await resetFor(both.userId, { partnerId })).toMatchObject({ problem: 'elsewhere' })
    expect(await resetFor(both.userId)).toMatchObject({ ok: true })
  })

  test('and it is over as soon as its person belongs elsewhere too', async () => {
    const member = await makeMember(db, partnerId, 'viewer')
    const made = await resetFor(member.userId, { partnerId })
    await joins(member, other)
    expect(await resetOf(relayDb.orm, made.ok ? made.token : '')).toBeUndefined()
  })

  test('nor for somebody who comes to belong elsewhere in that very moment', async () => {
    const member = await makeMember(db, partnerId, 'viewer')
    let made: ReturnType<typeof resetFor> | undefined
    await db.orm.transaction(async (tx) => {
      await endReset(tx, member.userId)
      const { userId } = member
      await insertMember(tx, { partnerId: other, id: uuidv7(), userId, role: 'viewer' })
      made = resetFor(member.userId, { partnerId })
      const early = new Promise((resolve) => setTimeout(() => resolve('waits'), 300))
      expect(await Promise.race([made, early])).toBe('waits')
    })
    expect(await made).toEqual({ ok: false, problem: 'elsewhere' })
  })

  async function joins({ email, userId }: { email: string; userId: string }, where: string) {
    const invited = await invite(relayDb.orm, {
      partnerId: where,
      email,
      role: 'viewer',
      actor: 'test',
    })
    expect(await join(relayDb.orm, invited.ok ? invited.token : '', { userId })).toMatchObject({
      ok: true,
    })
  }
})

describe('operators', () => {
  const ids = async (owner: string | null = null) => {
    const { items } = await listOperators({ orm: relayDb.questions }, { owner }, { limit: 200 })
    return items.map(({ id }) => id)
  }

  test('are seen by operators, and removed, but for the last one', async () => {
    const before = await ids()
    const [one, two] = [await makeUser(db, somebody(), true), await makeUser(db, somebody(), true)]
    expect(await ids()).toEqual([two, one, ...before])
    expect(await ids(uuidv7())).toEqual([])
    for (const id of before) expect(await removeOperator(relayDb.orm, id, 'test')).toBe('done')
    // Each would leave the other as the last.
    const both = await Promise.all([one, two].map((id) => removeOperator(relayDb.orm, id, 'test')))
    expect(both.toSorted()).toEqual(['done', 'last_operator'])
    const [last = ''] = await ids()
    expect(await removeOperator(relayDb.orm, last, 'test')).toBe('last_operator')
    const removed = last === one ? two : one
    expect(await removeOperator(relayDb.orm, removed, 'test')).toBe('no_operator')
    expect(await removeOperator(relayDb.orm, 'nobody', 'test')).toBe('no_operator')
    expect((await auditOf(removed)).map(({ action }) => action)).toEqual(['operator.removed'])
  })
})
