// Okta event hooks: nothing is signed, a free text in a header names the sender. One request may hold
// several events. Before the first, Okta asks by GET whether the address is ours.
import type { Provider } from './provider.ts'

const missing = {
  en: 'It is the person’s user name at Okta: normally an email, but your company may have chosen otherwise.',
  ru: 'Это имя пользователя в Okta: обычно почта, но в вашей компании могло быть решено иначе.',
}

export const okta: Provider = {
  name: 'Okta Event Hooks',
  kind: 'auth',
  market: 'world',
  evidence: { signature: 'official-docs', email: 'official-docs', delivery: 'official-docs' },
  proof: { scheme: 'token', at: { header: { setting: 'header' } } },
  settings: {
    header: {
      label: { en: 'Header of the secret', ru: 'Заголовок с секретом' },
      help: {
        en: 'The header Okta puts the secret into: the same as "Authentication field" of the event hook.',
        ru: 'Заголовок, в который Okta кладёт секрет: то же, что в поле «Authentication field» хука.',
      },
      default: 'Authorization',
      form: 'header',
    },
  },
  credentials: [['token']],
  body: {
    format: 'json',
    batch: {
      path: '$.data.events[*]',
      around: {
        eventType: 'com.okta.event_hook',
        eventTypeVersion: '1.0',
        cloudEventsVersion: '0.1',
        source: 'https://sample.okta.com/api/v1/eventHooks/who000000000000sample',
        eventId: '30000000-0000-4000-8000-000000000001',
        data: { events: ['{{event}}'] },
        eventTime: '{{now:iso}}',
        contentType: 'application/json',
      },
    },
  },
  event: {
    key: ['$.uuid'],
    type: ['$.eventType'],
    occurredAt: { path: '$.published', unit: 'iso' },
  },
  answer: { status: 200 },
  handshakes: [
    {
      when: { method: 'GET', header: 'x-okta-verification-challenge' },
      proof: 'none',
      answer: {
        status: 200,
        body: '{"verification":"{header:x-okta-verification-challenge}"}',
        contentType: 'application/json',
      },
    },
  ],
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'Okta Admin Console → Workflow → Event Hooks → Create Event Hook. Paste the URL, choose the events, save, then press "Verify": the relay answers by itself.',
      ru: 'Okta Admin Console → Workflow → Event Hooks → Create Event Hook. Вставьте URL, выберите события, сохраните и нажмите «Verify»: релей ответит сам.',
    },
    secret: {
      en: 'Invent a long random text, enter it in the hook as "Authentication secret" and here, letter for letter. "Authentication field" is the header’s name, usually Authorization.',
      ru: 'Придумайте длинный случайный текст и впишите его в хук как «Authentication secret» и сюда, буква в букву. «Authentication field» это имя заголовка, обычно Authorization.',
    },
    note: {
      en: 'Okta does not sign these requests: whoever learns the secret can invent events. Choose only the events you need.',
      ru: 'Okta не подписывает эти запросы: кто узнает секрет, сможет придумывать события. Выберите только нужные события.',
    },
  },
  retries: {
    en: 'One more attempt, only after a 5xx answer or 3 s without one.',
    ru: 'Ещё одна попытка, и только после ответа 5xx или 3 с молчания.',
  },
  events: [
    {
      type: 'user.lifecycle.create',
      means: 'registered',
      label: { en: 'User created', ru: 'Пользователь создан' },
      when: { path: '$.outcome.result', op: 'eq', value: 'SUCCESS' },
      email: ["$.target[?@.type == 'User'].alternateId"],
      missing,
      sample: {
        uuid: '{{id}}',
        published: '{{now:iso}}',
        eventType: 'user.lifecycle.create',
        version: '0',
        displayMessage: 'Create okta user',
        severity: 'INFO',
        actor: {
          id: '00usampleadmin',
          type: 'User',
          alternateId: 'admin@example.net',
          displayName: 'Sample Admin',
        },
        outcome: { result: 'SUCCESS', reason: null },
        target: [
          {
            id: '00gsample',
            type: 'UserGroup',
            alternateId: 'unknown',
            displayName: 'Sample group',
          },
          {
            id: '00usampleanna',
            type: 'User',
            alternateId: 'anna@example.com',
            displayName: 'Anna Sample',
          },
        ],
      },
      sampleEmail: "$['target'][1]['alternateId']",
    },
    {
      type: 'user.session.start',
      means: 'signed_in',
      label: { en: 'User signed in', ru: 'Пользователь вошёл' },
      when: { path: '$.outcome.result', op: 'eq', value: 'SUCCESS' },
      email: ['$.actor.alternateId'],
      missing,
      sample: {
        uuid: '{{id}}',
        published: '{{now:iso}}',
        eventType: 'user.session.start',
        version: '0',
        displayMessage: 'User login to Okta',
        severity: 'INFO',
        actor: {
          id: '00usampleboris',
          type: 'User',
          alternateId: 'boris@example.org',
          displayName: 'Boris Sample',
        },
        outcome: { result: 'SUCCESS', reason: null },
        target: null,
      },
      sampleEmail: "$['actor']['alternateId']",
    },
  ],
}
