// The registry: which providers there are. A new one is a line here, a file beside it and a folder of
// recorded requests in test/fixtures; the conformance suite fails without those.
import { amocrm } from './amocrm.ts'
import { auth0Action } from './auth0-action.ts'
import { auth0EventStream } from './auth0-event-stream.ts'
import { auth0LogStream } from './auth0-log-stream.ts'
import { bepaid } from './bepaid.ts'
import { bitrix24 } from './bitrix24.ts'
import { clerk } from './clerk.ts'
import { cloudpayments } from './cloudpayments.ts'
import { freekassa } from './freekassa.ts'
import { fusionauth } from './fusionauth.ts'
import { genericHmac } from './generic-hmac.ts'
import { genericToken } from './generic-token.ts'
import { getcourse } from './getcourse.ts'
import { github } from './github.ts'
import { kinde } from './kinde.ts'
import { lavaTop } from './lava-top.ts'
import { payanyway } from './payanyway.ts'
import { paykeeper } from './paykeeper.ts'
import { prodamus } from './prodamus.ts'
import type { Provider } from './provider.ts'
import { robokassaResultUrl2 } from './robokassa-resulturl2.ts'
import { robokassa } from './robokassa.ts'
import { standardWebhooks } from './standard-webhooks.ts'
import { stripe } from './stripe.ts'
import { svix } from './svix.ts'
import { tbank } from './tbank.ts'
import { tilda } from './tilda.ts'
import { unitpay } from './unitpay.ts'
import { yandexPay } from './yandex-pay.ts'
import { yookassa } from './yookassa.ts'
import { yoomoney } from './yoomoney.ts'

const table = {
  stripe,
  'auth0-action': auth0Action,
  'auth0-event-stream': auth0EventStream,
  'auth0-log-stream': auth0LogStream,
  clerk,
  kinde,
  fusionauth,
  github,
  yookassa,
  tilda,
  getcourse,
  tbank,
  prodamus,
  cloudpayments,
  robokassa,
  'robokassa-resulturl2': robokassaResultUrl2,
  bitrix24,
  amocrm,
  'lava-top': lavaTop,
  yoomoney,
  unitpay,
  freekassa,
  paykeeper,
  payanyway,
  'yandex-pay': yandexPay,
  bepaid,
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
