// Auth0 Event Streams: nothing is signed, a token in the Authorization header names the sender.
// There is no sign-in event here. A 4xx answer is final for Auth0, so doubt must be answered 503.
import type { Provider } from './provider.ts'

export const auth0EventStream: Provider = {
  name: 'Auth0 Event Streams',
  kind: 'auth',
  market: 'world',
  evidence: { signature: 'official-docs', email: 'official-docs', delivery: 'official-docs' },
  proof: {
    scheme: 'any',
    of: [
      { scheme: 'token', at: { header: 'authorization', prefix: 'Bearer ' } },
      { scheme: 'basic' },
    ],
  },
  credentials: [['token'], ['username', 'password']],
  body: { format: 'json' },
  event: {
    key: ['$.id'],
    type: ['$.type'],
    occurredAt: { path: '$.time', unit: 'iso' },
  },
  answer: { status: 204 },
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'Auth0 Dashboard → Event Streams → Create Event Stream → Webhook. Paste the URL as Webhook Endpoint, tick user.created, save and enable the stream.',
      ru: 'Auth0 Dashboard → Event Streams → Create Event Stream → Webhook. Вставьте URL в поле Webhook Endpoint, отметьте user.created, сохраните и включите поток.',
    },
    secret: {
      en: 'Invent a long random token. Enter it in Auth0 as the Bearer token under Authorization Method, and the same text here, without the word Bearer.',
      ru: 'Придумайте длинный случайный токен. Впишите его в Auth0 как Bearer-токен (Authorization Method), а сюда тот же текст без слова Bearer.',
    },
    note: {
      en: 'Auth0 does not sign these requests: whoever learns the token can invent events. There is no sign-in event: take the Auth0 Action for that.',
      ru: 'Auth0 не подписывает эти запросы: кто узнает токен, сможет придумывать события. События о входе здесь нет: для него есть Auth0 Action.',
    },
  },
  retries: {
    en: 'Four attempts in all, after 1 s, 2 s and 4 s; a 4xx answer ends them. After three failed deliveries in a row the stream switches itself off: watch its Health page.',
    ru: 'Всего четыре попытки: через 1, 2 и 4 с; ответ 4xx их прекращает. После трёх неудач подряд поток выключается сам: поглядывайте на страницу Health.',
  },
  events: [
    {
      type: 'user.created',
      means: 'registered',
      label: { en: 'User registered', ru: 'Пользователь зарегистрировался' },
      email: ['$.data.object.email', '$.data.object.identities[*].profileData.email'],
      missing: {
        en: 'Missing for people who signed up by phone or user name.',
        ru: 'Нет у тех, кто зарегистрировался по телефону или имени.',
      },
      sample: {
        specversion: '1.0',
        id: 'evt_{{id}}',
        type: 'user.created',
        source: 'urn:auth0:sample-tenant.example.com',
        time: '{{now:iso}}',
        a0tenant: 'sample-tenant',
        a0stream: 'est_SampleStream',
        data: {
          object: {
            user_id: 'auth0|sample0001',
            email: 'anna@example.com',
            email_verified: false,
            name: 'Anna Sample',
            created_at: '{{now:iso}}',
            identities: [
              {
                connection: 'Username-Password-Authentication',
                provider: 'auth0',
                user_id: 'sample0001',
                isSocial: false,
              },
            ],
          },
        },
      },
      sampleEmail: "$['data']['object']['email']",
    },
    {
      type: 'user.updated',
      means: 'other',
      label: { en: 'User changed', ru: 'Данные пользователя изменились' },
      email: ['$.data.object.email'],
      missing: {
        en: 'Missing for people without an email. Comes with every change: rarely what a bonus is for.',
        ru: 'Нет у тех, кто без почты. Приходит при каждом изменении: для бонуса обычно не годится.',
      },
      sample: {
        specversion: '1.0',
        id: 'evt_{{id}}',
        type: 'user.updated',
        source: 'urn:auth0:sample-tenant.example.com',
        time: '{{now:iso}}',
        data: { object: { user_id: 'auth0|sample0001', email: 'anna@example.com' } },
      },
      sampleEmail: "$['data']['object']['email']",
    },
  ],
}
