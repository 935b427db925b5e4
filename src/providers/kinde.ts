// Kinde: the whole body is a signed JWT, its claims are the event. It has no iat, exp, iss or aud
// unless settings say so. Kinde's pages and its package name different key set paths.
import type { Provider } from './provider.ts'

export const kinde: Provider = {
  name: 'Kinde',
  kind: 'auth',
  market: 'world',
  evidence: { signature: 'official-code', email: 'official-docs', delivery: 'official-docs' },
  proof: {
    scheme: 'jwt',
    token: { body: true },
    algorithms: 'RS256',
    issuer: { setting: 'issuer' },
    audience: { setting: 'audience' },
    expiry: 'if_present',
  },
  settings: {
    issuer: {
      label: { en: 'Issuer (iss)', ru: 'Издатель (iss)' },
      help: {
        en: 'Leave empty: Kinde’s webhooks name no issuer. Filled in, it must be in the token.',
        ru: 'Оставьте пустым: вебхуки Kinde издателя не называют. Если заполнить, он обязан быть в токене.',
      },
    },
    audience: {
      label: { en: 'Audience (aud)', ru: 'Получатель (aud)' },
      help: {
        en: 'Leave empty: Kinde’s webhooks name no audience. Filled in, it must be in the token.',
        ru: 'Оставьте пустым: вебхуки Kinde получателя не называют. Если заполнить, он обязан быть в токене.',
      },
    },
  },
  credentials: [['jwksUrl'], ['jwks'], ['publicKey']],
  body: { format: 'jwt' },
  event: {
    key: ['$.event_id'],
    type: ['$.type'],
    occurredAt: { path: '$.timestamp', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'Kinde → Settings → Webhooks → Add webhook. Paste the URL as endpoint, tick the events, save.',
      ru: 'Kinde → Settings → Webhooks → Add webhook. Вставьте URL как endpoint, отметьте события, сохраните.',
    },
    secret: {
      en: 'There is no secret: enter the address of your keys, https://YOUR-NAME.kinde.com/.well-known/jwks.json (or, if that is not found, …/.well-known/jwks).',
      ru: 'Секрета нет: укажите адрес ключей https://ВАШЕ-ИМЯ.kinde.com/.well-known/jwks.json (если его нет, то …/.well-known/jwks).',
    },
    note: {
      en: 'The same keys sign the sign-in tokens of your users: name the events in each rule, never "*".',
      ru: 'Теми же ключами подписаны токены входа ваших пользователей: в каждом правиле называйте события, а не «*».',
    },
  },
  retries: {
    en: 'At once, then after 5 s, 30 s, 2 min, 10 min, 1 h, 4 h, then every 12 h up to 36 h; only the answer 200 counts as taken. After 72 h of failures the webhook is switched off.',
    ru: 'Сразу, затем через 5 с, 30 с, 2 мин, 10 мин, 1 ч, 4 ч и каждые 12 ч до 36 ч; принятым считается только ответ 200. После 72 ч неудач вебхук выключается.',
  },
  events: [
    {
      type: 'user.created',
      means: 'registered',
      label: { en: 'User registered', ru: 'Пользователь зарегистрировался' },
      email: ['$.data.user.email'],
      missing: {
        en: 'Empty for people who signed up by phone or user name. Imported users make no event.',
        ru: 'Пусто у тех, кто зарегистрировался по телефону или имени. Об импортированных событий нет.',
      },
      sample: {
        event_id: 'event_{{id}}',
        source: 'user',
        timestamp: '{{now:iso}}',
        type: 'user.created',
        data: {
          user: {
            id: 'kp_sample0001',
            email: 'anna@example.com',
            first_name: 'Anna',
            last_name: 'Sample',
            is_password_reset_requested: false,
            is_suspended: false,
            organizations: [{ code: 'org_sample', roles: null, permissions: null }],
            phone: null,
            username: null,
          },
        },
      },
      sampleEmail: "$['data']['user']['email']",
    },
    {
      type: 'subscriber.created',
      means: 'submitted',
      label: { en: 'Subscriber added', ru: 'Новый подписчик' },
      email: ['$.data.subscriber.email'],
      missing: { en: 'Always there.', ru: 'Есть всегда.' },
      sample: {
        event_id: 'event_{{id}}',
        source: 'user',
        timestamp: '{{now:iso}}',
        type: 'subscriber.created',
        data: { subscriber: { id: 'sub_sample0001', email: 'vera@example.com' } },
      },
      sampleEmail: "$['data']['subscriber']['email']",
    },
    {
      type: 'access_request.created',
      means: 'submitted',
      label: { en: 'Access requested', ru: 'Запрос на доступ' },
      email: ['$.data.access_request.email'],
      missing: { en: 'Always there.', ru: 'Есть всегда.' },
      sample: {
        event_id: 'event_{{id}}',
        source: 'user',
        timestamp: '{{now:iso}}',
        type: 'access_request.created',
        data: { access_request: { id: 'req_sample0001', email: 'vera@example.com' } },
      },
      sampleEmail: "$['data']['access_request']['email']",
    },
    {
      type: 'user.authenticated',
      means: 'signed_in',
      label: { en: 'User signed in', ru: 'Пользователь вошёл' },
      email: [],
      missing: {
        en: 'Never there, only the user’s id: use user.created.',
        ru: 'Никогда нет, только номер пользователя: используйте user.created.',
      },
      sample: {
        event_id: 'event_{{id}}',
        source: 'user',
        timestamp: '{{now:iso}}',
        type: 'user.authenticated',
        data: { user: { id: 'kp_sample0001' } },
      },
    },
  ],
}
