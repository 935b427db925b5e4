// PropelAuth delivers through Svix. The event itself has neither an id nor a time of its own.
import { svixProof } from './svix.ts'
import type { Provider } from './provider.ts'

export const propelauth: Provider = {
  name: 'PropelAuth',
  kind: 'auth',
  market: 'world',
  evidence: { signature: 'secondary', email: 'recall', delivery: 'recall' },
  proof: svixProof,
  credentials: [['secret']],
  body: { format: 'json' },
  event: { key: ['header:svix-id'], type: ['$.event_type'] },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'PropelAuth Dashboard → Integrations → Webhooks. Open the webhook portal of the environment you want, Add Endpoint, paste the URL and tick the events.',
      ru: 'PropelAuth Dashboard → Integrations → Webhooks. Откройте страницу вебхуков нужной среды, нажмите Add Endpoint, вставьте URL и отметьте события.',
    },
    secret: {
      en: 'Open the endpoint and reveal "Signing Secret" (starts with whsec_). Test and Prod have different ones.',
      ru: 'Откройте созданный адрес и покажите «Signing Secret» (начинается с whsec_). У Test и Prod он разный.',
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
      type: 'user.created',
      means: 'registered',
      label: { en: 'User registered', ru: 'Пользователь зарегистрировался' },
      email: ['$.email'],
      missing: { en: 'Rarely missing.', ru: 'Почти всегда есть.' },
      sample: {
        event_type: 'user.created',
        user_id: '{{id}}',
        email: 'anna@example.com',
        email_confirmed: true,
        first_name: 'Anna',
        last_name: 'Sample',
      },
      sampleEmail: "$['email']",
    },
  ],
}
