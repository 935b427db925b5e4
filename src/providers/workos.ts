// WorkOS: an HMAC over time and body, with the time in milliseconds and a tolerance of three minutes.
// Like its own library it refuses old times only.
import type { Provider } from './provider.ts'

export const workos: Provider = {
  name: 'WorkOS',
  kind: 'auth',
  market: 'world',
  evidence: { signature: 'official-code', email: 'official-code', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{timestamp}.{body}',
    encoding: 'hex',
    signature: {
      at: { header: 'workos-signature' },
      syntax: { kind: 'pairs', separator: ',', assign: '=', name: 'v1' },
    },
    timestamp: { at: { pair: 't' }, unit: 'ms', toleranceSeconds: 180, sided: 'one' },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['$.id'],
    type: ['$.event'],
    occurredAt: { path: '$.created_at', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'WorkOS Dashboard → Webhooks → Create Webhook. Paste the URL as Endpoint URL and tick the events.',
      ru: 'WorkOS Dashboard → Webhooks → Create Webhook. Вставьте URL в Endpoint URL и отметьте события.',
    },
    secret: {
      en: 'Open the endpoint you created and copy its Secret. Staging and Production have different ones.',
      ru: 'Откройте созданный адрес и скопируйте его Secret. У Staging и Production он разный.',
    },
    note: {
      en: 'Requests older than three minutes are refused, as by WorkOS itself: keep the server’s clock right. dsync events come from a company’s directory, not from people who registered themselves.',
      ru: 'Запросы старше трёх минут отклоняются, как и у самой WorkOS: следите за часами сервера. События dsync приходят из каталога компании: эти люди сами не регистрировались.',
    },
  },
  retries: {
    en: 'Several attempts over a few days, with growing pauses.',
    ru: 'Несколько попыток в течение нескольких дней, паузы растут.',
  },
  events: [
    {
      type: 'user.created',
      means: 'registered',
      label: { en: 'User registered', ru: 'Пользователь зарегистрировался' },
      email: ['$.data.email'],
      missing: { en: 'Always there.', ru: 'Есть всегда.' },
      sample: {
        id: 'event_{{id}}',
        event: 'user.created',
        created_at: '{{now:iso}}',
        data: {
          object: 'user',
          id: 'user_SampleAnna',
          email: 'anna@example.com',
          email_verified: true,
          first_name: 'Anna',
          last_name: 'Sample',
          profile_picture_url: null,
          created_at: '{{now:iso}}',
          updated_at: '{{now:iso}}',
        },
      },
      sampleEmail: "$['data']['email']",
    },
    {
      type: 'authentication.password_succeeded',
      means: 'signed_in',
      label: { en: 'Signed in with a password', ru: 'Вход по паролю' },
      email: ['$.data.email'],
      missing: { en: 'May be empty.', ru: 'Может быть пусто.' },
      sample: {
        id: 'event_{{id}}',
        event: 'authentication.password_succeeded',
        created_at: '{{now:iso}}',
        data: {
          type: 'password',
          status: 'succeeded',
          user_id: 'user_SampleBoris',
          email: 'boris@example.org',
          ip_address: '203.0.113.32',
          user_agent: 'Sample browser',
          error: null,
        },
      },
      sampleEmail: "$['data']['email']",
    },
    {
      type: 'authentication.*',
      means: 'signed_in',
      label: { en: 'Signed in in any way', ru: 'Вход любым способом' },
      when: { path: '$.data.status', op: 'eq', value: 'succeeded' },
      email: ['$.data.email'],
      missing: {
        en: 'May be empty. Failed attempts have events of this kind too: keep the condition.',
        ru: 'Может быть пусто. О неудачных попытках приходят такие же события: не убирайте условие.',
      },
      sample: {
        id: 'event_{{id}}',
        event: '{{type}}',
        created_at: '{{now:iso}}',
        data: {
          type: 'oauth',
          status: 'succeeded',
          user_id: 'user_SampleBoris',
          email: 'boris@example.org',
          ip_address: '203.0.113.32',
          user_agent: 'Sample browser',
          error: null,
        },
      },
      sampleEmail: "$['data']['email']",
    },
    {
      type: 'dsync.user.created',
      means: 'other',
      label: { en: 'User added to a directory', ru: 'Пользователь добавлен в каталог' },
      email: ['$.data.email', '$.data.emails[?@.primary == true].value'],
      missing: {
        en: 'Missing where the directory does not share it.',
        ru: 'Нет, если каталог почту не передаёт.',
      },
      sample: {
        id: 'event_{{id}}',
        event: 'dsync.user.created',
        created_at: '{{now:iso}}',
        data: {
          object: 'directory_user',
          id: 'directory_user_SampleVera',
          directory_id: 'directory_Sample',
          organization_id: 'org_Sample',
          state: 'active',
          first_name: 'Vera',
          last_name: 'Sample',
          emails: [
            { primary: false, type: 'home', value: 'vera.home@example.org' },
            { primary: true, type: 'work', value: 'vera@example.com' },
          ],
        },
      },
      sampleEmail: "$['data']['emails'][1]['value']",
    },
  ],
}
