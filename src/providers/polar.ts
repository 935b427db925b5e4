// Polar speaks Standard Webhooks, but its key is the whole text of the secret, prefix included: the
// server encodes it before a library decodes it again.
import type { Provider } from './provider.ts'

const missing = {
  en: 'Nearly always there; Polar allows customers without an email.',
  ru: 'Почти всегда есть; Polar допускает покупателей без почты.',
}

export const polar: Provider = {
  name: 'Polar',
  kind: 'payment',
  market: 'world',
  evidence: {
    signature: 'official-code',
    email: 'official-code',
    delivery: 'official-code',
  },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{id}.{timestamp}.{body}',
    encoding: 'base64',
    signature: {
      at: { header: 'webhook-signature' },
      syntax: { kind: 'versioned', separator: ' ', version: 'v1' },
    },
    timestamp: {
      at: { header: 'webhook-timestamp' },
      unit: 's',
      toleranceSeconds: 300,
      sided: 'two',
    },
    id: { header: 'webhook-id' },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['header:webhook-id'],
    type: ['$.type'],
    occurredAt: { path: '$.timestamp', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'Polar → your organization → Settings → Webhooks → Add Endpoint. Paste the URL, format: Raw, tick order.paid, create.',
      ru: 'Polar → ваша организация → Settings → Webhooks → Add Endpoint. Вставьте URL, формат: Raw, отметьте order.paid и создайте.',
    },
    secret: {
      en: 'Shown when the endpoint is created, later on its page under Secret. Paste it whole, with its beginning (polar_whs_ or whsec_). The sandbox has secrets of its own.',
      ru: 'Виден при создании адреса, потом на его странице в строке Secret. Вставьте целиком, вместе с началом (polar_whs_ или whsec_). В песочнице секреты свои.',
    },
    note: {
      en: 'Do not take the preset Standard Webhooks for Polar: it would decode the secret and refuse everything. The formats Discord and Slack hold no email.',
      ru: 'Не берите для Polar пресет Standard Webhooks: он раскодирует секрет и отклонит всё. В форматах Discord и Slack почты нет.',
    },
  },
  retries: {
    en: 'At most 10 attempts, pauses growing up to 20 minutes; strictly in order: an event waits for those before it.',
    ru: 'Не больше 10 попыток, паузы растут до 20 минут; строго по порядку: событие ждёт тех, что раньше него.',
  },
  events: [
    {
      type: 'order.paid',
      means: 'paid',
      label: { en: 'Order paid', ru: 'Заказ оплачен' },
      email: ['$.data.customer.email'],
      amount: { value: '$.data.total_amount', currency: '$.data.currency', unit: 'minor' },
      missing,
      sample: {
        type: 'order.paid',
        timestamp: '{{now:iso}}',
        data: {
          id: '6b2f0c4e-0000-4000-8000-000000001042',
          created_at: '{{now:iso}}',
          status: 'paid',
          paid: true,
          currency: 'usd',
          total_amount: 4900,
          billing_reason: 'purchase',
          customer: {
            id: '6b2f0c4e-0000-4000-8000-00000000a001',
            email: 'anna@example.com',
            email_verified: true,
            name: 'Anna Sample',
          },
          metadata: {},
        },
      },
      sampleEmail: "$['data']['customer']['email']",
    },
    {
      type: 'order.created',
      means: 'other',
      label: {
        en: 'Order created, perhaps not paid yet',
        ru: 'Заказ создан, может быть ещё не оплачен',
      },
      email: ['$.data.customer.email'],
      missing,
      sample: {
        type: 'order.created',
        timestamp: '{{now:iso}}',
        data: {
          id: '6b2f0c4e-0000-4000-8000-000000001043',
          status: 'pending',
          paid: false,
          currency: 'usd',
          total_amount: 1900,
          customer: { email: 'boris@example.org', name: 'Boris Sample' },
        },
      },
      sampleEmail: "$['data']['customer']['email']",
    },
    {
      type: 'customer.created',
      means: 'registered',
      label: { en: 'Customer created', ru: 'Покупатель создан' },
      email: ['$.data.email'],
      missing,
      sample: {
        type: 'customer.created',
        timestamp: '{{now:iso}}',
        data: {
          id: '6b2f0c4e-0000-4000-8000-00000000a002',
          created_at: '{{now:iso}}',
          email: 'vera@example.com',
          email_verified: false,
          name: 'Vera Sample',
        },
      },
      sampleEmail: "$['data']['email']",
    },
    {
      type: 'checkout.updated',
      means: 'other',
      label: { en: 'Checkout changed', ru: 'Оформление заказа изменилось' },
      when: { path: '$.data.status', op: 'eq', value: 'succeeded' },
      email: ['$.data.customer_email'],
      missing: {
        en: 'Empty until the buyer has typed it; nobody has checked it before the payment.',
        ru: 'Пусто, пока покупатель её не ввёл; до оплаты её никто не проверял.',
      },
      sample: {
        type: 'checkout.updated',
        timestamp: '{{now:iso}}',
        data: {
          id: '6b2f0c4e-0000-4000-8000-00000000c001',
          status: 'succeeded',
          customer_email: 'anna@example.com',
          customer_name: 'Anna Sample',
          total_amount: 4900,
          currency: 'usd',
        },
      },
      sampleEmail: "$['data']['customer_email']",
    },
    {
      type: 'subscription.active',
      means: 'other',
      label: { en: 'Subscription active', ru: 'Подписка действует' },
      email: ['$.data.customer.email'],
      missing,
      sample: {
        type: 'subscription.active',
        timestamp: '{{now:iso}}',
        data: {
          id: '6b2f0c4e-0000-4000-8000-00000000d001',
          status: 'active',
          amount: 1900,
          currency: 'usd',
          customer: { email: 'boris@example.org', name: 'Boris Sample' },
        },
      },
      sampleEmail: "$['data']['customer']['email']",
    },
  ],
}
