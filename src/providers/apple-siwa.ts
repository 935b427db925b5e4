// Sign in with Apple tells when a person's forwarding address is switched or consent is withdrawn.
// There is no event for a registration. The claim "events" is JSON written as a text.
import type { Provider } from './provider.ts'

const token = { iss: 'https://appleid.apple.com', jti: '{{id}}' }

const never = { en: 'Never there.', ru: 'Никогда нет.' }

export const appleSiwa: Provider = {
  name: 'Sign in with Apple',
  nameRu: 'Вход с Apple',
  kind: 'auth',
  market: 'world',
  evidence: { signature: 'secondary', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'jwt',
    token: { field: '$.payload' },
    algorithms: 'RS256',
    issuer: 'https://appleid.apple.com',
    audience: { setting: 'audience' },
  },
  settings: {
    audience: {
      form: 'word',
      label: { en: 'Client ID (aud)', ru: 'Номер приложения (Client ID, aud)' },
      help: {
        en: 'The Bundle ID of the app, or the Services ID of the website. Apple signs for every app with the same keys: only this tells yours from others.',
        ru: 'Bundle ID приложения или Services ID сайта. Apple подписывает всем одними ключами: только это отличает ваши события от чужих.',
      },
      required: true,
    },
  },
  credentials: [['jwksUrl'], ['jwks']],
  body: { format: 'jwt', embedded: [{ at: '$.events', as: 'json' }] },
  event: {
    key: ['$.jti'],
    type: ['$.events.type'],
    occurredAt: { path: '$.events.event_time', unit: 'ms' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'developer.apple.com → Certificates, Identifiers & Profiles → Identifiers → your primary App ID → Sign in with Apple → Edit: paste the URL as Server-to-Server Notification Endpoint.',
      ru: 'developer.apple.com → Certificates, Identifiers & Profiles → Identifiers → ваш основной App ID → Sign in with Apple → Edit: вставьте URL в Server-to-Server Notification Endpoint.',
    },
    secret: {
      en: 'There is no secret: enter the address of Apple’s keys, https://appleid.apple.com/auth/keys.',
      ru: 'Секрета нет: укажите адрес ключей Apple, https://appleid.apple.com/auth/keys.',
    },
    note: {
      en: 'The same keys sign the sign-in tokens of your users: name the events in each rule, never "*". Addresses at privaterelay.appleid.com forward to the person.',
      ru: 'Теми же ключами подписаны токены входа ваших пользователей: в каждом правиле называйте события, а не «*». Письма на адреса privaterelay.appleid.com доходят до человека.',
    },
  },
  retries: { en: 'Not documented.', ru: 'Не описаны.' },
  events: [
    {
      type: 'email-enabled',
      means: 'other',
      label: { en: 'Forwarding switched on', ru: 'Пересылка писем включена' },
      email: ['$.events.email'],
      missing: { en: 'Always there.', ru: 'Есть всегда.' },
      sample: {
        ...token,
        events: {
          type: 'email-enabled',
          sub: '000001.sample',
          email: 'sample42@privaterelay.example.com',
          is_private_email: 'true',
          event_time: '{{now:ms}}',
        },
      },
      sampleEmail: "$['events']['email']",
    },
    {
      type: 'email-disabled',
      means: 'other',
      label: { en: 'Forwarding switched off', ru: 'Пересылка писем выключена' },
      email: ['$.events.email'],
      missing: { en: 'Always there.', ru: 'Есть всегда.' },
      sample: {
        ...token,
        events: {
          type: 'email-disabled',
          sub: '000001.sample',
          email: 'sample42@privaterelay.example.com',
          is_private_email: 'true',
          event_time: '{{now:ms}}',
        },
      },
      sampleEmail: "$['events']['email']",
    },
    {
      type: 'consent-revoked',
      means: 'other',
      label: { en: 'Consent withdrawn', ru: 'Согласие отозвано' },
      email: [],
      missing: never,
      sample: {
        ...token,
        events: { type: 'consent-revoked', sub: '000001.sample', event_time: '{{now:ms}}' },
      },
    },
    {
      type: 'account-delete',
      means: 'other',
      label: { en: 'Apple account deleted', ru: 'Учётная запись Apple удалена' },
      email: [],
      missing: never,
      sample: {
        ...token,
        events: { type: 'account-delete', sub: '000001.sample', event_time: '{{now:ms}}' },
      },
    },
  ],
}
