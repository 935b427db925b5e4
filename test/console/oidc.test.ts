// Signing in at an OpenID provider, as a browser does it: to the provider and back. Who comes in, who
// does not, and what they are told.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { invite } from '../../src/access/members.ts'
import { users } from '../../src/db/schema.ts'
import { consoleRoutes } from '../../src/console/index.ts'
import { makeUser } from '../access/people.ts'
import { makePartner } from '../support/partner.ts'
import { openIssuer, type Issuer } from './issuers.ts'
import {
  callback,
  isSignedIn,
  openScene,
  paragraph,
  someone,
  upToCallback,
  type Scene,
} from './oidc-scene.ts'
import { consoleParts } from './parts.ts'
import { home, Surfer } from './surfer.ts'

let scene: Scene
let issuer: Issuer

beforeAll(async () => {
  scene = await openScene()
  issuer = await openIssuer({ redirectUri: callback })
})
afterAll(async () => {
  await issuer.stop()
  await scene.close()
})
beforeEach(() => {
  scene.told = []
})

const verified = (email: string) => ({ sub: `sub of ${email}`, email, email_verified: true })

describe('somebody with an account here', () => {
  test('is known by the verified email first, and from then on by the provider’s subject', async () => {
    const email = someone()
    const userId = await makeUser(scene.db, email)
    const surfer = scene.surfer(issuer.url)
    expect((await surfer.get('/signin')).html).toContain('Sign in with Acme ID')
    issuer.person = verified(email.toUpperCase())
    expect((await surfer.post('/signin/oidc')).html).toContain(email)
    expect(await scene.audited('identity.linked', userId)).toEqual([{ issuer: issuer.url }])

    issuer.person = { ...issuer.person, email: someone(), email_verified: false }
    const again = scene.surfer(issuer.url)
    const seen = await again.post('/signin/oidc')
    expect([seen.url, seen.html.includes(email)]).toEqual([`${home}/console`, true])
    expect(await scene.audited('identity.linked', userId)).toHaveLength(1)
    expect(await scene.audited('signin.done', userId)).toEqual([
      { how: 'oidc', ip: '' },
      { how: 'oidc', ip: '' },
    ])
    expect(scene.told).toEqual([])
  })

  test('is alone in the account from then on: it may have been made by whoever knew the email', async () => {
    const email = someone()
    const { partnerId } = await makePartner(scene.db)
    const role = 'viewer'
    const made = await invite(scene.relayDb.orm, { partnerId, email, role, actor: 'test' })
    const other = new Surfer(consoleRoutes(consoleParts(scene.relayDb)))
    await other.post(`/join/${made.ok ? made.token : ''}`, { password: 'another password' })
    expect(await isSignedIn(other)).toBe(true)

    issuer.person = verified(email)
    const theirs = scene.surfer(issuer.url)
    await theirs.post('/signin/oidc')
    expect([await isSignedIn(theirs), await isSignedIn(other)]).toEqual([true, false])
    await other.post('/signin', { email, password: 'another password' })
    expect(await isSignedIn(other)).toBe(false)
  })

  test('is known as well where the provider names the email only when asked for it', async () => {
    const shy = await openIssuer({ redirectUri: callback, emailIn: 'userinfo' })
    const email = someone()
    await makeUser(scene.db, email)
    for (const isVerified of [false, true]) {
      shy.person = { ...verified(email), email_verified: isVerified }
      const surfer = scene.surfer(shy.url)
      await surfer.post('/signin/oidc')
      expect(await isSignedIn(surfer)).toBe(isVerified)
    }
    expect(shy.asked).toContain('/me')
    await shy.stop()
  })

  test.each([
    ['says that the email is not verified', { email_verified: false }],
    ['says “true” in letters', { email_verified: 'true' }],
    ['does not say whether it is', { email_verified: undefined }],
    ['names no email', { email: undefined }],
    ['names what is no address', { email: 'nobody' }],
  ])('stays outside when the provider %s', async (_, said) => {
    const email = someone()
    const userId = await makeUser(scene.db, email)
    issuer.person = { ...verified(email), ...said }
    const surfer = scene.surfer(issuer.url)
    const seen = await surfer.post('/signin/oidc')
    expect([seen.status, paragraph(seen)]).toEqual([
      403,
      expect.stringContaining('Acme ID does not confirm'),
    ])
    expect(await isSignedIn(surfer)).toBe(false)
    expect(await scene.audited('identity.linked', userId)).toEqual([])
  })
})

test('somebody without an account is told to ask for an invitation, and none is made', async () => {
  const email = someone()
  issuer.person = verified(email)
  const surfer = scene.surfer(issuer.url)
  const seen = await surfer.post('/signin/oidc')
  expect([seen.status, paragraph(seen)]).toEqual([403, expect.stringContaining('an invitation')])
  surfer.language = 'ru'
  expect(paragraph(await surfer.post('/signin/oidc'))).toContain('прислать приглашение')
  expect(await isSignedIn(surfer)).toBe(false)
  const made = await scene.db.orm.select().from(users).where(eq(users.email, email))
  expect(made).toEqual([])
})

describe('an invitation', () => {
  async function invitation(email: string): Promise<string> {
    const { partnerId } = await makePartner(scene.db)
    const made = await invite(scene.relayDb.orm, {
      partnerId,
      email,
      role: 'editor',
      actor: 'test',
    })
    if (!made.ok) throw new Error(made.problem)
    return made.token
  }

  /** As the form on the page says. */
  async function accept(surfer: Surfer, token: string) {
    const { html } = await surfer.get(`/join/${token}`)
    expect(html).toContain('Accept with Acme ID')
    const hidden = /name="invitation" value="([^"]+)"/.exec(html)?.[1] ?? ''
    return surfer.post('/signin/oidc', { invitation: hidden }, `${home}/console`)
  }

  test('makes an account without a password, and works once', async () => {
    const email = someone()
    const token = await invitation(email)
    issuer.person = verified(email)
    const surfer = scene.surfer(issuer.url)
    const seen = await accept(surfer, token)
    expect(seen.url).toBe(`${home}/console`)
    expect((await surfer.get('/console?all')).html).toContain('Editor')
    const [user] = await scene.db.orm.select().from(users).where(eq(users.email, email))
    expect(user?.passwordHash).toBeNull()
    expect(await scene.audited('member.joined', user?.id ?? '')).toHaveLength(1)
    expect(await scene.audited('identity.linked', user?.id ?? '')).toHaveLength(1)
    const again = await scene.surfer(issuer.url).post('/signin/oidc', { invitation: token })
    expect([again.status, again.html.includes('This invitation is over')]).toEqual([404, true])
    expect(await isSignedIn(surfer)).toBe(true)
  })

  test('of somebody with an account is theirs to accept, too', async () => {
    const email = someone()
    await makeUser(scene.db, email)
    issuer.person = verified(email)
    const surfer = scene.surfer(issuer.url)
    await accept(surfer, await invitation(email))
    expect((await surfer.get('/console?all')).html).toContain('Editor')
  })

  test('is not accepted by another email, nor by one that is not verified', async () => {
    const email = someone()
    const token = await invitation(email)
    const [stranger, colleague] = [someone(), someone()]
    await makeUser(scene.db, colleague)
    for (const person of [
      verified(stranger),
      verified(colleague),
      { ...verified(email), email_verified: false },
    ]) {
      issuer.person = person
      const surfer = scene.surfer(issuer.url)
      expect((await accept(surfer, token)).status).toBe(403)
      expect(await isSignedIn(surfer)).toBe(false)
    }
    issuer.person = verified(email)
    expect((await accept(scene.surfer(issuer.url), token)).url).toBe(`${home}/console`)
  })
})

describe('what is kept in the browser on the way', () => {
  test('is one sealed cookie for ten minutes, which scripts do not see, and which goes', async () => {
    const email = someone()
    issuer.person = verified(email)
    await makeUser(scene.db, email)
    const surfer = scene.surfer(issuer.url)
    const begun = await surfer.post('/signin/oidc', {}, issuer.url)
    expect(begun.set).toEqual([
      expect.stringMatching(
        /^moab_relay_oidc=[\w.-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/,
      ),
    ])
    const asked = new URL(begun.url).searchParams
    expect(asked.get('code_challenge_method')).toBe('S256')
    const sealed = (surfer.cookies.get('moab_relay_oidc') ?? '').split('.')
    const readable = sealed.map((part) => Buffer.from(part, 'base64url').toString('latin1')).join()
    for (const name of ['state', 'nonce']) expect(readable).not.toContain(asked.get(name))
    await surfer.get(begun.url)
    expect([...surfer.cookies.keys()]).toEqual(['moab_relay'])
  })

  test('is for https alone where the relay is https', async () => {
    const surfer = scene.surfer(issuer.url, { publicUrl: 'https://relay.example.com' })
    const begun = await surfer.post('/signin/oidc', {}, issuer.url)
    expect(begun.set[0]).toMatch(/^__Host-moab_relay_oidc=.*; Path=\/; HttpOnly; Secure/)
    expect(new URL(begun.url).searchParams.get('redirect_uri')).toBe(
      'https://relay.example.com/signin/oidc/callback',
    )
  })
})

test('the way ends in the console, whatever address a request names', async () => {
  const evil = 'https://evil.example/'
  const email = someone()
  issuer.person = verified(email)
  await makeUser(scene.db, email)
  const surfer = scene.surfer(issuer.url)
  const fields = { next: evil, redirect_uri: evil, return_to: evil, invitation: evil }
  const { url } = await surfer.post(`/signin/oidc?next=${evil}`, fields, callback)
  const last = await surfer.get(`${url}&next=${evil}&redirect_uri=${evil}`, home)
  expect([last.status, last.url]).toEqual([303, `${home}/console`])
})

test('without a provider there is neither button nor route', async () => {
  const surfer = new Surfer(consoleRoutes(consoleParts(scene.relayDb)))
  expect((await surfer.get('/signin')).html).not.toContain('oidc')
  expect((await surfer.post('/signin/oidc')).status).toBe(404)
  expect((await surfer.get('/signin/oidc/callback?code=a&state=b')).status).toBe(404)
})

test('what the provider says of itself is asked for once an hour', async () => {
  const surfer = scene.surfer(issuer.url)
  const path = '/.well-known/openid-configuration'
  const times = () => issuer.asked.filter((each) => each === path).length
  const before = times()
  await Promise.all([1, 2, 3].map(() => surfer.post('/signin/oidc', {}, issuer.url)))
  expect(times() - before).toBe(1)
  scene.now += 3_600_000
  await upToCallback(surfer)
  expect(times() - before).toBe(2)
})
