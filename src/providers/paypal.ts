// PayPal signs with a certificate whose address it names itself: only PayPal's API hosts are asked.
// The body is covered by its CRC-32 alone, which keeps accidents out, not someone who holds a signed
// request. Payees are the merchant: never take their address for the buyer's.
import type { Provider } from './provider.ts'

/** What the signature covers besides the body. */
const sampleHeaders = {
  'paypal-auth-algo': 'SHA256withRSA',
  'paypal-cert-url': 'https://api.paypal.com/v1/notifications/certs/CERT-sample',
  'paypal-transmission-id': '00000000-0000-4000-8000-000000001042',
  'paypal-transmission-time': '2026-11-30T00:53:20Z',
}

export const paypal: Provider = {
  name: 'PayPal',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'secondary', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'detached',
    algorithm: 'rsa-sha256',
    template:
      '{header:paypal-transmission-id}|{header:paypal-transmission-time}|{setting:webhookId}|{body_crc32}',
    encoding: 'base64',
    signature: { at: { header: 'paypal-transmission-sig' }, syntax: { kind: 'single' } },
    certificateUrl: {
      header: 'paypal-cert-url',
      hosts: [
        'api.paypal.com',
        'api-m.paypal.com',
        'api.sandbox.paypal.com',
        'api-m.sandbox.paypal.com',
      ],
      path: '/v1/notifications/certs/',
    },
  },
  settings: {
    webhookId: {
      form: 'word',
      afterUrl: true,
      label: { en: 'Webhook ID', ru: 'Номер вебхука (Webhook ID)' },
      help: {
        en: 'PayPal shows it beside the webhook’s URL. It is part of what is signed: without it nothing can be checked.',
        ru: 'PayPal показывает его рядом с URL вебхука, в столбце Webhook ID. Он входит в подпись: без него проверить ничего нельзя.',
      },
      required: true,
    },
  },
  credentials: [['certificate']],
  body: { format: 'json' },
  event: {
    key: ['$.id'],
    type: ['$.event_type'],
    occurredAt: { path: '$.create_time', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'developer.paypal.com → Apps & Credentials → your app (switch Sandbox or Live at the top) → Webhooks → Add Webhook. Paste the URL, tick Checkout order completed and Billing subscription activated, save.',
      ru: 'developer.paypal.com → Apps & Credentials → ваше приложение (вверху выберите Sandbox или Live) → Webhooks → Add Webhook. Вставьте URL, отметьте Checkout order completed и Billing subscription activated, сохраните.',
    },
    secret: {
      en: 'There is no secret: the Webhook ID in the settings of the source is enough. The certificate is fetched from PayPal by itself; enter one only if the relay may not reach the internet.',
      ru: 'Секрета нет, достаточно Webhook ID в настройках источника. Сертификат релей берёт у PayPal сам; вписывать его нужно, только если релей не выпускают в интернет.',
    },
    note: {
      en: 'PAYMENT.CAPTURE.COMPLETED names no buyer, and the order cannot be looked up: PayPal’s API wants OAuth client credentials. Use CHECKOUT.ORDER.COMPLETED. The webhook simulator’s events cannot be verified.',
      ru: 'В PAYMENT.CAPTURE.COMPLETED покупателя нет, а запросить заказ нельзя: API PayPal требует OAuth. Берите CHECKOUT.ORDER.COMPLETED. События из симулятора вебхуков проверку не проходят.',
    },
  },
  retries: {
    en: 'Up to about 25 attempts over three days.',
    ru: 'Примерно до 25 попыток за трое суток.',
  },
  events: [
    {
      type: 'CHECKOUT.ORDER.COMPLETED',
      means: 'paid',
      label: { en: 'Order completed', ru: 'Заказ завершён' },
      email: ['$.resource.payer.email_address'],
      amount: {
        value: '$.resource.purchase_units[*].amount.value',
        currency: '$.resource.purchase_units[*].amount.currency_code',
        unit: 'major',
      },
      missing: {
        en: 'Rarely missing. It is the address of the PayPal account, not always the one given to the shop.',
        ru: 'Редко нет. Это адрес кабинета PayPal, не всегда тот, что указан в магазине.',
      },
      sampleHeaders,
      sample: {
        id: 'WH-{{id}}',
        create_time: '{{now:iso}}',
        event_type: 'CHECKOUT.ORDER.COMPLETED',
        resource_type: 'checkout-order',
        summary: 'Checkout Order Completed',
        resource: {
          id: 'SAMPLEORDER',
          status: 'COMPLETED',
          payer: {
            payer_id: 'SAMPLEANNA',
            email_address: 'anna@example.com',
            name: { given_name: 'Anna', surname: 'Sample' },
          },
          purchase_units: [
            {
              amount: { currency_code: 'EUR', value: '49.00' },
              payee: { email_address: 'shop@example.net' },
            },
          ],
        },
      },
      sampleEmail: "$['resource']['payer']['email_address']",
    },
    {
      type: 'CHECKOUT.ORDER.APPROVED',
      means: 'other',
      label: { en: 'Order approved, not yet paid', ru: 'Заказ подтверждён, ещё не оплачен' },
      email: ['$.resource.payer.email_address'],
      missing: {
        en: 'Rarely missing. No money has moved yet.',
        ru: 'Редко нет. Деньги ещё не списаны.',
      },
      sampleHeaders,
      sample: {
        id: 'WH-{{id}}',
        create_time: '{{now:iso}}',
        event_type: 'CHECKOUT.ORDER.APPROVED',
        resource_type: 'checkout-order',
        resource: {
          id: 'SAMPLEORDER',
          status: 'APPROVED',
          payer: { payer_id: 'SAMPLEBORIS', email_address: 'boris@example.org' },
        },
      },
      sampleEmail: "$['resource']['payer']['email_address']",
    },
    {
      type: 'BILLING.SUBSCRIPTION.ACTIVATED',
      means: 'paid',
      label: { en: 'Subscription activated', ru: 'Подписка включена' },
      email: ['$.resource.subscriber.email_address'],
      missing: {
        en: 'Rarely missing. A subscription may begin with a free trial.',
        ru: 'Редко нет. Подписка может начаться с пробного периода.',
      },
      sampleHeaders,
      sample: {
        id: 'WH-{{id}}',
        create_time: '{{now:iso}}',
        event_type: 'BILLING.SUBSCRIPTION.ACTIVATED',
        resource_type: 'subscription',
        resource: {
          id: 'I-SAMPLE',
          plan_id: 'P-SAMPLE',
          status: 'ACTIVE',
          subscriber: { email_address: 'vera@example.com', name: { given_name: 'Vera' } },
        },
      },
      sampleEmail: "$['resource']['subscriber']['email_address']",
    },
    {
      type: 'PAYMENT.CAPTURE.COMPLETED',
      means: 'paid',
      label: { en: 'Payment captured', ru: 'Платёж списан' },
      email: [],
      amount: {
        value: '$.resource.amount.value',
        currency: '$.resource.amount.currency_code',
        unit: 'major',
      },
      missing: {
        en: 'Never there: payee.email_address is you. Use CHECKOUT.ORDER.COMPLETED.',
        ru: 'Никогда нет: payee.email_address это вы сами. Используйте CHECKOUT.ORDER.COMPLETED.',
      },
      sampleHeaders,
      sample: {
        id: 'WH-{{id}}',
        create_time: '{{now:iso}}',
        event_type: 'PAYMENT.CAPTURE.COMPLETED',
        resource_type: 'capture',
        resource: {
          id: 'SAMPLECAPTURE',
          status: 'COMPLETED',
          amount: { currency_code: 'EUR', value: '49.00' },
          payee: { email_address: 'shop@example.net' },
        },
      },
    },
  ],
}
