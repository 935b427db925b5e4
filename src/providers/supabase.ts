// Supabase Auth Hooks: Standard Webhooks with two peculiarities. The secret carries "v1," in front,
// and every HTTP attempt has a new webhook-id, so that the key comes from the body alone. The hook
// is waited for: the answer must be JSON and must stop nobody from signing up.
import type { Provider } from './provider.ts'

const missing = {
  en: 'Empty for people who sign up by phone or anonymously.',
  ru: 'Пусто у тех, кто регистрируется по телефону или анонимно.',
}

export const supabase: Provider = {
  name: 'Supabase Auth Hooks',
  kind: 'auth',
  market: 'both',
  evidence: {
    signature: 'official-code',
    email: 'official-code',
    delivery: 'official-code',
  },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['strip:v1,', 'strip:whsec_', 'base64'],
    template: '{id}.{timestamp}.{body}',
    encoding: 'base64',
    signature: {
      at: { header: 'webhook-signature' },
      syntax: { kind: 'versioned', separator: ' ', version: 'v1' },
    },
    timestamp: {
      at: { header: 'webhook-timestamp' },
      unit: 's',
      toleranceSeconds: 300,
      sided: 'two',
    },
    id: { header: 'webhook-id' },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['$.metadata.uuid'],
    otherKeys: [['$.user.id', '$.metadata.name']],
    type: ['$.metadata.name'],
    occurredAt: { path: '$.metadata.time', unit: 'iso' },
  },
  answer: { status: 200, body: '{}', contentType: 'application/json' },
  guide: {
    url: {
      en: 'Supabase Dashboard → Authentication → Hooks → Add hook. Choose "After User Created" (or, where your project does not offer it, "Before User Created"), the type HTTPS, and paste the URL.',
      ru: 'Supabase Dashboard → Authentication → Hooks → Add hook. Выберите «After User Created» (если в проекте его нет, то «Before User Created»), тип HTTPS и вставьте URL.',
    },
    secret: {
      en: 'On the same form press "Generate secret". It looks like v1,whsec_…: paste it whole. Where several stand side by side, joined by |, add each as a credential of its own.',
      ru: 'В той же форме нажмите «Generate secret». Секрет выглядит как v1,whsec_…: вставьте его целиком. Если секретов несколько и между ними стоит |, добавьте каждый отдельно.',
    },
    note: {
      en: 'Connect the User Created hooks only. For the others (access token, send email, send SMS, MFA) Supabase expects an answer only your own code can give: through the relay sign-ins would fail or letters would not be sent. "Before User Created" speaks of people whose registration may still fail.',
      ru: 'Подключайте только хуки User Created. Остальные (access token, send email, send SMS, MFA) ждут ответа, который знает лишь ваш код: через релей сломается вход или перестанут уходить письма. «Before User Created» приходит раньше регистрации, и она ещё может не состояться.',
    },
  },
  retries: {
    en: 'Three attempts, 2 s apart, within 5 s altogether; after that the registration fails.',
    ru: 'Три попытки с паузой 2 с, на всё не больше 5 с; потом регистрация не удаётся.',
  },
  events: [
    {
      type: 'after-user-created',
      means: 'registered',
      label: { en: 'User created', ru: 'Пользователь создан' },
      email: ['$.user.email'],
      missing,
      sample: {
        metadata: {
          uuid: '{{id}}',
          time: '{{now:iso}}',
          name: 'after-user-created',
          ip_address: '203.0.113.30',
        },
        user: {
          id: '20000000-0000-4000-8000-000000000001',
          aud: 'authenticated',
          role: 'authenticated',
          email: 'anna@example.com',
          phone: '',
          app_metadata: { provider: 'email', providers: ['email'] },
          user_metadata: { name: 'Anna Sample' },
          identities: [],
          created_at: '{{now:iso}}',
          updated_at: '{{now:iso}}',
          is_anonymous: false,
        },
      },
      sampleEmail: "$['user']['email']",
    },
    {
      type: 'before-user-created',
      means: 'registered',
      label: { en: 'User about to be created', ru: 'Пользователь сейчас будет создан' },
      email: ['$.user.email'],
      missing,
      sample: {
        metadata: {
          uuid: '{{id}}',
          time: '{{now:iso}}',
          name: 'before-user-created',
          ip_address: '203.0.113.31',
        },
        user: {
          id: '20000000-0000-4000-8000-000000000002',
          aud: 'authenticated',
          role: '',
          email: 'boris@example.org',
          phone: '',
          app_metadata: { provider: 'google', providers: ['google'] },
          user_metadata: { name: 'Boris Sample' },
          identities: [],
          created_at: '{{now:iso}}',
          updated_at: '{{now:iso}}',
          is_anonymous: false,
        },
      },
      sampleEmail: "$['user']['email']",
    },
  ],
}
