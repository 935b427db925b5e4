// Svix: a delivery service behind many senders. The same signature as Standard Webhooks under the
// service's own header names. Only those: were both families taken, a header added to a signed
// request could change the event's key.
import { conventionalEvents } from './standard-webhooks.ts'
import type { Provider } from './provider.ts'

export const svixProof: Provider['proof'] = {
  scheme: 'hmac',
  hash: 'sha256',
  key: ['strip:whsec_', 'base64'],
  template: '{id}.{timestamp}.{body}',
  encoding: 'base64',
  signature: {
    at: { header: 'svix-signature' },
    syntax: { kind: 'versioned', separator: ' ', version: 'v1' },
  },
  timestamp: {
    at: { header: 'svix-timestamp' },
    unit: 's',
    toleranceSeconds: 300,
    sided: 'two',
  },
  id: { header: 'svix-id' },
}

export const svix: Provider = {
  name: 'Svix',
  kind: 'generic',
  market: 'world',
  evidence: { signature: 'official-code', email: 'recall', delivery: 'recall' },
  proof: svixProof,
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['header:svix-id'],
    type: ['$.type'],
    occurredAt: { path: '$.timestamp', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'In the sender’s webhook portal: Endpoints → Add Endpoint, paste the URL, tick the events.',
      ru: 'На странице вебхуков отправителя: Endpoints → Add Endpoint, вставьте URL, отметьте события.',
    },
    secret: {
      en: 'Open the endpoint, find "Signing Secret" and press the eye. It starts with whsec_.',
      ru: 'Откройте адрес, найдите «Signing Secret» и нажмите на глаз. Секрет начинается с whsec_.',
    },
    note: {
      en: 'Fits any sender whose requests carry svix-id, svix-timestamp and svix-signature. Where they are called webhook-…, take the preset Standard Webhooks.',
      ru: 'Подходит всем, чьи запросы несут заголовки svix-id, svix-timestamp и svix-signature. Если они называются webhook-…, возьмите Standard Webhooks.',
    },
  },
  retries: {
    en: 'Usually: at once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h.',
    ru: 'Обычно: сразу, затем через 5 с, 5 мин, 30 мин, 2 ч, 5 ч, 10 ч и ещё 10 ч.',
  },
  events: conventionalEvents,
}
