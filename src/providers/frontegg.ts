// Frontegg: a JWT in a header, signed with the secret typed into its portal. Nothing says that it
// holds the body's hash, so that it names the sender only, and the body counts as not signed.
import type { Provider } from './provider.ts'

const missing = {
  en: 'Capture one real event and look where the email is.',
  ru: 'Поймайте одно настоящее событие и посмотрите, где в нём почта.',
}
const email = ['$.user.email', '$.data.user.email']

export const frontegg: Provider = {
  name: 'Frontegg',
  kind: 'auth',
  market: 'world',
  evidence: { signature: 'official-docs', email: 'secondary', delivery: 'official-docs' },
  proof: {
    scheme: 'jwt',
    token: { header: 'x-webhook-secret', prefix: '' },
    algorithms: 'HS256',
    expiry: 'if_present',
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: { key: [], type: ['$.eventKey'] },
  answer: { status: 200 },
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'Frontegg Portal → the environment → Webhooks → Add webhook. Paste the URL and choose the events.',
      ru: 'Frontegg Portal → нужная среда → Webhooks → Add webhook. Вставьте URL и выберите события.',
    },
    secret: {
      en: 'On the same form invent a long random text for "Secret key" and paste the same text here.',
      ru: 'В той же форме придумайте длинный случайный текст для «Secret key» и вставьте его же сюда.',
    },
    note: {
      en: 'The token proves who sends, not what is sent: whoever catches one could send other bodies with it. Frontegg names its addresses, which a firewall can insist on: 99.81.198.187, 54.216.181.43, 52.209.54.22 (EU), 23.21.59.58, 54.152.159.125, 3.220.173.9 (US).',
      ru: 'Токен доказывает, кто отправил, но не что отправлено: перехватив его, можно слать другие тела. Frontegg называет свои адреса, их можно закрепить в файрволе: 99.81.198.187, 54.216.181.43, 52.209.54.22 (ЕС), 23.21.59.58, 54.152.159.125, 3.220.173.9 (США).',
    },
  },
  retries: {
    en: 'Frontegg does not say; do not count on repeats.',
    ru: 'Frontegg об этом не говорит; не рассчитывайте на повторы.',
  },
  events: [
    {
      type: 'frontegg.user.signedUp',
      means: 'registered',
      label: { en: 'User registered', ru: 'Пользователь зарегистрировался' },
      email,
      missing,
      sample: {
        eventKey: 'frontegg.user.signedUp',
        eventContext: { tenantId: 'sample-tenant', vendorId: 'sample-vendor' },
        user: { id: '{{id}}', email: 'anna@example.com', name: 'Anna Sample' },
      },
      sampleEmail: "$['user']['email']",
    },
    {
      type: 'frontegg.user.created',
      means: 'registered',
      label: {
        en: 'User created, also by invitation',
        ru: 'Пользователь создан, в том числе по приглашению',
      },
      email,
      missing,
      sample: {
        eventKey: 'frontegg.user.created',
        eventContext: { tenantId: 'sample-tenant', vendorId: 'sample-vendor' },
        data: { user: { id: '{{id}}', email: 'boris@example.org', name: 'Boris Sample' } },
      },
      sampleEmail: "$['data']['user']['email']",
    },
  ],
}
