// The registry: which providers there are. A new one is a line here, a file beside it and a folder of
// recorded requests in test/fixtures; the conformance suite fails without those.
import { auth0Action } from './auth0-action.ts'
import { auth0EventStream } from './auth0-event-stream.ts'
import { auth0LogStream } from './auth0-log-stream.ts'
import { clerk } from './clerk.ts'
import { firebaseBlocking } from './firebase-blocking.ts'
import { frontegg } from './frontegg.ts'
import { fusionauth } from './fusionauth.ts'
import { genericHmac } from './generic-hmac.ts'
import { genericToken } from './generic-token.ts'
import { github } from './github.ts'
import { hanko } from './hanko.ts'
import { keycloak } from './keycloak.ts'
import { kinde } from './kinde.ts'
import { logto } from './logto.ts'
import { okta } from './okta.ts'
import { ory } from './ory.ts'
import { propelauth } from './propelauth.ts'
import type { Provider } from './provider.ts'
import { standardWebhooks } from './standard-webhooks.ts'
import { stripe } from './stripe.ts'
import { stytch } from './stytch.ts'
import { supabase } from './supabase.ts'
import { svix } from './svix.ts'
import { workos } from './workos.ts'
import { zitadel } from './zitadel.ts'

const table = {
  stripe,
  'auth0-action': auth0Action,
  'auth0-event-stream': auth0EventStream,
  'auth0-log-stream': auth0LogStream,
  clerk,
  kinde,
  fusionauth,
  supabase,
  workos,
  logto,
  okta,
  keycloak,
  stytch,
  frontegg,
  hanko,
  ory,
  propelauth,
  zitadel,
  'firebase-blocking': firebaseBlocking,
  github,
  'standard-webhooks': standardWebhooks,
  svix,
  'generic-hmac': genericHmac,
  'generic-token': genericToken,
} as const

export type ProviderId = keyof typeof table

export const providers: Readonly<Record<ProviderId, Provider>> = table

export function isProviderId(text: string): text is ProviderId {
  return Object.hasOwn(table, text)
}

export { resolveProof } from './resolve.ts'
