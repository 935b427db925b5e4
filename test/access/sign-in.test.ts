// Signing in: who is let in, what the others learn (nothing), and what guessing costs.
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { endCodes, personOf, startCodes } from '../../src/access/sessions.ts'
import { signIn, signInWithCode, type SignInTry } from '../../src/access/sign-in.ts'
import { newTotpSecret, totpCode, totpStepOf, totpUri } from '../../src/access/totp.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { throttles } from '../../src/db/access/schema.ts'
import { auditEntries, users } from '../../src/db/schema.ts'
import { limits } from '../../src/limits.ts'
import { createVault } from '../../src/vault.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { makeUser, password } from './people.ts'

let fresh: FreshDatabase
let db: Database
let relayDb: Database
const vault = createVault([Buffer.alloc(32, 5)])
let now = 1_796_000_000_000
const email = 'ivan@example.com'
let userId: string

beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options)
  relayDb = openDatabase(fresh.options, fresh.options, true)
  userId = await makeUser(db, email)
})
afterAll(async () => {
  await relayDb.close()
  await db.close()
  await fresh.drop()
})
beforeEach(async () => {
  await db.orm.delete(throttles)
})

const deps = () => ({ orm: relayDb.orm, vault, now: () => now })
const from = { ip: '203.0.113.7', agent: 'a browser' }
const attempt = (given: Partial<SignInTry> = {}) =>
  signIn(deps(), { email, password, ...from, ...given })

describe('with email and password', () => {
  test('the right ones open a session of that person, whatever the case of the email', async () => {
    const signed = await attempt({ email: ' Ivan@Example.COM ' })
    expect(signed).toMatchObject({ ok: true })
    const person = signed.ok ? await personOf(relayDb.orm, signed.session) : undefined
    expect(person).toMatchObject({ userId, email, operator: false, memberships: [] })
    const [entry] = await db.orm
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.action, 'signin.done'))
    expect(entry).toMatchObject({ actor: `user:${userId}`, detail: { how: 'password' } })
  })

  test('each sign-in has a session of its own', async () => {
    const [one, other] = [await attempt(), await attempt()]
    expect(one.ok && other.ok && one.session !== other.session).toBe(true)
  })

  test.each([
    ['a wrong password', { password: `${password}!` }],
    ['an unknown email', { email: 'nobody@example.com' }],
    ['no address at all', { email: 'nobody' }],
    ['nothing', { email: '', password: '' }],
  ])('%s is refused in the same words', async (_, given) => {
    expect(await attempt(given)).toEqual({ ok: false, problem: 'refused' })
  })

  test('somebody without a password is refused in the same words', async () => {
    const id = await makeUser(db, 'elsewhere@example.com')
    await db.orm.update(users).set({ passwordHash: null }).where(eq(users.id, id))
    for (const given of ['', password])
      expect(await attempt({ email: 'elsewhere@example.com', password: given })).toEqual({
        ok: false,
        problem: 'refused',
      })
  })
})

describe('guessing', () => {
  const { email: free } = limits.signInFreeTries
  const guess = (given: Partial<SignInTry> = {}) => attempt({ password: 'wrong', ...given })

  test.each([email, 'nobody.else@example.com'])(
    'at the password of %s costs a wait that doubles',
    async (whose) => {
      expect(await guess({ email: whose })).toMatchObject({ problem: 'refused' })
      await db.orm.update(throttles).set({ failures: free - 1 })
      expect(await guess({ email: whose })).toMatchObject({ problem: 'refused' })
      const waits: number[] = []
      for (let n = 0; n < 4; n++) {
        await db.orm.update(throttles).set({ freeAt: sql`now()` })
        expect(await guess({ email: whose })).toMatchObject({ problem: 'refused' })
        const [row] = await db.work`
          select max(extract(epoch from free_at - seen_at))::float8 as seconds from throttles`
        waits.push(Number(row?.['seconds']))
      }
      expect(waits).toEqual([1, 2, 4, 8])
      expect(await attempt({ email: whose })).toMatchObject({ problem: 'wait' })
    },
  )

  test('many at once are not more guesses than one after the other', async () => {
    const told = await Promise.all(Array.from({ length: free + 6 }, () => guess()))
    const tried = told.filter((one) => !one.ok && one.problem === 'refused')
    expect(tried.length).toBeLessThanOrEqual(free + 1)
  })

  test('from one network at many emails costs a wait too', async () => {
    const { network } = limits.signInFreeTries
    await guess({ email: 'n1@example.com' })
    // Far past the free ones: a wait that outlasts the next check of a password.
    await db.orm.update(throttles).set({ failures: network + 8 })
    expect(await guess({ email: 'n2@example.com' })).toMatchObject({ problem: 'refused' })
    expect(await guess({ email: 'n3@example.com' })).toMatchObject({ problem: 'wait' })
    expect(await guess({ email: 'other@example.com', ip: '198.51.100.1' })).toMatchObject({
      problem: 'refused',
    })
  }, 60_000)

  test('from a network that has to wait makes nobody else wait', async () => {
    await guess({ email: 'n1@example.com' })
    const later = sql`now() + interval '1 hour'`
    await db.orm.update(throttles).set({ freeAt: later, failures: 99 })
    for (let n = 0; n <= free; n++) expect(await guess()).toMatchObject({ problem: 'wait' })
    expect(await attempt({ ip: '198.51.100.1' })).toMatchObject({ ok: true })
  })

  test('from one /64 is from one network, however it is written', async () => {
    await guess({ ip: '2001:db8::1' })
    await db.orm.update(throttles).set({ freeAt: sql`now() + interval '1 hour'`, failures: 99 })
    for (const ip of ['2001:db8::a:b:c:d', '2001:0db8:0:0:ffff::'])
      expect(await guess({ email: `${ip}@example.com`, ip })).toMatchObject({ problem: 'wait' })
    expect(await guess({ email: 'x@example.com', ip: '2001:db8:0:1::1' })).toMatchObject({
      problem: 'refused',
    })
  })

  test('is forgotten by the right password, and after a day', async () => {
    await guess()
    await db.orm.update(throttles).set({ failures: free - 1 })
    expect(await attempt()).toMatchObject({ ok: true })
    expect(await guess()).toMatchObject({ problem: 'refused' })
    const [row] = await db.work`select min(failures) as fewest from throttles`
    expect(Number(row?.['fewest'])).toBe(1)
    const past = sql`now() - ${limits.signInForgetMs + 1000} * interval '1 ms'`
    await db.orm.update(throttles).set({ seenAt: past, freeAt: past, failures: 50 })
    expect(await guess()).toMatchObject({ problem: 'refused' })
    expect(await guess()).toMatchObject({ problem: 'refused' })
  })
})

describe('with one-time codes', () => {
  const secret = newTotpSecret()
  const person = () => ({ sessionId: '', userId, email, operator: false, memberships: [] })

  test('they are turned on only by a code that is right', async () => {
    expect(await startCodes(deps(), person(), { secret, code: '000000' })).toBe(false)
    expect(await startCodes(deps(), person(), { secret: 'short', code: '000000' })).toBe(false)
    expect(await startCodes(deps(), person(), { secret, code: totpCode(secret, now) })).toBe(true)
    const [user] = await db.orm.select().from(users).where(eq(users.id, userId))
    expect(user?.totpSealed).not.toContain(secret)
  })

  test('an open session puts no other app in the place of that one', async () => {
    const other = newTotpSecret()
    const given = { secret: other, code: totpCode(other, now) }
    expect(await startCodes(deps(), person(), given)).toBe(false)
    expect(await second(await firstStep(), given.code)).toMatchObject({ problem: 'refused' })
    now += 30_000
  })

  const firstStep = async (given: Partial<SignInTry> = {}) => {
    const told = await attempt(given)
    return !told.ok && told.problem === 'code_needed' ? told.step : ''
  }
  const second = (step: string, code: string) => signInWithCode(deps(), { step, code, ...from })

  test('the code is asked for after the password, taken once, and not again', async () => {
    expect(await firstStep({ password: 'wrong' })).toBe('')
    const step = await firstStep()
    expect(step).not.toContain(email)
    expect(await second(step, '12345')).toMatchObject({ problem: 'refused' })
    const code = totpCode(secret, now)
    const together = await Promise.all([second(step, code), second(step, code)])
    expect(together.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await second(step, code)).toMatchObject({ problem: 'refused' })
    now += 30_000
    expect(await second(step, ` ${totpCode(secret, now)} `)).toMatchObject({ ok: true })
  })

  test('the second step needs the first, and soon', async () => {
    const code = () => totpCode(secret, now)
    const sealed = await vault.seal(JSON.stringify({ email, until: now + 1000 }), 'elsewhere')
    for (const step of ['', 'x', sealed])
      expect(await second(step, code())).toEqual({ ok: false, problem: 'over' })
    const step = await firstStep()
    now += 5 * 60_000
    expect(await second(step, code())).toEqual({ ok: false, problem: 'over' })
  })

  test('guessing codes costs a wait, which begins with the first step', async () => {
    const step = await firstStep()
    const told = []
    for (let n = 0; n < 2; n++) told.push(await second(step, String(n).padStart(6, '0')))
    expect(told).toMatchObject([{ problem: 'refused' }, { problem: 'refused' }])
    await db.orm.update(throttles).set({ failures: limits.signInFreeTries.email + 8 })
    expect(await second(step, '000000')).toMatchObject({ problem: 'refused' })
    expect(await second(step, '000000')).toMatchObject({ problem: 'wait' })
    expect(await attempt()).toMatchObject({ problem: 'wait' })
  })

  test('the password is guessed no faster with a session than without', async () => {
    expect(await endCodes(relayDb.orm, person(), 'wrong')).toMatchObject({ problem: 'current' })
    // As after many more: on a busy machine a try takes longer than the first waits.
    await db.orm.update(throttles).set({ failures: limits.signInFreeTries.email + 8 })
    for (const problem of ['current', 'wait'])
      expect(await endCodes(relayDb.orm, person(), 'wrong')).toMatchObject({ problem })
    expect(await attempt()).toMatchObject({ problem: 'wait' })
    await db.orm.delete(throttles)
  })

  test('they can be turned off again', async () => {
    expect(await endCodes(relayDb.orm, person(), 'wrong')).toMatchObject({ problem: 'current' })
    expect(await endCodes(relayDb.orm, person(), password)).toEqual({ ok: true })
    expect(await attempt()).toMatchObject({ ok: true })
  })

  test.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('the code at second %i is that of RFC 6238', (seconds, code) => {
    const rfc = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
    expect(totpCode(rfc, seconds * 1000)).toBe(code)
    expect(totpStepOf(rfc, code, seconds * 1000)).toBe(Math.floor(seconds / 30))
    expect(totpStepOf(rfc, code, seconds * 1000 + 61_000)).toBeUndefined()
  })

  test('an app can be told by a link', () => {
    expect(newTotpSecret()).toMatch(/^[A-Z2-7]{32}$/)
    expect(totpUri('ABC', 'a+b@example.com')).toBe(
      'otpauth://totp/moab-relay:a%2Bb%40example.com?secret=ABC&issuer=moab-relay',
    )
  })
})
