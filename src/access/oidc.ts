// Signing in at an OpenID provider: authorization code flow with PKCE, state and nonce. Nothing the
// provider says is believed before openid-client has checked it: issuer, audience, times, nonce, and the
// signature with the provider's published keys. Codes and tokens are used here, once; they are neither
// kept nor logged. One-time codes of ours are not asked for: a second step is the provider's business.
import type * as Client from 'openid-client'
import { z } from 'zod'
import type { OidcSettings } from '../config.ts'
import type { Orm } from '../db/open.ts'
import { limits } from '../limits.ts'
import type { Vault } from '../vault.ts'
import { accountEmail } from './account.ts'
import { Gate } from './gate.ts'
import { recognise, type Identity, type Recognised } from './identities.ts'
import { joinWithIdentity, type Admitted } from './members.ts'
import { sealedStep } from './sealed-step.ts'

export interface Oidc {
  /** What people call the provider. */
  name: string
  /** `invitation`: the token of the one that is to be accepted this way. */
  begin(redirectUri: string, invitation?: string): Promise<Begun>
  /** `callback`: the redirect URI with what the provider added; `step`: from the beginning. */
  finish(callback: URL, step: string): Promise<Finished>
}

export type Begun =
  /** `url`: where the browser goes; `step`: what it must bring back, readable to us alone. */
  { ok: true; url: string; step: string } | { ok: false; problem: 'unavailable' }

export type Finished =
  | { ok: true; identity: Identity; invitation?: string | undefined }
  | { ok: false; problem: 'over' | 'cancelled' | 'unavailable' | 'foreign' }

export interface OidcDeps {
  vault: Vault
  /** Unix milliseconds. */
  now(): number
  /** What the provider did wrong, for the operator. */
  failed(error: unknown, doing: string): void
}

export function createOidc(settings: OidcSettings, deps: OidcDeps): Oidc {
  const { vault, now, failed } = deps
  const provider = discovered(settings, now)
  const checks = new Gate(limits.oidcChecksMax, limits.oidcChecksWaitingMax)

  return {
    name: settings.name,

    async begin(redirectUri, invitation) {
      const client = await openIdClient()
      try {
        const [state, nonce] = [client.randomState(), client.randomNonce()]
        const verifier = client.randomPKCECodeVerifier()
        const url = client.buildAuthorizationUrl(await provider(), {
          redirect_uri: redirectUri,
          scope: 'openid email',
          state,
          nonce,
          code_challenge: await client.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        })
        const until = now() + limits.oidcStepMs
        const step = await steps.seal(vault, { state, nonce, verifier, invitation, until })
        return { ok: true, url: url.href, step }
      } catch (error) {
        failed(error, 'oidc')
        return { ok: false, problem: 'unavailable' }
      }
    },

    async finish(callback, sealed) {
      const step = await steps.open(vault, sealed, now())
      if (step === undefined) return { ok: false, problem: 'over' }
      // Begun in another window meanwhile, or by somebody else: no fault of the provider.
      if (callback.searchParams.get('state') !== step.state) return { ok: false, problem: 'over' }
      const client = await openIdClient()
      try {
        const identity = await checks.run(async () =>
          identityFrom(client, await provider(), callback, step),
        )
        if (identity === 'full') return { ok: false, problem: 'unavailable' }
        return { ok: true, identity, invitation: step.invitation }
      } catch (error) {
        const problem = problemOf(client, error)
        if (problem === 'unavailable' || problem === 'foreign')
          failed(readable(client, error), 'oidc')
        return { ok: false, problem }
      }
    },
  }
}

/** Who it is here; or, with the token of an invitation, who it is from now on. */
export async function enter(
  orm: Orm,
  identity: Identity,
  invitation: string | undefined,
): Promise<Recognised | Admitted> {
  const known = await recognise(orm, identity)
  if (invitation === undefined) return known
  if (known.ok) return joinWithIdentity(orm, invitation, { userId: known.userId })
  return known.problem === 'unknown' ? joinWithIdentity(orm, invitation, { identity }) : known
}

/** Loaded when somebody first signs in so: a start does without. */
const openIdClient = () => import('openid-client')

/** What the provider says of itself, asked for once an hour; after a failure again at the next try. */
function discovered(settings: OidcSettings, now: () => number) {
  let known: { since: number; provider: Promise<Client.Configuration> } | undefined
  return () => {
    if (known !== undefined && now() - known.since < limits.oidcAgeMsMax) return known.provider
    const provider = discover(settings)
    const asked = { since: now(), provider }
    known = asked
    provider.catch(() => {
      if (known === asked) known = undefined
    })
    return provider
  }
}

async function discover(settings: OidcSettings): Promise<Client.Configuration> {
  const client = await openIdClient()
  const issuer = new URL(settings.issuer)
  /** Plain http is for this machine only: config.ts has seen to it. */
  const transport = issuer.protocol === 'http:' ? [client.allowInsecureRequests] : []
  return client.discovery(issuer, settings.clientId, {}, authentication(client, settings), {
    // Without it the signature would be left to TLS.
    execute: [client.enableNonRepudiationChecks, ...transport],
    timeout: limits.oidcDeadlineMs / 1000,
  })
}

/** In the body where the provider takes that, else in a header, which is what silence means. */
function authentication(client: typeof Client, { clientSecret }: OidcSettings): Client.ClientAuth {
  const [inBody, inHeader] = [
    client.ClientSecretPost(clientSecret),
    client.ClientSecretBasic(clientSecret),
  ]
  return (server, ...request) => {
    const takesBody = server.token_endpoint_auth_methods_supported?.includes('client_secret_post')
    return (takesBody ? inBody : inHeader)(server, ...request)
  }
}

async function identityFrom(
  client: typeof Client,
  provider: Client.Configuration,
  callback: URL,
  step: Step,
): Promise<Identity> {
  const tokens = await client.authorizationCodeGrant(provider, callback, {
    expectedState: step.state,
    expectedNonce: step.nonce,
    pkceCodeVerifier: step.verifier,
    idTokenExpected: true,
  })
  const claims = tokens.claims()
  if (claims === undefined) throw new Error('an ID token was promised')
  const { iss: issuer, sub: subject } = claims
  // Many providers name the email only when they are asked with the access token.
  const isElsewhere =
    claims['email'] === undefined && provider.serverMetadata().userinfo_endpoint !== undefined
  const about = isElsewhere
    ? await client.fetchUserInfo(provider, tokens.access_token, subject)
    : claims
  return { issuer, subject, email: verifiedEmail(about) }
}

function verifiedEmail(claims: object): string | undefined {
  const { success, data } = WithEmail.safeParse(claims)
  return success ? accountEmail(data.email) : undefined
}

const WithEmail = z.object({ email: z.string(), email_verified: z.literal(true) })

function problemOf(client: typeof Client, error: unknown) {
  if (error instanceof client.AuthorizationResponseError)
    return error.error === 'access_denied' ? 'cancelled' : 'unavailable'
  // The code was used already, or too late.
  if (error instanceof client.ResponseBodyError)
    return error.error === 'invalid_grant' ? 'over' : 'unavailable'
  const code = error instanceof client.ClientError ? (error.code ?? '') : ''
  return foreign.has(code) ? 'foreign' : 'unavailable'
}

/** What the library calls an answer that is not for us, not from there, or not for now. */
const foreign = new Set([
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
  'OAUTH_KEY_SELECTION_FAILED',
  'OAUTH_UNSUPPORTED_OPERATION',
])

/** With the provider's own word for it, `invalid_client` for example, which the message lacks. */
function readable(client: typeof Client, error: unknown): unknown {
  const isNamed =
    error instanceof client.ResponseBodyError || error instanceof client.AuthorizationResponseError
  return isNamed ? new Error(`${error.message}: ${error.error}`, { cause: error }) : error
}

const Step = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  invitation: z.string().optional(),
  until: z.number(),
})
type Step = z.output<typeof Step>
const steps = sealedStep('oidc step', Step)
