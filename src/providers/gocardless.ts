// GoCardless: one signed request, many events, none with an email. With an access token the customer
// of a mandate is asked for; a payment leads to its mandate first, which is one question too many.
import type { Provider } from './provider.ts'

const missing = {
  en: 'Never in the event, only a number. Found for mandates if an access token is given here.',
  ru: 'В событии её никогда нет, только номер. Для поручений найдётся, если здесь указан access token.',
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
    events: ['mandates.*'],
    url: 'https://api.gocardless.com/mandates/{field:$.links.mandate}',
    auth: 'bearer',
    headers: { 'GoCardless-Version': '2015-07-06' },
    agree: [{ event: '$.links.mandate', fetched: '$.mandates.id' }],
    also: { url: 'https://api.gocardless.com/customers/{field:$.mandates.links.customer}' },
    required: false,
  },
  guide: {
    url: {
      en: 'GoCardless → Developers → Create → Webhook endpoint. Paste the URL, create.',
      ru: 'GoCardless → Developers → Create → Webhook endpoint. Вставьте URL, создайте.',
    },
    secret: {
      en: 'In the same form: Secret. Enter your own random one or copy the one proposed. To learn the emails behind mandates add an access token (Developers → Create → Access token, Read-only) as a token. Sandbox and live are separate.',
      ru: 'В той же форме: Secret. Впишите свой случайный или скопируйте предложенный. Чтобы узнавать почту по поручениям, добавьте токеном Access token (Developers → Create → Access token, Read-only). Песочница и боевой кабинет независимы.',
    },
    note: {
      en: 'GoCardless sends no emails. The relay asks for the customer of a mandate, not of a payment: for payments send the event from your own system, which knows whose mandate it is. The access token is used with the live API only.',
      ru: 'GoCardless почту не присылает. Релей узнаёт клиента по поручению, но не по платежу: о платежах лучше сообщать из своей системы, она знает, чьё это поручение. Access token работает только с боевым API.',
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
      missing: {
        en: 'Never there, only the number of the payment: use mandates.active.',
        ru: 'Никогда нет, только номер платежа: используйте mandates.active.',
      },
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
      email: ['$.confirmed.also.customers.email'],
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
