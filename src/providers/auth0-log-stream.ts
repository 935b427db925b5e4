// Auth0 Log Streams: nothing is signed; the Authorization header holds exactly the text entered in
// Auth0. One request carries many log entries, as an array, an object, or one per line.
import type { Provider } from './provider.ts'

const missing = {
  en: 'user_name may be a user name or a phone number instead of an email.',
  ru: 'В user_name вместо почты может быть имя или телефон.',
}

export const auth0LogStream: Provider = {
  name: 'Auth0 Log Streams',
  kind: 'auth',
  market: 'world',
  evidence: { signature: 'official-docs', email: 'recall', delivery: 'official-docs' },
  proof: { scheme: 'token', at: { header: 'authorization', prefix: '' } },
  credentials: [['token']],
  body: { format: 'json-lines' },
  event: {
    key: ['$.log_id'],
    type: ['$.data.type'],
    occurredAt: { path: '$.data.date', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'Auth0 Dashboard → Monitoring → Streams → Create Stream → Custom Webhook. Paste the URL as Payload URL; Content Type application/json; any Content Format.',
      ru: 'Auth0 Dashboard → Monitoring → Streams → Create Stream → Custom Webhook. Вставьте URL в Payload URL; Content Type application/json; Content Format любой.',
    },
    secret: {
      en: 'Invent a long random text, enter it as Authorization Token there and here, letter for letter (with "Bearer " only if you wrote it there too).',
      ru: 'Придумайте длинный случайный текст и впишите его в Authorization Token там и сюда, буква в букву (с «Bearer » только если написали его и там).',
    },
    note: {
      en: 'Auth0 does not sign these requests: whoever learns the token can invent events. Limit the stream to the categories you need.',
      ru: 'Auth0 не подписывает эти запросы: кто узнает токен, сможет придумывать события. Оставьте в потоке только нужные категории.',
    },
  },
  retries: {
    en: 'Up to three more attempts; after repeated failures Auth0 switches the stream off.',
    ru: 'Ещё до трёх попыток; после повторных неудач Auth0 выключает поток.',
  },
  events: [
    {
      type: 'ss',
      means: 'registered',
      label: { en: 'Sign-up succeeded (ss)', ru: 'Регистрация прошла (ss)' },
      email: ['$.data.user_name', '$.data.details.body.email'],
      missing,
      sample: {
        log_id: '{{id}}',
        data: {
          log_id: '{{id}}',
          date: '{{now:iso}}',
          type: 'ss',
          description: 'Sample sign-up',
          connection: 'Username-Password-Authentication',
          client_name: 'Sample shop',
          ip: '203.0.113.20',
          user_id: 'auth0|sample0001',
          user_name: 'anna@example.com',
        },
      },
      sampleEmail: "$['data']['user_name']",
    },
    {
      type: 's',
      means: 'signed_in',
      label: { en: 'Sign-in succeeded (s)', ru: 'Вход выполнен (s)' },
      email: ['$.data.user_name'],
      missing,
      sample: {
        log_id: '{{id}}',
        data: {
          log_id: '{{id}}',
          date: '{{now:iso}}',
          type: 's',
          description: 'Sample sign-in',
          connection: 'google-oauth2',
          client_name: 'Sample shop',
          ip: '203.0.113.21',
          user_id: 'google-oauth2|1000001',
          user_name: 'boris@example.org',
        },
      },
      sampleEmail: "$['data']['user_name']",
    },
  ],
}
