// FusionAuth: a JWT in a header proves the body by its SHA-256. The admin picks the key, so the
// algorithm is a setting: one per source, never a shared secret and a public key side by side.
import type { Provider } from './provider.ts'

const missing = {
  en: 'Missing for people who signed up by phone or user name.',
  ru: 'Нет у тех, кто зарегистрировался по телефону или имени.',
}

export const fusionauth: Provider = {
  name: 'FusionAuth',
  kind: 'auth',
  market: 'world',
  evidence: { signature: 'official-docs', email: 'official-docs', delivery: 'recall' },
  proof: {
    scheme: 'jwt',
    token: { header: 'x-fusionauth-signature-jwt', prefix: '' },
    algorithms: { setting: 'algorithms' },
    issuer: { setting: 'issuer' },
    audience: { setting: 'audience' },
    expiry: 'if_present',
    bodyHash: { claim: 'request_body_sha256', encoding: 'base64' },
  },
  settings: {
    algorithms: {
      label: { en: 'Algorithm of the signing key', ru: 'Алгоритм ключа подписи' },
      help: {
        en: 'As shown in FusionAuth under Settings → Key Master. HS… keys are secrets, all others have a public half.',
        ru: 'Как показано в FusionAuth: Settings → Key Master. Ключи HS… это секреты, у остальных есть открытая половина.',
      },
      default: 'RS256',
      allowed: [
        'RS256',
        'RS384',
        'RS512',
        'ES256',
        'ES384',
        'ES512',
        'EdDSA',
        'HS256',
        'HS384',
        'HS512',
      ],
    },
    issuer: {
      label: { en: 'Issuer (iss)', ru: 'Издатель (iss)' },
      help: {
        en: 'Leave empty: the token holds the body’s hash only. Filled in, it must be in the token.',
        ru: 'Оставьте пустым: в токене только хеш тела. Если заполнить, издатель обязан быть в токене.',
      },
    },
    audience: {
      label: { en: 'Audience (aud)', ru: 'Получатель (aud)' },
      help: {
        en: 'Leave empty: the token holds the body’s hash only. Filled in, it must be in the token.',
        ru: 'Оставьте пустым: в токене только хеш тела. Если заполнить, получатель обязан быть в токене.',
      },
    },
  },
  credentials: [['jwksUrl'], ['jwks'], ['publicKey'], ['secret']],
  body: { format: 'json' },
  event: {
    key: ['$.event.id'],
    type: ['$.event.type'],
    occurredAt: { path: '$.event.createInstant', unit: 'ms' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'FusionAuth → Settings → Webhooks → Add. Paste the URL, tick the events here and once more under Tenants → your tenant → Webhooks.',
      ru: 'FusionAuth → Settings → Webhooks → Add. Вставьте URL, отметьте события здесь и ещё раз в Tenants → ваш тенант → Webhooks.',
    },
    secret: {
      en: 'In the webhook open the tab Security, switch on "Sign events" and choose a key. For RS, ES and EdDSA keys enter https://YOUR-FUSIONAUTH/.well-known/jwks.json here, for HS keys the secret shown under Settings → Key Master.',
      ru: 'В вебхуке откройте вкладку Security, включите «Sign events» и выберите ключ. Для ключей RS, ES и EdDSA впишите сюда https://ВАШ-FUSIONAUTH/.well-known/jwks.json, для ключей HS секрет из Settings → Key Master.',
    },
    note: {
      en: 'Take the …complete events: the others are sent before the change is kept.',
      ru: 'Берите события с …complete: остальные отправляются до того, как изменение сохранено.',
    },
  },
  retries: {
    en: 'Depends on the tenant’s transaction setting; by default a failed delivery is not repeated.',
    ru: 'Зависит от настройки транзакций тенанта; по умолчанию неудачная доставка не повторяется.',
  },
  events: [
    {
      type: 'user.registration.create.complete',
      means: 'registered',
      label: { en: 'Registered for an application', ru: 'Регистрация в приложении' },
      email: ['$.event.user.email'],
      missing,
      sample: {
        event: {
          id: '{{id}}',
          type: 'user.registration.create.complete',
          createInstant: '{{now:ms}}',
          applicationId: '10000000-0000-4000-8000-000000000001',
          tenantId: '10000000-0000-4000-8000-000000000002',
          registration: { applicationId: '10000000-0000-4000-8000-000000000001' },
          user: {
            id: '10000000-0000-4000-8000-000000000003',
            active: true,
            email: 'anna@example.com',
            verified: true,
          },
        },
      },
      sampleEmail: "$['event']['user']['email']",
    },
    {
      type: 'user.create.complete',
      means: 'registered',
      label: { en: 'User created', ru: 'Пользователь создан' },
      email: ['$.event.user.email'],
      missing,
      sample: {
        event: {
          id: '{{id}}',
          type: 'user.create.complete',
          createInstant: '{{now:ms}}',
          tenantId: '10000000-0000-4000-8000-000000000002',
          user: { id: '10000000-0000-4000-8000-000000000003', email: 'anna@example.com' },
        },
      },
      sampleEmail: "$['event']['user']['email']",
    },
    {
      type: 'user.login.success',
      means: 'signed_in',
      label: { en: 'User signed in', ru: 'Пользователь вошёл' },
      email: ['$.event.user.email'],
      missing,
      sample: {
        event: {
          id: '{{id}}',
          type: 'user.login.success',
          createInstant: '{{now:ms}}',
          ipAddress: '203.0.113.22',
          tenantId: '10000000-0000-4000-8000-000000000002',
          user: { id: '10000000-0000-4000-8000-000000000003', email: 'boris@example.org' },
        },
      },
      sampleEmail: "$['event']['user']['email']",
    },
  ],
}
