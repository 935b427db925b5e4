// OpenID providers on this machine: a real one, at which one is signed in by being sent there; and one
// that answers with whatever ID token it is told to.
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import { SignJWT } from 'jose'
import { Provider } from 'oidc-provider'

export const client = { id: 'relay', secret: 'relay-secret-relay-secret-relay-secret' }

/** What the provider says of the person. */
export interface Claims {
  sub: string
  email?: string | undefined
  email_verified?: boolean | string | undefined
}

export interface Issuer {
  url: string
  /** Who sits before it; undefined: somebody who leaves. */
  person: Claims | undefined
  /** The paths that were asked for. */
  asked: string[]
  stop(): Promise<void>
}

/** `emailIn`: where it names the email. */
export async function openIssuer({
  redirectUri,
  emailIn = 'id_token',
  port = 0,
}: {
  redirectUri: string
  emailIn?: 'id_token' | 'userinfo'
  port?: number
}): Promise<Issuer> {
  let listener: RequestListener = () => {}
  const asked: string[] = []
  const { url, stop } = await listening((request, response) => {
    asked.push(new URL(request.url ?? '', url).pathname)
    listener(request, response)
  }, port)
  const issuer: Issuer = { url, person: undefined, asked, stop }
  const people = new Map<string, Claims>()
  const provider = new Provider(url, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: emailIn === 'userinfo',
    cookies: { keys: ['a key of the tests'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => people.get(id) }),
    jwks: { keys: [{ ...newKey().export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    loadExistingGrant: consent,
    pkce: { required: () => true },
    ttl: { AccessToken: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
  })
  const callback = provider.callback()
  listener = (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) return callback(request, response)
    const { person } = issuer
    if (person !== undefined) people.set(person.sub, person)
    const result =
      person === undefined ? { error: 'access_denied' } : { login: { accountId: person.sub } }
    void provider.interactionFinished(request, response, result)
  }
  return issuer
}

interface ConsentContext {
  oidc: {
    client: { clientId: string }
    session: { accountId: string }
    provider: { Grant: new (of: object) => { addOIDCScope(scope: string): void; save(): unknown } }
  }
}

/** Nobody is asked whether they agree. */
async function consent({ oidc }: ConsentContext) {
  const { clientId } = oidc.client
  const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session.accountId })
  grant.addOIDCScope('openid email')
  await grant.save()
  return grant
}

export interface Forgery {
  claims?: Record<string, unknown>
  key?: KeyObject
  algorithm?: 'RS256' | 'HS256' | 'none'
}

export interface Forger {
  url: string
  /** The nonce that was asked for, and what else the next ID token says. */
  next: { nonce: string; forgery: Forgery }
  /** It takes questions and answers none. */
  hangs: boolean
  stop(): Promise<void>
}

export async function openForger(person: Claims): Promise<Forger> {
  const key = newKey()
  const { url, stop } = await listening((request, response) => {
    if (forger.hangs) return
    const answers: Record<string, () => unknown> = {
      '/.well-known/openid-configuration': () => ({
        issuer: url,
        authorization_endpoint: `${url}/auth`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/jwks`,
      }),
      '/jwks': () => ({ keys: [{ ...key.export({ format: 'jwk' }), d: undefined, kid: 'one' }] }),
      '/token': async () => ({
        access_token: 'access',
        token_type: 'bearer',
        id_token: await idToken(url, person, key, forger.next),
      }),
    }
    response.setHeader('content-type', 'application/json')
    void Promise.resolve(answers[request.url ?? '']?.()).then((answer) =>
      response.end(JSON.stringify(answer)),
    )
  })
  const forger: Forger = { url, next: { nonce: '', forgery: {} }, hangs: false, stop }
  return forger
}

async function idToken(url: string, person: Claims, own: KeyObject, next: Forger['next']) {
  const { claims, key = own, algorithm = 'RS256' } = next.forgery
  const now = Math.floor(Date.now() / 1000)
  const times = { iat: now, exp: now + 60 }
  const said = { iss: url, aud: client.id, nonce: next.nonce, ...times, ...person, ...claims }
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  if (algorithm === 'none') return `${part({ alg: 'none' })}.${part(said)}.`
  const header = { alg: algorithm, kid: 'one' }
  const secret = algorithm === 'HS256' ? Buffer.from(client.secret) : key
  return new SignJWT(said).setProtectedHeader(header).sign(secret)
}

export const newKey = (): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

async function listening(listener: RequestListener, port = 0) {
  const server = createServer(listener)
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const stop = () =>
    new Promise<void>((done) => {
      server.close(() => done())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${address.port}`, stop }
}
