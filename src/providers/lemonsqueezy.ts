// Lemon Squeezy: HMAC of the body alone, no time and no delivery id. A key is put together from what
// happened, to what, and when it was changed; the header with the event's name is not signed.
import type { Amount, Provider } from './provider.ts'

const email = ['$.data.attributes.user_email']
const missing = { en: 'Always there.', ru: 'Есть всегда.' }

const amount: Amount = {
  value: '$.data.attributes.total',
  currency: '$.data.attributes.currency',
  unit: 'minor',
}

export const lemonsqueezy: Provider = {
  name: 'Lemon Squeezy',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'secondary', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{body}',
    encoding: 'hex',
    signature: { at: { header: 'x-signature' }, syntax: { kind: 'single' } },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['$.meta.event_name', '$.data.type', '$.data.id', '$.data.attributes.updated_at'],
    type: ['$.meta.event_name'],
    occurredAt: { path: '$.data.attributes.updated_at', unit: 'iso' },
    test: { path: '$.data.attributes.test_mode', oneOf: [true] },
  },
  answer: { status: 200 },
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'Lemon Squeezy → Settings → Webhooks → "+". Paste the URL as Callback URL, tick order_created and, for subscriptions, subscription_payment_success. Save webhook.',
      ru: 'Lemon Squeezy → Settings → Webhooks → «+». Вставьте URL в поле Callback URL, отметьте order_created, а для подписок ещё subscription_payment_success. Нажмите Save webhook.',
    },
    secret: {
      en: 'In the same form: Signing secret. You invent it yourself, 6 to 40 characters; enter the same text here. Take 40 random ones.',
      ru: 'В той же форме: Signing secret. Его придумываете вы, от 6 до 40 символов; тот же текст впишите сюда. Возьмите 40 случайных.',
    },
    note: {
      en: 'Test mode has webhooks of its own.',
      ru: 'У тестового режима свои вебхуки.',
    },
  },
  retries: {
    en: 'A few more attempts with growing pauses; then the delivery counts as failed and can be sent again by hand.',
    ru: 'Ещё несколько попыток с растущими паузами; потом доставка считается неудачной, её можно повторить вручную.',
  },
  events: [
    {
      type: 'order_created',
      means: 'paid',
      label: { en: 'Order placed', ru: 'Заказ оформлен' },
      when: { path: '$.data.attributes.status', op: 'eq', value: 'paid' },
      email,
      amount,
      missing,
      sample: {
        meta: { event_name: 'order_created', custom_data: { order: '1042' } },
        data: {
          type: 'orders',
          id: '{{id}}',
          attributes: {
            store_id: 1001,
            customer_id: 2002,
            order_number: 1042,
            user_name: 'Anna Sample',
            user_email: 'anna@example.com',
            currency: 'EUR',
            total: 4900,
            status: 'paid',
            refunded: false,
            test_mode: false,
            created_at: '{{now:iso}}',
            updated_at: '{{now:iso}}',
          },
        },
      },
      sampleEmail: "$['data']['attributes']['user_email']",
    },
    {
      type: 'subscription_payment_success',
      means: 'paid',
      label: { en: 'Subscription payment succeeded', ru: 'Платёж по подписке прошёл' },
      when: { path: '$.data.attributes.status', op: 'eq', value: 'paid' },
      email,
      amount,
      missing,
      sample: {
        meta: { event_name: 'subscription_payment_success' },
        data: {
          type: 'subscription-invoices',
          id: '{{id}}',
          attributes: {
            store_id: 1001,
            subscription_id: 3003,
            user_name: 'Boris Sample',
            user_email: 'boris@example.org',
            billing_reason: 'renewal',
            currency: 'USD',
            total: 1900,
            status: 'paid',
            test_mode: false,
            created_at: '{{now:iso}}',
            updated_at: '{{now:iso}}',
          },
        },
      },
      sampleEmail: "$['data']['attributes']['user_email']",
    },
    {
      type: 'subscription_created',
      means: 'other',
      label: { en: 'Subscription created', ru: 'Подписка создана' },
      email,
      missing: {
        en: 'Always there. A subscription may begin with a free trial: for payments use subscription_payment_success.',
        ru: 'Есть всегда. Подписка может начаться с пробного периода: об оплате говорит subscription_payment_success.',
      },
      sample: {
        meta: { event_name: 'subscription_created' },
        data: {
          type: 'subscriptions',
          id: '{{id}}',
          attributes: {
            store_id: 1001,
            user_name: 'Vera Sample',
            user_email: 'vera@example.com',
            status: 'on_trial',
            test_mode: false,
            created_at: '{{now:iso}}',
            updated_at: '{{now:iso}}',
          },
        },
      },
      sampleEmail: "$['data']['attributes']['user_email']",
    },
  ],
}
