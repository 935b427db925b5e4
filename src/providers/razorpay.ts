// Razorpay: HMAC of the body. The id of the event stands in a header that is not signed, so the key
// is what happened, to which payment, and when.
import type { Amount, Provider } from './provider.ts'

const email = ['$.payload.payment.entity.email']
const missing = {
  en: 'Where the payer gave none, Razorpay is said to fill in void@razorpay.com: keep the condition that leaves it out.',
  ru: 'Если плательщик почту не указал, Razorpay, по рассказам, подставляет void@razorpay.com: оставьте условие, которое его отсеивает.',
}
/** Not an address of anybody. */
const notPlaceholder = {
  path: '$.payload.payment.entity.email',
  op: 'ne',
  value: 'void@razorpay.com',
} as const

const amount: Amount = {
  value: '$.payload.payment.entity.amount',
  currency: '$.payload.payment.entity.currency',
  unit: 'minor',
}

export const razorpay: Provider = {
  name: 'Razorpay',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'official-code', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{body}',
    encoding: 'hex',
    signature: { at: { header: 'x-razorpay-signature' }, syntax: { kind: 'single' } },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['$.event', '$.payload.payment.entity.id', '$.created_at'],
    otherKeys: [
      ['$.event', '$.payload.order.entity.id', '$.created_at'],
      ['$.event', '$.payload.subscription.entity.id', '$.created_at'],
    ],
    type: ['$.event'],
    occurredAt: { path: '$.created_at', unit: 's' },
  },
  answer: { status: 200 },
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'Razorpay Dashboard → Account & Settings → Webhooks → Add New Webhook. Paste the URL, tick payment.captured (or order.paid), Create Webhook.',
      ru: 'Razorpay Dashboard → Account & Settings → Webhooks → Add New Webhook. Вставьте URL, отметьте payment.captured (или order.paid), нажмите Create Webhook.',
    },
    secret: {
      en: 'In the same form: Secret. You invent it yourself; enter the same text here. It is not the API key secret. Test and live mode have separate webhooks.',
      ru: 'В той же форме: Secret. Его придумываете вы; тот же текст впишите сюда. Это не секрет ключа API. У тестового и боевого режимов вебхуки отдельные.',
    },
    note: {
      en: 'Tick one of payment.captured and order.paid, not both: a payment of an order causes both.',
      ru: 'Отметьте что-то одно, payment.captured или order.paid: оплата заказа вызывает оба события.',
    },
  },
  retries: {
    en: 'For about a day with growing pauses; a webhook that keeps failing is then switched off.',
    ru: 'Около суток с растущими паузами; вебхук, который так и не отвечает, потом отключают.',
  },
  events: [
    {
      type: 'payment.captured',
      means: 'paid',
      label: { en: 'Payment captured', ru: 'Платёж списан' },
      when: notPlaceholder,
      email,
      amount,
      missing,
      sample: {
        entity: 'event',
        account_id: 'acc_SampleAccount',
        event: 'payment.captured',
        contains: ['payment'],
        payload: {
          payment: {
            entity: {
              id: 'pay_{{id}}',
              entity: 'payment',
              amount: 490000,
              currency: 'INR',
              status: 'captured',
              order_id: 'order_SampleOrder',
              method: 'upi',
              captured: true,
              email: 'anna@example.com',
              contact: '+910000000000',
              notes: { order: '1042' },
              created_at: '{{now:s}}',
            },
          },
        },
        created_at: '{{now:s}}',
      },
      sampleEmail: "$['payload']['payment']['entity']['email']",
    },
    {
      type: 'order.paid',
      means: 'paid',
      label: { en: 'Order paid', ru: 'Заказ оплачен' },
      when: notPlaceholder,
      email,
      amount,
      missing,
      sample: {
        entity: 'event',
        account_id: 'acc_SampleAccount',
        event: 'order.paid',
        contains: ['payment', 'order'],
        payload: {
          payment: {
            entity: {
              id: 'pay_{{id}}',
              amount: 190000,
              currency: 'INR',
              status: 'captured',
              email: 'boris@example.org',
            },
          },
          order: { entity: { id: 'order_SampleOrder', status: 'paid', receipt: '1042' } },
        },
        created_at: '{{now:s}}',
      },
      sampleEmail: "$['payload']['payment']['entity']['email']",
    },
    {
      type: 'subscription.charged',
      means: 'paid',
      label: { en: 'Subscription charged', ru: 'Списание по подписке' },
      when: notPlaceholder,
      email,
      amount,
      missing,
      sample: {
        entity: 'event',
        account_id: 'acc_SampleAccount',
        event: 'subscription.charged',
        contains: ['subscription', 'payment'],
        payload: {
          subscription: { entity: { id: 'sub_SampleSubscription', status: 'active' } },
          payment: {
            entity: {
              id: 'pay_{{id}}',
              amount: 190000,
              currency: 'INR',
              status: 'captured',
              email: 'vera@example.com',
            },
          },
        },
        created_at: '{{now:s}}',
      },
      sampleEmail: "$['payload']['payment']['entity']['email']",
    },
  ],
}
