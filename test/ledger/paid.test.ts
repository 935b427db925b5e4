// What every provider's sample says was paid, and which of its events say nothing.
import { describe, expect, test } from 'vitest'
import type { ReadEvent } from '../../src/inbound/event.ts'
import { bytesToKeep, provenAsKept } from '../../src/inbound/kept.ts'
import { read } from '../../src/inbound/read.ts'
import { signedSample } from '../../src/inbound/sample.ts'
import type { JsonValue } from '../../src/json.ts'
import { moneyWords } from '../../src/ledger/money.ts'
import { paidAs } from '../../src/ledger/paid.ts'
import { isProviderId, providers, resolveProof } from '../../src/providers/index.ts'
import type { Provider } from '../../src/providers/provider.ts'
import { senderOf } from '../fixtures/make.ts'

const ids = Object.keys(providers).filter(isProviderId)
const paid = ids.flatMap((id) =>
  providers[id].events.filter(({ means }) => means === 'paid').map(({ type }) => ({ id, type })),
)

const url = 'https://relay.example.com/in/paid'

/** As it is read again from what is kept of it. */
async function sampleOf(id: keyof typeof providers, type: string): Promise<ReadEvent> {
  const provider: Provider = providers[id]
  const sender = await senderOf(id)
  const settings = sender?.settings ?? {}
  const resolved = resolveProof(provider, settings)
  if (!resolved.ok) throw new Error(resolved.problem)
  const own = sender?.signing?.current ?? sender?.current
  const credential = { id: '1', ...(own !== undefined && !Array.isArray(own) && own) }
  const sample = { provider, eventType: type, id: '1', now: 0, url }
  const sent = await signedSample(sample, credential, settings)
  const source = { provider, proof: resolved.proof }
  const { method, headers } = sent
  const kept = {
    method,
    headers: Object.fromEntries([...headers].map(([name, values]) => [name, [...values]])),
    body: bytesToKeep(source, sent),
  }
  const { request, verdict } = provenAsKept(source, kept, 'signed')
  const [event] = read(provider, request, verdict, settings)
  if (event === undefined || event.unreadable !== null) throw new Error(`${id} ${type}`)
  return { ...event, type }
}

function told(provider: Provider, event: ReadEvent): string {
  const sum = paidAs(provider, event)
  return sum === null
    ? ''
    : moneyWords('ru')(sum).replaceAll(/\p{Zs}/gu, ' ') + (sum.covered ? '' : ', unsigned')
}

const sums: Record<string, string> = {
  'adyen AUTHORISATION': '49 €',
  'adyen CAPTURE': '49 €',
  'apple-app-store DID_RENEW': '49,99 €',
  'apple-app-store ONE_TIME_CHARGE': '49,99 €',
  'apple-app-store SUBSCRIBED.INITIAL_BUY': '49,99 €',
  'apple-app-store SUBSCRIBED.RESUBSCRIBE': '49,99 €',
  'bepaid payment.successful': '49 BYN',
  'braintree subscription_charged_successfully': '49 €',
  'chargebee payment_succeeded': '49 €',
  'cloudpayments confirm': '4 900 ₽',
  'cloudpayments pay': '4 900 ₽',
  'coinbase-commerce charge:confirmed': '49 €',
  'coinbase-commerce charge:resolved': '49 €',
  'cryptomus payment.paid': '49 USDT',
  'cryptomus payment.paid_over': '50 USDT',
  'cryptopay-bot invoice_paid': '49,5 USDT',
  'flutterwave charge.completed': '4 900 NGN',
  'freekassa paid': '4 900',
  'lava-top payment.success': '4 900 ₽',
  'lava-top subscription.recurring.payment.success': '990 ₽',
  'lemonsqueezy order_created': '49 €',
  'lemonsqueezy subscription_payment_success': '19 $',
  'mollie-next-gen payment-link.paid': '49 €',
  'mollie-next-gen sales-invoice.paid': '49 €',
  'nowpayments finished': '49 €',
  'paddle-billing transaction.completed': '49 €',
  'paddle-billing transaction.paid': '19 $',
  'paddle-classic payment_succeeded': '49 €',
  'paddle-classic subscription_payment_succeeded': '19 $',
  'payanyway paid': '4 900 ₽',
  'paykeeper paid': '4 900',
  'paypal CHECKOUT.ORDER.COMPLETED': '49 €',
  'paypal PAYMENT.CAPTURE.COMPLETED': '49 €',
  'paystack charge.success': '4 900 NGN',
  'polar order.paid': '49 $',
  'prodamus success': '4 900',
  'razorpay order.paid': '1 900 ₹',
  'razorpay payment.captured': '4 900 ₹',
  'razorpay subscription.charged': '1 900 ₹',
  'revenuecat INITIAL_PURCHASE': '49 €',
  'revenuecat NON_RENEWING_PURCHASE': '9 €',
  'revenuecat RENEWAL': '19 $',
  'robokassa paid': '4 900',
  'robokassa-resulturl2 OK': '4 900',
  'shopify orders/paid': '49 €',
  'square payment.updated': '49 $',
  'stripe charge.succeeded': '49 €',
  'stripe checkout.session.async_payment_succeeded': '49 €',
  'stripe checkout.session.completed': '49 €',
  'stripe invoice.paid': '19 $',
  'stripe payment_intent.succeeded': '49 €',
  'tbank CONFIRMED': '4 900 ₽',
  'tilda form.payment': '4 900',
  'unitpay pay': '4 900 ₽',
  'webflow ecomm_new_order': '49 €',
  'whop payment.succeeded': '49 €',
  'woocommerce order.updated': '49 €',
  'xendit PAID': '490 000 IDR',
  'xendit payment.succeeded': '490 000 IDR',
  'yookassa payment.succeeded': '4 900 ₽',
  'yoomoney card-incoming': '4 900 ₽, unsigned',
  'yoomoney p2p-incoming': '4 924,50 ₽, unsigned',
}

/** Why its sum is not told. */
const silent: Record<string, string> = {
  'clerk paymentAttempt.updated': 'how a payment is written is not known for certain',
  'generic-hmac invoice.paid': 'the body is the sender’s own',
  'generic-token invoice.paid': 'the body is the sender’s own',
  'getcourse paid': 'which field holds it is chosen there',
  'github marketplace_purchase.purchased': 'a price per month, not what was paid',
  'github sponsorship.created': 'a price per month, not what was paid',
  'gocardless payments.confirmed': 'the event names the payment only',
  'gumroad sale': 'the price is in cents of a dollar, the currency is the product’s',
  'mollie-classic paid': 'the event names the payment only',
  'no-code invoice.paid': 'the body is the sender’s own',
  'paypal BILLING.SUBSCRIPTION.ACTIVATED': 'a subscription that begins names no payment',
  'recurly successful_payment_notification': 'in cents of a currency that is not named',
  'rfc9421 invoice.paid': 'the body is the sender’s own',
  'standard-webhooks invoice.paid': 'the body is the sender’s own',
  'svix invoice.paid': 'the body is the sender’s own',
  'yandex-pay ORDER_STATUS_UPDATED': 'the event names the order only',
}

test.each(paid)('$id $type says what was paid, or is known not to', async ({ id, type }) => {
  const name = `${id} ${type}`
  expect(told(providers[id], await sampleOf(id, type))).toBe(sums[name] ?? '')
  expect(Object.hasOwn(sums, name)).not.toBe(Object.hasOwn(silent, name))
})

test('nothing else says that something was paid', () => {
  const others = ids.flatMap((id) => providers[id].events.filter(({ means }) => means !== 'paid'))
  expect(others.filter(({ amount }) => amount !== undefined)).toEqual([])
  expect(Object.keys({ ...sums, ...silent }).length).toBe(paid.length)
})

describe('a sum that is not told', () => {
  const { stripe, paypal } = providers
  const event = (type: string, object: Record<string, JsonValue>): ReadEvent => ({
    key: 'k',
    type,
    occurredAt: null,
    test: false,
    part: 0,
    value: { data: { object }, resource: object },
    unreadable: null,
    trust: 'signed',
    regions: [],
  })
  const session = { amount_total: 4900, currency: 'eur' }
  const completed = (object: Record<string, JsonValue>) =>
    paidAs(stripe, event('checkout.session.completed', object))

  test('the event is one that was not paid yet', () => {
    expect(completed({ ...session, payment_status: 'unpaid' })).toBeNull()
    expect(completed({ ...session, payment_status: 'paid' })).not.toBeNull()
  })

  test('there is none, or no currency for it', () => {
    expect(completed({ currency: 'eur', payment_status: 'paid' })).toBeNull()
    expect(completed({ amount_total: 4900, payment_status: 'paid' })).toBeNull()
  })

  test('there are two of them', () => {
    const unit = { amount: { value: '49.00', currency_code: 'EUR' } }
    const order = (units: JsonValue) =>
      paidAs(paypal, event('CHECKOUT.ORDER.COMPLETED', { purchase_units: units }))
    expect(order([unit])).toMatchObject({ value: '49.00', currency: 'EUR' })
    expect(order([unit, unit])).toBeNull()
  })

  test('another event of the same provider', () => {
    expect(paidAs(stripe, event('customer.created', { amount: 4900, currency: 'eur' }))).toBeNull()
  })
})
