// Coinbase Commerce: the body is signed. The outer id belongs to the delivery; the event's own id is
// one level deeper. The payer's email is known only where the shop put it into the metadata.
import type { Amount, Provider } from './provider.ts'

const email = ['$.event.data.metadata.email', '$.event.data.metadata.customer_email']

const missing = {
  en: 'Missing unless your shop writes it into metadata.email when it creates the charge, or the checkout asks for an email.',
  ru: 'Нет, если магазин не записал почту в metadata.email при создании платежа и её не спрашивает форма оплаты.',
}

const amount: Amount = {
  value: '$.event.data.pricing.local.amount',
  currency: '$.event.data.pricing.local.currency',
  unit: 'major',
}

export const coinbaseCommerce: Provider = {
  name: 'Coinbase Commerce',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'official-code', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{body}',
    encoding: 'hex',
    signature: { at: { header: 'x-cc-webhook-signature' }, syntax: { kind: 'single' } },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['$.event.id'],
    type: ['$.event.type'],
    occurredAt: { path: '$.event.created_at', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'Coinbase Commerce → Settings → Notifications → Webhook subscriptions → Add an endpoint. Paste the URL and save.',
      ru: 'Coinbase Commerce → Settings → Notifications → Webhook subscriptions → Add an endpoint. Вставьте URL и сохраните.',
    },
    secret: {
      en: 'On the same page: Webhook subscriptions → Show shared secret. Paste it as shown; one secret serves all endpoints of the account.',
      ru: 'Там же: Webhook subscriptions → Show shared secret. Вставьте секрет как есть; он один на все адреса аккаунта.',
    },
    note: {
      en: 'An email is there only if it is written into the charge’s metadata: ask your developers to send metadata.email.',
      ru: 'Почта есть, только если её записали в metadata платежа: попросите разработчиков передавать metadata.email.',
    },
  },
  retries: {
    en: 'With growing pauses, for up to about three days.',
    ru: 'Паузы растут, всего примерно до трёх суток.',
  },
  events: [
    {
      type: 'charge:confirmed',
      means: 'paid',
      label: { en: 'Payment confirmed', ru: 'Платёж подтверждён' },
      email,
      amount,
      missing,
      sample: {
        id: 1042,
        scheduled_for: '{{now:iso}}',
        attempt_number: 1,
        event: {
          id: '{{id}}',
          resource: 'event',
          type: 'charge:confirmed',
          api_version: '2018-03-22',
          created_at: '{{now:iso}}',
          data: {
            code: 'SAMPLE42',
            id: '3b1f0c52-0000-4000-8000-000000001042',
            name: 'Sample course',
            pricing_type: 'fixed_price',
            pricing: { local: { amount: '49.00', currency: 'EUR' } },
            metadata: { order: '1042', email: 'anna@example.com' },
            confirmed_at: '{{now:iso}}',
          },
        },
      },
      sampleEmail: "$['event']['data']['metadata']['email']",
    },
    {
      type: 'charge:resolved',
      means: 'paid',
      label: { en: 'Payment accepted by hand', ru: 'Платёж принят вручную' },
      email,
      amount,
      missing,
      sample: {
        id: 1043,
        scheduled_for: '{{now:iso}}',
        attempt_number: 1,
        event: {
          id: '{{id}}',
          resource: 'event',
          type: 'charge:resolved',
          api_version: '2018-03-22',
          created_at: '{{now:iso}}',
          data: {
            code: 'SAMPLE43',
            name: 'Sample course',
            pricing: { local: { amount: '49.00', currency: 'EUR' } },
            metadata: { customer_email: 'boris@example.org' },
          },
        },
      },
      sampleEmail: "$['event']['data']['metadata']['customer_email']",
    },
  ],
}
