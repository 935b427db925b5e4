// Keycloak with the Phase Two events extension: either an HMAC of the body, or a bearer token of the
// realm that holds the body's SHA-256. The realm's keys sign people's sign-in tokens too; those hold
// no such hash, so that none of them can stand for an event.
import type { Provider } from './provider.ts'

export const keycloak: Provider = {
  name: 'Keycloak (Phase Two events)',
  kind: 'auth',
  market: 'both',
  evidence: { signature: 'official-code', email: 'recall', delivery: 'official-code' },
  proof: {
    scheme: 'any',
    of: [
      {
        scheme: 'hmac',
        hash: { setting: 'hash' },
        key: ['utf8'],
        template: '{body}',
        encoding: 'hex',
        signature: { at: { header: 'x-keycloak-signature' }, syntax: { kind: 'single' } },
      },
      {
        scheme: 'jwt',
        token: { header: 'authorization', prefix: 'Bearer ' },
        algorithms: { setting: 'algorithms' },
        issuer: { setting: 'issuer' },
        audience: { setting: 'audience' },
        expiry: 'required',
        bodyHash: { claim: 'request_body_sha256', encoding: 'hex' },
      },
    ],
  },
  settings: {
    hash: {
      label: { en: 'HMAC algorithm', ru: 'Алгоритм HMAC' },
      help: {
        en: 'Counts with a shared secret only. sha256 for HmacSHA256, the default; sha1 for HmacSHA1.',
        ru: 'Важен только с общим секретом. sha256 для HmacSHA256 (так по умолчанию), sha1 для HmacSHA1.',
      },
      default: 'sha256',
      allowed: ['sha256', 'sha1'],
    },
    algorithms: {
      label: { en: 'Algorithm of the realm’s key', ru: 'Алгоритм ключа realm' },
      help: {
        en: 'Counts with a bearer token only: Realm settings → Tokens → Default signature algorithm.',
        ru: 'Важен только с токеном: Realm settings → Tokens → Default signature algorithm.',
      },
      default: 'RS256',
      allowed: ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'],
    },
    issuer: {
      label: { en: 'Issuer (iss)', ru: 'Издатель (iss)' },
      help: {
        en: 'Counts with a bearer token only: the realm’s address, https://YOUR-KEYCLOAK/realms/NAME. Empty: any issuer whose key fits.',
        ru: 'Важен только с токеном: адрес realm, https://ВАШ-KEYCLOAK/realms/ИМЯ. Если пусто, подойдёт любой, чей ключ верен.',
      },
    },
    audience: {
      label: { en: 'Audience (aud)', ru: 'Получатель (aud)' },
      help: {
        en: 'Counts with a bearer token only. Filled in, it must be in the token.',
        ru: 'Важен только с токеном. Если заполнить, получатель обязан быть в токене.',
      },
    },
  },
  credentials: [['secret'], ['jwksUrl'], ['jwks'], ['publicKey'], ['certificate']],
  body: { format: 'json', embedded: [{ at: '$.representation', as: 'json' }] },
  event: {
    key: ['$.uid'],
    type: ['$.type'],
    occurredAt: { path: '$.time', unit: 'ms' },
  },
  answer: { status: 200 },
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'Install the extension keycloak-events of Phase Two. Realm settings → Events → Event listeners: add ext-event-webhook. Then create the webhook by the admin API, POST /realms/NAME/webhooks, with "url": this URL, "enabled": true and "eventTypes": ["access.REGISTER"]; Phase Two’s own console has a page Webhooks for it.',
      ru: 'Установите расширение keycloak-events от Phase Two. Realm settings → Events → Event listeners: добавьте ext-event-webhook. Затем создайте вебхук через admin API, POST /realms/ИМЯ/webhooks, где "url" этот URL, "enabled": true, "eventTypes": ["access.REGISTER"]; в консоли самого Phase Two для этого есть страница Webhooks.',
    },
    secret: {
      en: 'Invent a long random text and give it as "secret" when the webhook is created, and here. If the webhook signs with a bearer token instead, enter the realm’s keys: https://YOUR-KEYCLOAK/realms/NAME/protocol/openid-connect/certs.',
      ru: 'Придумайте длинный случайный текст и укажите его как "secret" при создании вебхука и здесь. Если вебхук подписывается токеном, впишите адрес ключей realm: https://ВАШ-KEYCLOAK/realms/ИМЯ/protocol/openid-connect/certs.',
    },
    note: {
      en: 'Keycloak itself sends no webhooks, and other extensions write them differently: for those take "Webhook with a token" or "Webhook with an HMAC signature". Without a secret the extension signs nothing, and the relay refuses its requests.',
      ru: 'Сам Keycloak вебхуков не шлёт, а другие расширения пишут их иначе: для них возьмите «Вебхук с токеном» или «Вебхук с подписью HMAC». Без секрета расширение ничего не подписывает, и релей такие запросы отклоняет.',
    },
  },
  retries: {
    en: 'For about 15 minutes: after 0.5 s, then with pauses five times as long each, 3 minutes at most.',
    ru: 'Около 15 минут: через 0,5 с, затем паузы растут впятеро, но не больше 3 минут.',
  },
  events: [
    {
      type: 'access.REGISTER',
      means: 'registered',
      label: { en: 'User registered', ru: 'Пользователь зарегистрировался' },
      email: ['$.details.email', '$.details.username'],
      missing: {
        en: 'Missing where the realm hides the details of events.',
        ru: 'Нет, если realm скрывает подробности событий.',
      },
      sample: {
        uid: '{{id}}',
        time: '{{now:ms}}',
        type: 'access.REGISTER',
        realmId: 'sample-realm',
        authDetails: {
          realmId: 'sample-realm',
          clientId: 'sample-shop',
          userId: '40000000-0000-4000-8000-000000000001',
          ipAddress: '203.0.113.36',
        },
        details: {
          auth_method: 'openid-connect',
          register_method: 'form',
          username: 'anna',
          email: 'anna@example.com',
        },
      },
      sampleEmail: "$['details']['email']",
    },
    {
      type: 'access.LOGIN',
      means: 'signed_in',
      label: { en: 'User signed in', ru: 'Пользователь вошёл' },
      email: ['$.details.username'],
      missing: {
        en: 'There only where people sign in by email; otherwise take access.REGISTER.',
        ru: 'Есть, только если входят по почте; иначе берите access.REGISTER.',
      },
      sample: {
        uid: '{{id}}',
        time: '{{now:ms}}',
        type: 'access.LOGIN',
        realmId: 'sample-realm',
        authDetails: {
          realmId: 'sample-realm',
          clientId: 'sample-shop',
          userId: '40000000-0000-4000-8000-000000000002',
          ipAddress: '203.0.113.37',
        },
        details: { auth_method: 'openid-connect', username: 'boris@example.org' },
      },
      sampleEmail: "$['details']['username']",
    },
    {
      type: 'admin.USER-CREATE',
      means: 'registered',
      label: { en: 'User created by an administrator', ru: 'Пользователя создал администратор' },
      email: ['$.representation.email'],
      missing: {
        en: 'Missing unless "Include representation" is on: Realm settings → Events → Admin events settings.',
        ru: 'Нет, пока не включено «Include representation»: Realm settings → Events → Admin events settings.',
      },
      sample: {
        uid: '{{id}}',
        time: '{{now:ms}}',
        type: 'admin.USER-CREATE',
        realmId: 'sample-realm',
        authDetails: { realmId: 'sample-realm', clientId: 'security-admin-console' },
        resourceType: 'USER',
        operationType: 'CREATE',
        resourcePath: 'users/40000000-0000-4000-8000-000000000003',
        representation: { username: 'vera', email: 'vera@example.com', enabled: true },
      },
      sampleEmail: "$['representation']['email']",
    },
  ],
}
