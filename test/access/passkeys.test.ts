// Passkeys: where they can be, and who may add one.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { beginAdding, finishAdding, passkeysOf } from '../../src/access/passkeys.ts'
import { endSession } from '../../src/access/sessions.ts'
import { siteOf } from '../../src/access/webauthn.ts'
import { passkeys, throttles } from '../../src/db/access/schema.ts'
import { users } from '../../src/db/schema.ts'
import { uuidv7 } from '../../src/ids.ts'
import { limits } from '../../src/limits.ts'
import { Authenticator, type Bent } from './authenticator.ts'
import { here, openPasskeyScene, origin, type PasskeyScene } from './passkey-scene.ts'
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

describe('where passkeys are', () => {
  test.each([
    ['https://relay.example.com', 'relay.example.com'],
    ['https://relay.example.com:8443/some/path', 'relay.example.com'],
    ['https://relay', 'relay'],
    ['http://localhost:8080', 'localhost'],
    ['http://relay.localhost', 'relay.localhost'],
  ])('%s', (url, rpId) => {
    expect(siteOf(url)).toEqual({ rpId, origin: new URL(url).origin })
  })

  test.each([
    'http://relay.example.com',
    'http://127.0.0.1:8080',
    'https://203.0.113.7',
    'https://[::1]',
  ])('not at %s', (url) => {
    expect(siteOf(url)).toBeUndefined()
  })
})

describe('adding one', () => {
  test('asks for a key that finds its person, and for the person', async () => {
    const person = await scene.somebody()
    const { options } = await scene.begun(person)
    expect(options).toMatchObject({
      rp: { id: 'relay.example.com' },
      user: { name: person.email },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [],
    })
    expect(options.pubKeyCredParams.map(({ alg }) => alg)).toEqual([-8, -7, -257])
    expect(Buffer.from(options.challenge, 'base64url').length).toBeGreaterThanOrEqual(32)
    expect(Buffer.from(options.user.id, 'base64url').toString()).not.toContain('@')
  })

  test('keeps the public half, with its name, and says so in the audit', async () => {
    const { person, device } = await scene.holder()
    const [row] = await passkeysOf(scene.orm, person)
    expect(row).toMatchObject({ name: 'phone', rpId: 'relay.example.com', usedAt: null })
    expect(row?.credentialId).toEqual(device.held?.id)
    expect(await scene.auditOf(person.userId)).toContainEqual({
      action: 'passkey.added',
      actor: `user:${person.userId}`,
      detail: { passkey: row?.id, name: 'phone' },
    })
    const { options } = await scene.begun(person)
    expect(options.excludeCredentials).toMatchObject([
      { id: device.held?.id.toString('base64url') },
    ])
  })

  test('needs the password, guessed no faster than at the door', async () => {
    const person = await scene.somebody()
    const given = { name: 'phone', current: 'wrong' }
    expect(await beginAdding(scene.deps(), person, here, given)).toMatchObject({
      problem: 'current',
    })
    await scene.db.orm.update(throttles).set({ failures: limits.signInFreeTries.email + 8 })
    await beginAdding(scene.deps(), person, here, given)
    const right = { name: 'phone', current: password }
    expect(await beginAdding(scene.deps(), person, here, right)).toMatchObject({ problem: 'wait' })
  })

  test('needs none where there is none: whoever signs in elsewhere', async () => {
    const person = await scene.somebody()
    await scene.db.orm.update(users).set({ passwordHash: null }).where(eq(users.id, person.userId))
    const given = { name: 'phone', current: '' }
    expect(await beginAdding(scene.deps(), person, here, given)).toMatchObject({ ok: true })
  })

  test.each(['', '   ', 'x'.repeat(limits.nameCharsMax + 1), 'a\u0000b', 'a\nb', '\ud800'])(
    'not under the name %j',
    async (name) => {
      const given = { name, current: password }
      expect(await beginAdding(scene.deps(), await scene.somebody(), here, given)).toMatchObject({
        problem: 'name',
      })
    },
  )

  test('ends at so many', async () => {
    const { person } = await scene.holder()
    const { options, step } = await scene.begun(person)
    await scene.db.orm.insert(passkeys).values(
      Array.from({ length: limits.passkeysPerUserMax - 1 }, () => ({
        id: uuidv7(),
        userId: person.userId,
        rpId: 'relay.example.com',
        name: 'x',
        credentialId: Buffer.from(uuidv7()),
        publicKey: Buffer.of(1),
        counter: 0,
      })),
    )
    const many = { ok: false, problem: 'many' }
    const answer = new Authenticator(origin).create(options)
    expect(await finishAdding(scene.deps(), person, here, { step, answer })).toEqual(many)
    const given = { name: 'one more', current: password }
    expect(await beginAdding(scene.deps(), person, here, given)).toEqual(many)
  })

  test.each<[string, Bent]>([
    ['for another origin', { origin: 'https://evil.example' }],
    ['for another host', { rpId: 'evil.example' }],
    ['for another challenge', { challenge: Buffer.alloc(32).toString('base64url') }],
    ['that is an answer at sign-in', { type: 'webauthn.get' }],
    ['of a device that has not seen its owner', { flags: 1 }],
    ['of a device at which nobody was', { flags: 4 }],
  ])('refuses a key %s', async (_, bent) => {
    const person = await scene.somebody()
    expect(await scene.add(person, new Authenticator(origin), bent)).toEqual({
      ok: false,
      problem: 'unfit',
    })
    expect(await passkeysOf(scene.orm, person)).toEqual([])
  })

  test.each(['', 'null', '{}', '[]', 'not JSON', '{"id":"*","type":"public-key","response":{}}'])(
    'refuses %s',
    async (answer) => {
      const person = await scene.somebody()
      const { step } = await scene.begun(person)
      expect(await finishAdding(scene.deps(), person, here, { step, answer })).toEqual({
        ok: false,
        problem: 'unfit',
      })
    },
  )

  test('looks through no certificate of its maker: in one stand addresses that would be asked', async () => {
    const person = await scene.somebody()
    for (const attestation of ['certified', 'tpm', 'apple'] as const)
      expect(await scene.add(person, new Authenticator(origin), { attestation })).toEqual({
        ok: false,
        problem: 'unfit',
      })
    for (const attestation of ['none', 'own'] as const)
      expect(await scene.add(person, new Authenticator(origin), { attestation })).toEqual({
        ok: true,
      })
  })

  test('takes each challenge once, from whom it was made for, and not for long', async () => {
    const [person, other] = [await scene.somebody(), await scene.somebody()]
    const { options, step } = await scene.begun(person)
    const given = { step, answer: new Authenticator(origin).create(options) }
    expect(await finishAdding(scene.deps(), other, here, given)).toEqual(over)
    const elsewhere = await scene.signedIn(person.userId)
    expect(await finishAdding(scene.deps(), elsewhere, here, given)).toEqual(over)
    scene.now += limits.passkeyStepMs
    expect(await finishAdding(scene.deps(), person, here, given)).toEqual(over)
    scene.now -= 1
    expect(await finishAdding(scene.deps(), person, here, given)).toEqual({ ok: true })
    const again = { step, answer: new Authenticator(origin).create(options) }
    expect(await finishAdding(scene.deps(), person, here, again)).toEqual(over)
    expect(await finishAdding(scene.deps(), person, here, { ...again, step: 'made up' })).toEqual(
      over,
    )
  })

  test('takes no key that is somebody’s already', async () => {
    const { person } = await scene.holder()
    const thief = await scene.somebody()
    const { options, step } = await scene.begun(thief)
    const device = new Authenticator(origin)
    const answer = device.create(options)
    const credentialId = device.held?.id ?? Buffer.alloc(0)
    await scene.db.orm
      .update(passkeys)
      .set({ credentialId })
      .where(eq(passkeys.userId, person.userId))
    expect(await finishAdding(scene.deps(), thief, here, { step, answer })).toEqual({
      ok: false,
      problem: 'known',
    })
  })

  test('is over as soon as the session is', async () => {
    const person = await scene.somebody()
    const { options, step } = await scene.begun(person)
    await endSession(scene.orm, person, person.sessionId)
    const answer = new Authenticator(origin).create(options)
    expect(await finishAdding(scene.deps(), person, here, { step, answer })).toEqual(over)
    expect(await passkeysOf(scene.orm, person)).toEqual([])
  })
})
