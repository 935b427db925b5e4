// Calendly: pairs of a time and a signature, as Stripe writes them, within three minutes. There is no
// delivery id: an event is known by its name and the address of the invitee.
import type { Provider } from './provider.ts'

export const calendly: Provider = {
  name: 'Calendly',
  kind: 'forms',
  market: 'world',
  evidence: { signature: 'secondary', email: 'secondary', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{timestamp}.{body}',
    encoding: 'hex',
    signature: {
      at: { header: 'calendly-webhook-signature' },
      syntax: { kind: 'pairs', separator: ',', assign: '=', name: 'v1' },
    },
    timestamp: { at: { pair: 't' }, unit: 's', toleranceSeconds: 180, sided: 'two' },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['$.event', '$.payload.uri'],
    type: ['$.event'],
    occurredAt: { path: '$.created_at', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    pastedBy: 'developers',
    inventedCharsMin: 16,
    url: {
      en: 'Calendly has no page for it: your developers create the subscription through the API (POST /webhook_subscriptions) with this URL and the event invitee.created. It needs a paid plan.',
      ru: 'Страницы для этого в Calendly нет: разработчики создают подписку через API (POST /webhook_subscriptions) с этим URL и событием invitee.created. Нужен платный тариф.',
    },
    secret: {
      en: 'In the same request invent the signing_key, a long random text, and paste the same text here. Without it Calendly signs with a key it may not show.',
      ru: 'В том же запросе задайте signing_key, длинный случайный текст, и вставьте его же сюда. Без него Calendly подпишет ключом, которого может не показать.',
    },
    note: {
      en: 'A rescheduled meeting comes as invitee.canceled and a new invitee.created.',
      ru: 'Перенос встречи приходит как invitee.canceled и новое invitee.created.',
    },
  },
  retries: {
    en: 'For about a day; then the subscription is switched off.',
    ru: 'Около суток; потом подписка выключается.',
  },
  events: [
    {
      type: 'invitee.created',
      means: 'submitted',
      label: { en: 'Meeting booked', ru: 'Встреча назначена' },
      email: ['$.payload.email'],
      missing: { en: 'Always there.', ru: 'Есть всегда.' },
      sample: {
        event: 'invitee.created',
        created_at: '{{now:iso}}',
        created_by: 'https://api.calendly.com/users/SAMPLEUSER',
        payload: {
          uri: 'https://api.calendly.com/scheduled_events/SAMPLE/invitees/{{id}}',
          email: 'anna@example.com',
          name: 'Anna Sample',
          status: 'active',
          rescheduled: false,
          timezone: 'Europe/Riga',
          questions_and_answers: [],
          scheduled_event: {
            uri: 'https://api.calendly.com/scheduled_events/SAMPLE',
            name: 'Sample consultation',
            status: 'active',
          },
        },
      },
      sampleEmail: "$['payload']['email']",
    },
    {
      type: 'invitee.canceled',
      means: 'other',
      label: { en: 'Meeting cancelled', ru: 'Встреча отменена' },
      email: ['$.payload.email'],
      missing: { en: 'Always there.', ru: 'Есть всегда.' },
      sample: {
        event: 'invitee.canceled',
        created_at: '{{now:iso}}',
        created_by: 'https://api.calendly.com/users/SAMPLEUSER',
        payload: {
          uri: 'https://api.calendly.com/scheduled_events/SAMPLE/invitees/{{id}}',
          email: 'boris@example.org',
          name: 'Boris Sample',
          status: 'canceled',
          rescheduled: false,
        },
      },
      sampleEmail: "$['payload']['email']",
    },
  ],
}
