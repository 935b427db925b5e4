// The registry: which providers there are. A new one is a line here, a file beside it and a folder of
// recorded requests in test/fixtures; the conformance suite fails without those.
import { auth0Action } from './auth0-action.ts'
import { auth0EventStream } from './auth0-event-stream.ts'
import { auth0LogStream } from './auth0-log-stream.ts'
import { clerk } from './clerk.ts'
import { fusionauth } from './fusionauth.ts'
import { genericHmac } from './generic-hmac.ts'
import { genericToken } from './generic-token.ts'
import { github } from './github.ts'
import { kinde } from './kinde.ts'
import type { Provider } from './provider.ts'
import { signedLink } from './signed-link.ts'
import { standardWebhooks } from './standard-webhooks.ts'
import { stripe } from './stripe.ts'
import { svix } from './svix.ts'

const table = {
  stripe,
  'auth0-action': auth0Action,
  'auth0-event-stream': auth0EventStream,
  'auth0-log-stream': auth0LogStream,
  clerk,
  kinde,
  fusionauth,
  github,
  'signed-link': signedLink,
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
