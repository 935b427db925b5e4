// Everything that can go wrong between the console and an OpenID provider: nobody is signed in, a page
// says what to do in the reader's language, and no code or token is told to anybody.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeUser } from '../access/people.ts'
import { client, newKey, openForger, openIssuer, type Forger, type Issuer } from './issuers.ts'
import {
  callback,
  isSignedIn,
  openScene,
  paragraph,
  someone,
  upToCallback,
  type Scene,
} from './oidc-scene.ts'
import type { Seen, Surfer } from './surfer.ts'

let scene: Scene
let issuer: Issuer
const email = someone()
const person = { sub: 'one', email, email_verified: true }

beforeAll(async () => {
  scene = await openScene()
  await makeUser(scene.db, email)
  issuer = await openIssuer({ redirectUri: callback })
})
afterAll(async () => {
  await issuer.stop()
  await scene.close()
})
beforeEach(() => {
  scene.told = []
  issuer.person = person
})

const words = {
  over: [/took too long, or was begun in another window/, /Прошло слишком много времени/],
  cancelled: [/was cancelled at Acme ID/, /отменили вход на стороне Acme ID/],
  foreign: [/cannot be trusted/, /нельзя доверять/],
  unavailable: [/does not answer as it should/, /не отвечает как следует/],
} as const

const cookie = 'moab_relay_oidc'

/** Each goes to the provider, comes back wrongly, and tells what is seen. */
const ways: Record<
  string,
  [Exclude<keyof typeof words, 'foreign'>, (it: Surfer) => Promise<Seen>]
> = {
  'another state': [
    'over',
    async (surfer) => {
      const url = await upToCallback(surfer)
      url.searchParams.set('state', 'another')
      return surfer.get(url.href)
    },
  ],
  'no state': [
    'over',
    async (surfer) => {
      const url = await upToCallback(surfer)
      url.searchParams.delete('state')
      return surfer.get(url.href)
    },
  ],
  'no cookie': [
    'over',
    async (surfer) => {
      const url = await upToCallback(surfer)
      surfer.cookies.clear()
      return surfer.get(url.href)
    },
  ],
  'a cookie of somebody’s making': [
    'over',
    async (surfer) => {
      const url = await upToCallback(surfer)
      surfer.cookies.set(cookie, 'e30.e30.e30')
      return surfer.get(url.href)
    },
  ],
  'the link of somebody else, who wants the reader in their account': [
    'over',
    async (surfer) => {
      const url = await upToCallback(scene.surfer(issuer.url))
      await surfer.post('/signin/oidc', {}, issuer.url)
      return surfer.get(url.href)
    },
  ],
  'ten minutes': [
    'over',
    async (surfer) => {
      const url = await upToCallback(surfer)
      scene.now += 600_000
      return surfer.get(url.href)
    },
  ],
  'a code that was used already': [
    'over',
    async (surfer) => {
      const url = await upToCallback(surfer)
      const step = surfer.cookies.get(cookie) ?? ''
      await surfer.get(url.href)
      expect(await isSignedIn(surfer)).toBe(true)
      surfer.cookies.clear()
      expect((await surfer.get(url.href)).status).toBe(400)
      surfer.cookies.set(cookie, step)
      return surfer.get(url.href)
    },
  ],
  'a change of mind': [
    'cancelled',
    async (surfer) => {
      issuer.person = undefined
      return surfer.post('/signin/oidc')
    },
  ],
  'another trouble of the provider': [
    'unavailable',
    async (surfer) => {
      const url = await upToCallback(surfer)
      url.searchParams.delete('code')
      url.searchParams.set('error', 'temporarily_unavailable')
      return surfer.get(url.href)
    },
  ],
}

const status = { over: 400, foreign: 400, cancelled: 403, unavailable: 503 } as const

describe.each([
  ['en', 0],
  ['ru', 1],
] as const)('in %s', (language, index) => {
  test.each(Object.entries(ways))('%s leads nowhere', async (_, [problem, way]) => {
    const surfer = scene.surfer(issuer.url)
    surfer.language = language
    const seen = await way(surfer)
    expect(paragraph(seen)).toMatch(words[problem][index])
    expect([seen.status, await isSignedIn(surfer)]).toEqual([status[problem], false])
    expect([...surfer.cookies.keys()]).toEqual([])
    expect(scene.told).toHaveLength(problem === 'unavailable' ? 1 : 0)
  })

  test('a provider that is down is told of, and works again as soon as it is up', async () => {
    const first = await openIssuer({ redirectUri: callback })
    const surfer = scene.surfer(first.url)
    surfer.language = language
    await first.stop()
    const seen = await surfer.post('/signin/oidc')
    expect([seen.status, paragraph(seen)]).toEqual([
      503,
      expect.stringMatching(words.unavailable[index]),
    ])
    const port = Number(new URL(first.url).port)
    const second = await openIssuer({ redirectUri: callback, port })
    second.person = person
    const url = await upToCallback(surfer)
    await second.stop()
    expect((await surfer.get(url.href)).status).toBe(503)
    expect(await isSignedIn(surfer)).toBe(false)
    const third = await openIssuer({ redirectUri: callback, port })
    third.person = person
    await surfer.post('/signin/oidc')
    expect(await isSignedIn(surfer)).toBe(true)
    await third.stop()
    const told = scene.told.map((error) => (error instanceof Error ? error.message : error))
    expect(told).toHaveLength(2)
    expect(JSON.stringify(told)).not.toContain(url.searchParams.get('code'))
  })
})

describe('a provider that answers with', () => {
  let forger: Forger

  beforeAll(async () => {
    forger = await openForger(person)
  })
  afterAll(() => forger.stop())

  async function comeBack(forgery: Forger['next']['forgery'], more = ''): Promise<[Surfer, Seen]> {
    const surfer = scene.surfer(forger.url)
    const { searchParams } = new URL((await surfer.post('/signin/oidc', {}, forger.url)).url)
    forger.next = { nonce: searchParams.get('nonce') ?? '', forgery }
    const state = searchParams.get('state') ?? ''
    return [surfer, await surfer.get(`${callback}?code=any&state=${state}${more}`)]
  }

  test('a good ID token lets in: the others fail by what is wrong in them', async () => {
    const [surfer] = await comeBack({})
    expect(await isSignedIn(surfer)).toBe(true)
  })

  test.each<[string, Forger['next']['forgery']]>([
    ['the nonce of another sign-in', { claims: { nonce: 'another' } }],
    ['no nonce', { claims: { nonce: undefined } }],
    ['another issuer', { claims: { iss: 'https://other.example.com' } }],
    ['another audience', { claims: { aud: 'other' } }],
    ['two audiences, made for the other', { claims: { aud: [client.id, 'other'], azp: 'other' } }],
    ['an ID token of yesterday', { claims: { iat: 1, exp: 2 } }],
    ['no subject', { claims: { sub: undefined } }],
    ['a signature by a foreign key', { key: newKey() }],
    ['a signature by the client secret', { algorithm: 'HS256' }],
    ['no signature', { algorithm: 'none' }],
  ])('%s lets nobody in', async (_, forgery) => {
    const [surfer, seen] = await comeBack(forgery)
    expect([seen.status, paragraph(seen)]).toEqual([400, expect.stringMatching(words.foreign[0])])
    expect(await isSignedIn(surfer)).toBe(false)
    expect(scene.told).toHaveLength(1)
  })

  test('the name of a second provider lets nobody in', async () => {
    const [surfer, seen] = await comeBack({}, `&iss=${encodeURIComponent(issuer.url)}`)
    expect([seen.status, await isSignedIn(surfer)]).toEqual([400, false])
  })

  test('nothing at all is waited for five seconds', async () => {
    const surfer = scene.surfer(forger.url)
    forger.hangs = true
    const started = performance.now()
    expect((await surfer.post('/signin/oidc')).status).toBe(503)
    expect(performance.now() - started).toBeLessThan(7000)
    forger.hangs = false
    expect((await surfer.post('/signin/oidc', {}, forger.url)).status).toBe(200)
  })
})
