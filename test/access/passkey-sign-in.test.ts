// Signing in with a passkey: whom it lets in, everything that must not pass for it, and how it goes.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { recognise } from '../../src/access/identities.ts'
import { passkeysOf, removePasskey } from '../../src/access/passkeys.ts'
import { beginPasskey, signInWithPasskey } from '../../src/access/passkey-sign-in.ts'
import { makeReset, resetOf, resetPassword } from '../../src/access/resets.ts'
import { changePassword, personOf } from '../../src/access/sessions.ts'
import { setTotp } from '../../src/db/access/people.ts'
import { passkeyChallenges, passkeys, throttles } from '../../src/db/access/schema.ts'
import { tidyAccess } from '../../src/db/access/throttles.ts'
import { users } from '../../src/db/schema.ts'
import { limits } from '../../src/limits.ts'
import { Authenticator, type Bent } from './authenticator.ts'
import { from, here, openPasskeyScene, origin, site, type PasskeyScene } from './passkey-scene.ts'
import { password } from './people.ts'

let scene: PasskeyScene
beforeAll(async () => {
  scene = await openPasskeyScene()
})
afterAll(() => scene.close())
beforeEach(async () => {
  scene.now = Date.now()
  await scene.db.orm.delete(throttles)
})

const over = { ok: false, problem: 'over' }
const unknown = { ok: false, problem: 'unknown' }

describe('signing in with one', () => {
  test('opens a new session of its person, without password and code', async () => {
    const { person, device } = await scene.holder()
    await setTotp(scene.db.orm, person.userId, 'sealed')
    const [one, two] = [await scene.enter(device), await scene.enter(device)]
    const people = await Promise.all(
      [one, two].map((each) => personOf(scene.orm, each.ok ? each.session : '')),
    )
    expect(people.map((each) => each?.userId)).toEqual([person.userId, person.userId])
    expect(new Set(people.map((each) => each?.sessionId)).size).toBe(2)
    expect(await scene.auditOf(person.userId)).toContainEqual({
      action: 'signin.done',
      actor: `user:${person.userId}`,
      detail: { how: 'passkey', ip: from.ip },
    })
    const [row] = await passkeysOf(scene.orm, person)
    expect(row?.usedAt).toBeInstanceOf(Date)
  })

  test('names nobody beforehand', async () => {
    const { options } = await beginPasskey(scene.deps(), here)
    expect(options).toMatchObject({ rpId: 'relay.example.com', userVerification: 'required' })
    expect(options.allowCredentials).toBeUndefined()
  })

  test.each<[string, Bent]>([
    ['made for another origin', { origin: 'https://evil.example' }],
    ['made for another host', { rpId: 'evil.example' }],
    ['to another challenge', { challenge: Buffer.alloc(32).toString('base64url') }],
    ['of a key that is being made', { type: 'webauthn.create' }],
    ['of a device that has not seen its owner', { flags: 1 }],
    ['that was changed after it was signed', { spoil: true }],
    ['that names another person', { userHandle: Buffer.alloc(16).toString('base64url') }],
  ])('refuses an answer %s', async (_, bent) => {
    const { person, device } = await scene.holder()
    expect(await scene.enter(device, bent)).toEqual(unknown)
    expect(await scene.auditOf(person.userId)).toContainEqual({
      action: 'signin.refused',
      actor: 'sign-in form',
      detail: { wrong: 'passkey', ip: from.ip },
    })
    expect(await scene.enter(device)).toMatchObject({ ok: true })
  })

  test('refuses another person’s key under this one’s name, and a signature of another key', async () => {
    const [mine, theirs] = [await scene.holder(), await scene.holder()]
    if (mine.device.held === undefined || theirs.device.held === undefined)
      throw new Error('no key')
    const { userHandle } = theirs.device.held
    expect(await scene.enter(mine.device, { userHandle })).toEqual(unknown)
    // Named as theirs, signed with mine.
    mine.device.held = { ...theirs.device.held, key: mine.device.held.key }
    expect(await scene.enter(mine.device)).toEqual(unknown)
  })

  test('answers a key that nobody has in the same words', async () => {
    const stranger = new Authenticator(origin)
    const { person } = await scene.holder()
    stranger.create((await scene.begun(person)).options)
    expect(await scene.enter(stranger)).toEqual(unknown)
    const { step } = await beginPasskey(scene.deps(), here)
    for (const answer of ['', 'null', '{}'])
      expect(await signInWithPasskey(scene.deps(), here, { step, answer, ...from })).toMatchObject({
        ok: false,
      })
  })

  test('takes each challenge once, even of a key that does not count', async () => {
    const { device } = await scene.holder({ counts: false })
    const { options, step } = await beginPasskey(scene.deps(), here)
    const given = { step, answer: device.get(options), ...from }
    const both = await Promise.all([1, 2].map(() => signInWithPasskey(scene.deps(), here, given)))
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await signInWithPasskey(scene.deps(), here, given)).toEqual(over)
  })

  test('takes it from the browser that asked for it, and not for long', async () => {
    const { person, device } = await scene.holder()
    const { options, step } = await beginPasskey(scene.deps(), here)
    const { step: other } = await beginPasskey(scene.deps(), here)
    const answer = device.get(options)
    const given = { answer, ...from }
    expect(await signInWithPasskey(scene.deps(), here, { ...given, step: other })).toEqual(unknown)
    const { step: adding } = await scene.begun(person)
    for (const wrong of ['', 'made up', adding])
      expect(await signInWithPasskey(scene.deps(), here, { ...given, step: wrong })).toEqual(over)
    scene.now += limits.passkeyStepMs
    expect(await signInWithPasskey(scene.deps(), here, { ...given, step })).toEqual(over)
    scene.now -= 1
    expect(await signInWithPasskey(scene.deps(), here, { ...given, step })).toMatchObject({
      ok: true,
    })
  })

  test('refuses a counter that stands still or goes back; one that does not count passes', async () => {
    const { person, device } = await scene.holder()
    expect(await scene.enter(device)).toMatchObject({ ok: true })
    const last = device.counter
    for (const counter of [last, last - 1, 0])
      expect(await scene.enter(device, { counter })).toEqual(unknown)
    expect(await scene.auditOf(person.userId)).toContainEqual(
      expect.objectContaining({ detail: { wrong: 'passkey counter', ip: from.ip } }),
    )
    expect(await scene.enter(device, { counter: last + 100 })).toMatchObject({ ok: true })
    const { device: uncounted } = await scene.holder({ counts: false })
    for (let n = 0; n < 2; n++) expect(await scene.enter(uncounted)).toMatchObject({ ok: true })
  })

  test('at another address of the relay is another matter', async () => {
    const { device } = await scene.holder()
    const there = site('https://other.example.com')
    expect(await scene.enter(device, { origin: there.origin }, there)).toEqual(unknown)
  })

  test('guessing costs a wait, of the key and of the network', async () => {
    const { device } = await scene.holder()
    await scene.enter(device, { spoil: true })
    await scene.db.orm.update(throttles).set({ failures: limits.signInFreeTries.network + 8 })
    await scene.enter(device, { spoil: true })
    expect(await scene.enter(device)).toMatchObject({ ok: false, problem: 'wait' })
    await scene.db.orm.delete(throttles)
    expect(await scene.enter(device)).toMatchObject({ ok: true })
    expect(await scene.db.orm.select().from(throttles)).toMatchObject([{ failures: 0 }])
  })
})

describe('gone are passkeys', () => {
  test('that their person removes, and no others', async () => {
    const [mine, theirs] = [await scene.holder(), await scene.holder()]
    const [key] = await passkeysOf(scene.orm, mine.person)
    const id = key?.id ?? ''
    expect(await removePasskey(scene.orm, theirs.person, id)).toBe(false)
    expect(await removePasskey(scene.orm, mine.person, 'nonsense')).toBe(false)
    expect(await scene.enter(mine.device)).toMatchObject({ ok: true })
    expect(await removePasskey(scene.orm, mine.person, id)).toBe(true)
    expect(await scene.enter(mine.device)).toEqual(unknown)
    expect(await scene.enter(theirs.device)).toMatchObject({ ok: true })
    expect(await scene.auditOf(mine.person.userId)).toContainEqual(
      expect.objectContaining({
        action: 'passkey.removed',
        detail: { passkey: id, name: 'phone' },
      }),
    )
  })

  test('with a link for a new password, which says so before', async () => {
    const { person, device } = await scene.holder()
    const { userId } = person
    const wanted = { userId, codes: false, actor: 'test', partnerId: null }
    const made = await makeReset(scene.orm, wanted)
    const token = made.ok ? made.token : ''
    expect(await resetOf(scene.orm, token)).toMatchObject({ passkeys: true, codes: false })
    expect(await resetPassword(scene.orm, token, 'a quite different one')).toEqual({ ok: true })
    expect(await scene.enter(device)).toEqual(unknown)
    expect(await scene.auditOf(userId)).toContainEqual(
      expect.objectContaining({ action: 'password.reset', detail: { codes: false, passkeys: 1 } }),
    )
    const next = await makeReset(scene.orm, wanted)
    expect(await resetOf(scene.orm, next.ok ? next.token : '')).toMatchObject({ passkeys: false })
  })

  test('with every other way in, when an OpenID account is linked', async () => {
    const { person, device } = await scene.holder()
    const identity = { issuer: 'https://id.example', subject: person.userId, email: person.email }
    expect(await recognise(scene.orm, identity)).toMatchObject({ ok: true })
    expect(await scene.enter(device)).toEqual(unknown)
  })

  test('with their person', async () => {
    const { person, device } = await scene.holder()
    await scene.db.orm.delete(users).where(eq(users.id, person.userId))
    expect(await passkeysOf(scene.orm, person)).toEqual([])
    expect(await scene.enter(device)).toEqual(unknown)
  })

  test('but not when the password is changed by who knows it', async () => {
    const { person, device } = await scene.holder()
    const change = { current: password, password: 'a quite different one' }
    expect(await changePassword(scene.orm, person, change)).toEqual({ ok: true })
    expect(await scene.enter(device)).toMatchObject({ ok: true })
  })

  test('no session comes of one that is removed in that very moment', async () => {
    const { person, device } = await scene.holder()
    const { options, step } = await beginPasskey(scene.deps(), here)
    const given = { step, answer: device.get(options), ...from }
    let entering: ReturnType<typeof signInWithPasskey> | undefined
    await scene.db.orm.transaction(async (tx) => {
      await tx.select().from(users).where(eq(users.id, person.userId)).for('update')
      entering = signInWithPasskey(scene.deps(), here, given)
      const early = new Promise((resolve) => setTimeout(() => resolve('waits'), 300))
      expect(await Promise.race([entering, early])).toBe('waits')
      await tx.delete(passkeys).where(eq(passkeys.userId, person.userId))
    })
    expect(await entering).toEqual(unknown)
  })
})

test('answered challenges are forgotten once their step is over in any case', async () => {
  await scene.db.orm.delete(passkeyChallenges)
  const ages = [limits.passkeyStepMs * 2, limits.passkeyChallengeMs + 1000]
  await scene.db.orm.insert(passkeyChallenges).values(
    ages.map((age) => ({
      challenge: Buffer.from(String(age)),
      takenAt: new Date(Date.now() - age),
    })),
  )
  await tidyAccess(scene.orm)
  const left = await scene.db.orm.select().from(passkeyChallenges)
  expect(left.map(({ challenge }) => challenge.toString())).toEqual([String(ages[0])])
})
