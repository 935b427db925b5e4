// The registry: which providers there are. A new one is a line here, a file beside it and a folder of
// recorded requests in test/fixtures; the conformance suite fails without those.
import { adyen } from './adyen.ts'
import { auth0Action } from './auth0-action.ts'
import { auth0EventStream } from './auth0-event-stream.ts'
import { auth0LogStream } from './auth0-log-stream.ts'
import { braintree } from './braintree.ts'
import { chargebee } from './chargebee.ts'
import { clerk } from './clerk.ts'
import { flutterwave } from './flutterwave.ts'
import { fusionauth } from './fusionauth.ts'
import { genericHmac } from './generic-hmac.ts'
import { genericToken } from './generic-token.ts'
import { github } from './github.ts'
import { gocardless } from './gocardless.ts'
import { kinde } from './kinde.ts'
import { lemonsqueezy } from './lemonsqueezy.ts'
import { mollieClassic } from './mollie-classic.ts'
import { mollieNextGen } from './mollie-next-gen.ts'
import { paddleBilling } from './paddle-billing.ts'
import { paddleClassic } from './paddle-classic.ts'
import { paypal } from './paypal.ts'
import { paystack } from './paystack.ts'
import { polar } from './polar.ts'
import type { Provider } from './provider.ts'
import { razorpay } from './razorpay.ts'
import { recurly } from './recurly.ts'
import { revenuecat } from './revenuecat.ts'
import { square } from './square.ts'
import { standardWebhooks } from './standard-webhooks.ts'
import { stripe } from './stripe.ts'
import { svix } from './svix.ts'

const table = {
  stripe,
  'paddle-billing': paddleBilling,
  'paddle-classic': paddleClassic,
  lemonsqueezy,
  polar,
  'mollie-classic': mollieClassic,
  'mollie-next-gen': mollieNextGen,
  adyen,
  square,
  paypal,
  braintree,
  razorpay,
  paystack,
  flutterwave,
  gocardless,
  chargebee,
  recurly,
  revenuecat,
  'auth0-action': auth0Action,
  'auth0-event-stream': auth0EventStream,
  'auth0-log-stream': auth0LogStream,
  clerk,
  kinde,
  fusionauth,
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
