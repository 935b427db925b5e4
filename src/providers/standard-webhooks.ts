// Standard Webhooks, the open specification: any sender that follows it, by a shared secret ("v1") or
// by a key pair of its own ("v1a"). The credential decides which counts, never the request.
import type { Provider, ProviderEvent } from './provider.ts'

const signedText = {
  template: '{id}.{timestamp}.{body}',
  encoding: 'base64',
  timestamp: {
    at: { header: 'webhook-timestamp' },
    unit: 's',
    toleranceSeconds: 300,
    sided: 'two',
  },
  id: { header: 'webhook-id' },
} as const

/** Its HMAC form, which most senders have. */
export const standardWebhooksProof = {
  scheme: 'hmac',
  hash: 'sha256',
  key: ['strip:whsec_', 'base64'],
  ...signedText,
  signature: {
    at: { header: 'webhook-signature' },
    syntax: { kind: 'versioned', separator: ' ', version: 'v1' },
  },
} as const satisfies Provider['proof']

const keyPairProof = {
  scheme: 'detached',
  algorithm: 'ed25519',
  keyPrefix: 'whpk_',
  ...signedText,
  signature: {
    at: { header: 'webhook-signature' },
    syntax: { kind: 'versioned', separator: ' ', version: 'v1a' },
  },
} as const satisfies Provider['proof']

const email = [
  '$.data.email',
  '$.data.user.email',
  '$.data.customer.email',
  '$.data.customer_email',
  '$.email',
]

const missing = {
  en: 'The sender decides what it sends: capture one real event and click the email in it.',
  ru: 'Что присылать, решает отправитель: поймайте одно настоящее событие и щёлкните в нём почту.',
}

/** What senders of this shape usually call these events. */
export const conventionalEvents: readonly ProviderEvent[] = [
  {
    type: 'user.created',
    means: 'registered',
    label: { en: 'User registered', ru: 'Пользователь зарегистрировался' },
    email,
    missing,
    sample: {
      type: 'user.created',
      timestamp: '{{now:iso}}',
      data: { id: 'usr_{{id}}', email: 'anna@example.com', name: 'Anna Sample' },
    },
    sampleEmail: "$['data']['email']",
  },
  {
    type: 'invoice.paid',
    means: 'paid',
    label: { en: 'Invoice paid', ru: 'Счёт оплачен' },
    email,
    missing,
    sample: {
      type: 'invoice.paid',
      timestamp: '{{now:iso}}',
      data: {
        invoice: 'inv_{{id}}',
        amount: '49.00',
        currency: 'EUR',
        customer: { email: 'boris@example.org' },
      },
    },
    sampleEmail: "$['data']['customer']['email']",
  },
  {
    type: 'link.clicked',
    means: 'clicked',
    label: { en: 'Link clicked', ru: 'Переход по ссылке' },
    email,
    missing,
    sample: {
      type: 'link.clicked',
      timestamp: '{{now:iso}}',
      data: { link: 'https://example.com/bonus', email: 'vera@example.com' },
    },
    sampleEmail: "$['data']['email']",
  },
  {
    type: '*',
    means: 'other',
    label: { en: 'Any other event', ru: 'Любое другое событие' },
    email,
    missing,
    sample: {
      type: '{{type}}',
      timestamp: '{{now:iso}}',
      data: { id: '{{id}}', email: 'anna@example.com' },
    },
    sampleEmail: "$['data']['email']",
  },
]

export const standardWebhooks: Provider = {
  name: 'Standard Webhooks',
  kind: 'generic',
  market: 'both',
  evidence: { signature: 'official-code', email: 'official-docs', delivery: 'official-docs' },
  proof: { scheme: 'any', of: [standardWebhooksProof, keyPairProof] },
  credentials: [['secret'], ['publicKey']],
  body: { format: 'json' },
  event: {
    key: ['header:webhook-id'],
    type: ['$.type'],
    occurredAt: { path: '$.timestamp', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'In the sender’s webhook settings add an endpoint and paste the URL.',
      ru: 'В настройках вебхуков отправителя добавьте адрес и вставьте URL.',
    },
    secret: {
      en: 'The sender shows a signing secret for the endpoint. It usually starts with whsec_; paste it as shown. A sender that signs with a key pair shows a public key instead, whpk_…: enter that.',
      ru: 'Отправитель показывает для адреса секрет подписи. Обычно он начинается с whsec_; вставьте его как есть. Если отправитель подписывает парой ключей, он покажет открытый ключ whpk_…: впишите его.',
    },
    note: {
      en: 'Fits any sender whose requests carry webhook-id, webhook-timestamp and webhook-signature.',
      ru: 'Подходит всем, чьи запросы несут заголовки webhook-id, webhook-timestamp и webhook-signature.',
    },
  },
  retries: {
    en: 'Up to the sender; the specification suggests about ten attempts over three days.',
    ru: 'Решает отправитель; спецификация советует около десяти попыток за трое суток.',
  },
  events: conventionalEvents,
}
