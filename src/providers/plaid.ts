// Plaid: a token in a header holds the body's hash. Its keys are not public: each is asked for at
// Plaid by its id, with the client's own id and secret. No event holds an email.
import type { Provider } from './provider.ts'

const missing = {
  en: 'Never there: Plaid names people by link_session_id or item_id only.',
  ru: 'Никогда нет: Plaid называет людей только по link_session_id или item_id.',
}

export const plaid: Provider = {
  name: 'Plaid',
  kind: 'auth',
  market: 'world',
  evidence: { signature: 'secondary', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'jwt',
    token: { header: 'plaid-verification' },
    algorithms: 'ES256',
    maxAgeSeconds: 300,
    bodyHash: { claim: 'request_body_sha256', encoding: 'hex' },
    keyRequest: {
      url: { setting: 'keys_url' },
      body: { client_id: '{username}', secret: '{password}', key_id: '{kid}' },
      key: '$.key',
    },
  },
  settings: {
    keys_url: {
      label: { en: 'Environment', ru: 'Окружение' },
      help: {
        en: 'Where Plaid is asked for its keys.',
        ru: 'Где у Plaid спрашивать ключи.',
      },
      default: 'https://production.plaid.com/webhook_verification_key/get',
      allowed: [
        'https://production.plaid.com/webhook_verification_key/get',
        'https://sandbox.plaid.com/webhook_verification_key/get',
      ],
      options: {
        'https://production.plaid.com/webhook_verification_key/get': {
          en: 'Production',
          ru: 'Боевое (production)',
        },
        'https://sandbox.plaid.com/webhook_verification_key/get': {
          en: 'Sandbox',
          ru: 'Тестовое (sandbox)',
        },
      },
    },
  },
  credentials: [['username', 'password'], ['jwks']],
  body: { format: 'json' },
  event: {
    key: ['$.webhook_type', '$.webhook_code', '$.link_session_id'],
    type: ['$.webhook_type', '$.webhook_code'],
    test: { path: '$.environment', oneOf: ['sandbox'] },
  },
  answer: { status: 200 },
  guide: {
    pastedBy: 'developers',
    url: {
      en: 'There is no page for it: your developers pass this URL as webhook when they create the link token (/link/token/create).',
      ru: 'Отдельной страницы нет: разработчики передают этот URL как webhook при создании link token (/link/token/create).',
    },
    secret: {
      en: 'Plaid Dashboard → Developers → Keys: client_id goes into the user name, the secret of the environment into the password.',
      ru: 'Plaid Dashboard → Developers → Keys: client_id впишите в имя пользователя, секрет окружения — в пароль.',
    },
    note: {
      en: 'No bonus can come of these events alone, since they hold no email. Sandbox and production have different secrets.',
      ru: 'Сами по себе эти события бонуса не дадут: почты в них нет. У sandbox и production секреты разные.',
    },
  },
  retries: {
    en: 'For about a day, with growing pauses.',
    ru: 'Около суток, паузы растут.',
  },
  events: [
    {
      type: 'LINK.SESSION_FINISHED',
      means: 'registered',
      label: { en: 'Bank linked', ru: 'Банк привязан' },
      when: { path: '$.status', op: 'eq', value: 'SUCCESS' },
      email: [],
      missing,
      sample: {
        environment: 'production',
        link_session_id: '{{id}}',
        link_token: 'link-production-sample',
        public_tokens: ['public-production-sample'],
        status: 'SUCCESS',
        webhook_code: 'SESSION_FINISHED',
        webhook_type: 'LINK',
      },
    },
    {
      type: 'LINK.ITEM_ADD_RESULT',
      means: 'other',
      label: { en: 'Account added', ru: 'Счёт добавлен' },
      email: [],
      missing,
      sample: {
        environment: 'production',
        link_session_id: '{{id}}',
        link_token: 'link-production-sample',
        public_token: 'public-production-sample',
        webhook_code: 'ITEM_ADD_RESULT',
        webhook_type: 'LINK',
      },
    },
  ],
}
