// Square signs the address it was told to send to, then the body: behind a proxy the relay must know
// its public URL to the letter. Every change of a payment is the same event type.
import type { Provider } from './provider.ts'

export const square: Provider = {
  name: 'Square',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'official-code', email: 'official-code', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{url}{body}',
    encoding: 'base64',
    signature: {
      at: { header: 'x-square-hmacsha256-signature' },
      syntax: { kind: 'single' },
    },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['$.event_id'],
    type: ['$.type'],
    occurredAt: { path: '$.created_at', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'developer.squareup.com → your application → Webhooks → Subscriptions → Add subscription. Switch Sandbox or Production at the top, paste the URL as Notification URL, tick payment.updated and customer.created, save.',
      ru: 'developer.squareup.com → ваше приложение → Webhooks → Subscriptions → Add subscription. Вверху выберите Sandbox или Production, вставьте URL в поле Notification URL, отметьте payment.updated и customer.created, сохраните.',
    },
    secret: {
      en: 'Open the subscription and press Show at Signature Key. Each subscription has its own.',
      ru: 'Откройте подписку и нажмите Show у строки Signature Key. У каждой подписки он свой.',
    },
    note: {
      en: 'The URL is part of the signature: the one entered at Square must be exactly the one shown here. If the relay sees another (a proxy rewrites it), set the source’s setting url.',
      ru: 'URL входит в подпись: в Square он должен стоять буква в букву таким, как показан здесь. Если релей видит другой (его меняет прокси), заполните настройку url у источника.',
    },
  },
  retries: {
    en: 'Again and again with growing pauses, for about a day.',
    ru: 'Снова и снова с растущими паузами, около суток.',
  },
  events: [
    {
      type: 'payment.updated',
      means: 'paid',
      label: { en: 'Payment changed', ru: 'Платёж изменился' },
      when: { path: '$.data.object.payment.status', op: 'eq', value: 'COMPLETED' },
      email: ['$.data.object.payment.buyer_email_address'],
      amount: {
        value: '$.data.object.payment.amount_money.amount',
        currency: '$.data.object.payment.amount_money.currency',
        unit: 'minor',
      },
      missing: {
        en: 'Often missing: Square has it only if the seller or the online checkout passed it on. The event also tells of pending and failed payments: keep the condition status = COMPLETED.',
        ru: 'Часто нет: Square знает её, только если её передал продавец или страница оплаты. Событие приходит и об ожидающих, и о неудачных платежах: оставьте условие status = COMPLETED.',
      },
      sample: {
        merchant_id: 'SAMPLEMERCHANT',
        type: 'payment.updated',
        event_id: '{{id}}',
        created_at: '{{now:iso}}',
        data: {
          type: 'payment',
          id: 'SamplePayment',
          object: {
            payment: {
              id: 'SamplePayment',
              created_at: '{{now:iso}}',
              amount_money: { amount: 4900, currency: 'USD' },
              buyer_email_address: 'anna@example.com',
              customer_id: 'SAMPLECUSTOMER',
              order_id: 'SampleOrder',
              source_type: 'CARD',
              status: 'COMPLETED',
            },
          },
        },
      },
      sampleEmail: "$['data']['object']['payment']['buyer_email_address']",
    },
    {
      type: 'customer.created',
      means: 'registered',
      label: { en: 'Customer created', ru: 'Покупатель создан' },
      email: ['$.data.object.customer.email_address'],
      missing: {
        en: 'Optional at Square: missing where only a phone number was taken.',
        ru: 'В Square необязательна: нет, если записали только телефон.',
      },
      sample: {
        merchant_id: 'SAMPLEMERCHANT',
        type: 'customer.created',
        event_id: '{{id}}',
        created_at: '{{now:iso}}',
        data: {
          type: 'customer',
          id: 'SAMPLECUSTOMER',
          object: {
            customer: {
              id: 'SAMPLECUSTOMER',
              created_at: '{{now:iso}}',
              creation_source: 'DIRECTORY',
              email_address: 'vera@example.com',
              given_name: 'Vera',
            },
          },
        },
      },
      sampleEmail: "$['data']['object']['customer']['email_address']",
    },
  ],
}
