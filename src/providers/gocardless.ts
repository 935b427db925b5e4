// GoCardless: one signed request, many events, none with an email. Events link to payments and
// mandates only, and the customer is two steps further on: there is no one address to look up.
import type { Provider } from './provider.ts'

const missing = {
  en: 'Never there: events hold only the numbers of payment, mandate and customer.',
  ru: 'Никогда нет: в событиях только номера платежа, поручения и клиента.',
}

export const gocardless: Provider = {
  name: 'GoCardless',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'official-code', email: 'official-code', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{body}',
    encoding: 'hex',
    signature: { at: { header: 'webhook-signature' }, syntax: { kind: 'single' } },
  },
  credentials: [['secret'], ['token']],
  body: {
    format: 'json',
    batch: {
      path: '$.events[*]',
      around: { events: ['{{event}}'], meta: { webhook_id: 'WB_SAMPLE' } },
    },
  },
  event: {
    key: ['$.id'],
    type: ['$.resource_type', '$.action'],
    occurredAt: { path: '$.created_at', unit: 'iso' },
  },
  answer: { status: 204 },
  lookup: {
    events: ['customers.*'],
    url: 'https://api.gocardless.com/customers/{field:$.links.customer}',
    auth: 'bearer',
    headers: { 'GoCardless-Version': '2015-07-06' },
    agree: [{ event: '$.links.customer', fetched: '$.customers.id' }],
    required: false,
  },
  guide: {
    url: {
      en: 'GoCardless → Developers → Create → Webhook endpoint. Paste the URL, create.',
      ru: 'GoCardless → Developers → Create → Webhook endpoint. Вставьте URL, создайте.',
    },
    secret: {
      en: 'In the same form: Secret. Enter your own random one or copy the one proposed. For the emails of customers add an access token (Developers → Create → Access token, Read-only) as a token. Sandbox and live are separate.',
      ru: 'В той же форме: Secret. Впишите свой случайный или скопируйте предложенный. Чтобы узнавать почту клиентов, добавьте токеном Access token (Developers → Create → Access token, Read-only). Песочница и боевой кабинет независимы.',
    },
    note: {
      en: 'GoCardless sends no emails. Only customers.* events name the customer to ask for; for payments send the event from your own system, which knows whose mandate it is.',
      ru: 'GoCardless почту не присылает. Клиента, о котором можно спросить, называют только события customers.*; о платежах лучше сообщать из своей системы: она знает, чьё это поручение.',
    },
  },
  retries: {
    en: 'Several attempts with growing pauses. One request may hold up to 250 events.',
    ru: 'Несколько попыток с растущими паузами. В одном запросе бывает до 250 событий.',
  },
  events: [
    {
      type: 'payments.confirmed',
      means: 'paid',
      label: { en: 'Payment confirmed', ru: 'Платёж подтверждён' },
      email: [],
      missing,
      sample: {
        id: 'EV{{id}}',
        created_at: '{{now:iso}}',
        resource_type: 'payments',
        action: 'confirmed',
        links: { payment: 'PM_SAMPLE' },
        details: { origin: 'gocardless', cause: 'payment_confirmed' },
        metadata: {},
      },
    },
    {
      type: 'mandates.active',
      means: 'other',
      label: { en: 'Mandate active', ru: 'Поручение действует' },
      email: [],
      missing,
      sample: {
        id: 'EV{{id}}',
        created_at: '{{now:iso}}',
        resource_type: 'mandates',
        action: 'active',
        links: { mandate: 'MD_SAMPLE' },
        details: { origin: 'gocardless', cause: 'mandate_activated' },
        metadata: {},
      },
    },
  ],
}
