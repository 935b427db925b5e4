// Stytch delivers through Svix. What happened is told by two fields: user and CREATE.
import { svixProof } from './svix.ts'
import type { Provider } from './provider.ts'

export const stytch: Provider = {
  name: 'Stytch',
  kind: 'auth',
  market: 'world',
  evidence: { signature: 'secondary', email: 'recall', delivery: 'recall' },
  proof: svixProof,
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['$.event_id'],
    otherKeys: [['header:svix-id']],
    type: ['$.object_type', '$.action'],
    occurredAt: { path: '$.timestamp', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'Stytch Dashboard → Webhooks → Add Endpoint. Paste the URL and tick the events.',
      ru: 'Stytch Dashboard → Webhooks → Add Endpoint. Вставьте URL и отметьте события.',
    },
    secret: {
      en: 'Open the endpoint and reveal "Signing Secret" (starts with whsec_). Test and Live projects have different ones.',
      ru: 'Откройте созданный адрес и покажите «Signing Secret» (начинается с whsec_). У проектов Test и Live он разный.',
    },
    note: {
      en: 'Capture one event and try the rule on it before you count on its email.',
      ru: 'Прежде чем рассчитывать на почту, поймайте одно событие и примерьте на нём правило.',
    },
  },
  retries: {
    en: 'As Svix usually does: at once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h.',
    ru: 'Как обычно у Svix: сразу, затем через 5 с, 5 мин, 30 мин, 2 ч, 5 ч, 10 ч и ещё 10 ч.',
  },
  events: [
    {
      type: 'user.CREATE',
      means: 'registered',
      label: { en: 'User registered (Consumer)', ru: 'Пользователь зарегистрировался (Consumer)' },
      email: ['$.user.emails[*].email'],
      missing: {
        en: 'Missing for people who signed up by phone.',
        ru: 'Нет у тех, кто зарегистрировался по телефону.',
      },
      sample: {
        project_id: 'project-live-50000000-0000-4000-8000-000000000001',
        event_id: 'event-live-{{id}}',
        action: 'CREATE',
        object_type: 'user',
        source: 'DIRECT',
        id: 'user-live-50000000-0000-4000-8000-000000000002',
        timestamp: '{{now:iso}}',
        user: {
          user_id: 'user-live-50000000-0000-4000-8000-000000000002',
          name: { first_name: 'Anna', last_name: 'Sample' },
          emails: [{ email_id: 'email-live-sample', email: 'anna@example.com', verified: true }],
          phone_numbers: [],
          status: 'active',
        },
      },
      sampleEmail: "$['user']['emails'][0]['email']",
    },
    {
      type: 'member.CREATE',
      means: 'registered',
      label: { en: 'Member joined (B2B)', ru: 'Участник присоединился (B2B)' },
      email: ['$.member.email_address'],
      missing: { en: 'Rarely missing.', ru: 'Почти всегда есть.' },
      sample: {
        project_id: 'project-live-50000000-0000-4000-8000-000000000001',
        event_id: 'event-live-{{id}}',
        action: 'CREATE',
        object_type: 'member',
        source: 'DIRECT',
        id: 'member-live-50000000-0000-4000-8000-000000000003',
        timestamp: '{{now:iso}}',
        member: {
          member_id: 'member-live-50000000-0000-4000-8000-000000000003',
          organization_id: 'organization-live-sample',
          email_address: 'boris@example.org',
          name: 'Boris Sample',
          status: 'active',
        },
      },
      sampleEmail: "$['member']['email_address']",
    },
  ],
}
