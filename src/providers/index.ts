// The registry: which providers there are. A new one is a line here, a file beside it and a folder of
// recorded requests in test/fixtures; the conformance suite fails without those.
import { adyen } from './adyen.ts'
import { amocrm } from './amocrm.ts'
import { appleAppStore } from './apple-app-store.ts'
import { appleSiwa } from './apple-siwa.ts'
import { auth0Action } from './auth0-action.ts'
import { auth0EventStream } from './auth0-event-stream.ts'
import { auth0LogStream } from './auth0-log-stream.ts'
import { bepaid } from './bepaid.ts'
import { bitrix24 } from './bitrix24.ts'
import { braintree } from './braintree.ts'
import { calendly } from './calendly.ts'
import { chargebee } from './chargebee.ts'
import { clerk } from './clerk.ts'
import { cloudpayments } from './cloudpayments.ts'
import { coinbaseCommerce } from './coinbase-commerce.ts'
import { cryptomus } from './cryptomus.ts'
import { cryptopayBot } from './cryptopay-bot.ts'
import { firebaseBlocking } from './firebase-blocking.ts'
import { flutterwave } from './flutterwave.ts'
import { freekassa } from './freekassa.ts'
import { frontegg } from './frontegg.ts'
import { fusionauth } from './fusionauth.ts'
import { genericHmac } from './generic-hmac.ts'
import { genericToken } from './generic-token.ts'
import { getcourse } from './getcourse.ts'
import { github } from './github.ts'
import { gocardless } from './gocardless.ts'
import { googlePubsub } from './google-pubsub.ts'
import { googleRisc } from './google-risc.ts'
import { gumroad } from './gumroad.ts'
import { hanko } from './hanko.ts'
import { keycloak } from './keycloak.ts'
import { kinde } from './kinde.ts'
import { lavaTop } from './lava-top.ts'
import { lemonsqueezy } from './lemonsqueezy.ts'
import { logto } from './logto.ts'
import { microsoftValidation } from './microsoft-validation.ts'
import { mollieClassic } from './mollie-classic.ts'
import { mollieNextGen } from './mollie-next-gen.ts'
import { noCode } from './no-code.ts'
import { nowpayments } from './nowpayments.ts'
import { okta } from './okta.ts'
import { ory } from './ory.ts'
import { paddleBilling } from './paddle-billing.ts'
import { paddleClassic } from './paddle-classic.ts'
import { payanyway } from './payanyway.ts'
import { paykeeper } from './paykeeper.ts'
import { paypal } from './paypal.ts'
import { paystack } from './paystack.ts'
import { plaid } from './plaid.ts'
import { polar } from './polar.ts'
import { prodamus } from './prodamus.ts'
import { propelauth } from './propelauth.ts'
import type { Provider } from './provider.ts'
import { razorpay } from './razorpay.ts'
import { recurly } from './recurly.ts'
import { revenuecat } from './revenuecat.ts'
import { rfc9421 } from './rfc9421.ts'
import { robokassaResultUrl2 } from './robokassa-resulturl2.ts'
import { robokassa } from './robokassa.ts'
import { shopify } from './shopify.ts'
import { signedLink } from './signed-link.ts'
import { square } from './square.ts'
import { standardWebhooks } from './standard-webhooks.ts'
import { stripe } from './stripe.ts'
import { stytch } from './stytch.ts'
import { supabase } from './supabase.ts'
import { svix } from './svix.ts'
import { tally } from './tally.ts'
import { tbank } from './tbank.ts'
import { tilda } from './tilda.ts'
import { typeform } from './typeform.ts'
import { unitpay } from './unitpay.ts'
import { webflow } from './webflow.ts'
import { whop } from './whop.ts'
import { woocommerce } from './woocommerce.ts'
import { workos } from './workos.ts'
import { xendit } from './xendit.ts'
import { yandexPay } from './yandex-pay.ts'
import { yookassa } from './yookassa.ts'
import { yoomoney } from './yoomoney.ts'
import { zitadel } from './zitadel.ts'
import { zoom } from './zoom.ts'

const table = {
  adyen,
  amocrm,
  'apple-app-store': appleAppStore,
  'apple-siwa': appleSiwa,
  'auth0-action': auth0Action,
  'auth0-event-stream': auth0EventStream,
  'auth0-log-stream': auth0LogStream,
  bepaid,
  bitrix24,
  braintree,
  calendly,
  chargebee,
  clerk,
  cloudpayments,
  'coinbase-commerce': coinbaseCommerce,
  cryptomus,
  'cryptopay-bot': cryptopayBot,
  'firebase-blocking': firebaseBlocking,
  flutterwave,
  freekassa,
  frontegg,
  fusionauth,
  'generic-hmac': genericHmac,
  'generic-token': genericToken,
  getcourse,
  github,
  gocardless,
  'google-pubsub': googlePubsub,
  'google-risc': googleRisc,
  gumroad,
  hanko,
  keycloak,
  kinde,
  'lava-top': lavaTop,
  lemonsqueezy,
  logto,
  'microsoft-validation': microsoftValidation,
  'mollie-classic': mollieClassic,
  'mollie-next-gen': mollieNextGen,
  'no-code': noCode,
  nowpayments,
  okta,
  ory,
  'paddle-billing': paddleBilling,
  'paddle-classic': paddleClassic,
  payanyway,
  paykeeper,
  paypal,
  paystack,
  plaid,
  polar,
  prodamus,
  propelauth,
  razorpay,
  recurly,
  revenuecat,
  rfc9421,
  'robokassa-resulturl2': robokassaResultUrl2,
  robokassa,
  shopify,
  'signed-link': signedLink,
  square,
  'standard-webhooks': standardWebhooks,
  stripe,
  stytch,
  supabase,
  svix,
  tally,
  tbank,
  tilda,
  typeform,
  unitpay,
  webflow,
  whop,
  woocommerce,
  workos,
  xendit,
  'yandex-pay': yandexPay,
  yookassa,
  yoomoney,
  zitadel,
  zoom,
} as const

export type ProviderId = keyof typeof table

export const providers: Readonly<Record<ProviderId, Provider>> = table

/** The first step of the path its sources are reached at: /go/KEY where people come, /in/KEY where servers do. */
export const doorOf = (id: ProviderId): 'in' | 'go' =>
  providers[id].visit === undefined ? 'in' : 'go'

export function isProviderId(text: string): text is ProviderId {
  return Object.hasOwn(table, text)
}

export { resolveProof } from './resolve.ts'

/** As readers of that language know it; the id where it is none of ours. */
export function providerName(id: string, language: 'en' | 'ru'): string {
  if (!isProviderId(id)) return id
  const { name, nameRu }: Provider = providers[id]
  return language === 'ru' ? (nameRu ?? name) : name
}
