// Microsoft Graph change notifications: first a question with validationToken, to be echoed as plain
// text; then batches, each item with the clientState its owner chose. Only ids are told, no email.
import type { Provider } from './provider.ts'

const missing = {
  en: 'Never there: Microsoft tells only which object changed.',
  ru: 'Никогда нет: Microsoft сообщает только, какой объект изменился.',
}

const notification = {
  id: '{{id}}',
  subscriptionId: '7f105c7d-0000-4000-8000-000000001042',
  subscriptionExpirationDateTime: '{{now:iso}}',
  tenantId: '84bd8158-0000-4000-8000-000000000001',
  // The token is put here.
  clientState: '',
}

const resource = {
  resource: 'Users/00000000-0000-4000-8000-000000001042',
  resourceData: {
    '@odata.type': '#Microsoft.Graph.User',
    '@odata.id': 'Users/00000000-0000-4000-8000-000000001042',
    id: '00000000-0000-4000-8000-000000001042',
  },
}

export const microsoftValidation: Provider = {
  name: 'Microsoft Graph',
  kind: 'auth',
  market: 'world',
  evidence: { signature: 'recall', email: 'recall', delivery: 'recall' },
  proof: { scheme: 'token', at: { items: '$.value[*]', field: '$.clientState' } },
  credentials: [['token']],
  body: {
    format: 'json',
    batch: { path: '$.value[*]', around: { value: ['{{event}}'] } },
  },
  event: { key: ['$.id'], type: ['$.changeType', '$.lifecycleEvent'] },
  answer: { status: 202 },
  handshakes: [
    {
      when: { method: 'POST', query: 'validationToken' },
      proof: 'none',
      answer: {
        status: 200,
        body: '{query:validationToken}',
        contentType: 'text/plain; charset=utf-8',
      },
    },
  ],
  guide: {
    pastedBy: 'developers',
    inventedCharsMin: 16,
    url: {
      en: 'There is no page for it: your developers create a subscription (POST https://graph.microsoft.com/v1.0/subscriptions) with this URL as notificationUrl. Microsoft asks this URL at once; it answers by itself.',
      ru: 'Отдельной страницы нет: разработчики создают подписку (POST https://graph.microsoft.com/v1.0/subscriptions) с этим URL в поле notificationUrl. Microsoft сразу проверит URL, он ответит сам.',
    },
    secret: {
      en: 'In the same request invent clientState, a long random text of at most 128 characters, and paste the same text here as the token.',
      ru: 'В том же запросе задайте clientState, длинный случайный текст не длиннее 128 символов, и вставьте его же сюда как токен.',
    },
    note: {
      en: 'Subscriptions end after some days and must be renewed; the events hold no email.',
      ru: 'Подписки через несколько дней кончаются, их надо продлевать; почты в событиях нет.',
    },
  },
  retries: {
    en: 'For some hours, with growing pauses.',
    ru: 'В течение нескольких часов, паузы растут.',
  },
  events: [
    {
      type: 'created',
      means: 'registered',
      label: { en: 'Object (user) created', ru: 'Объект (пользователь) создан' },
      email: [],
      missing,
      sample: { ...notification, changeType: 'created', ...resource },
    },
    {
      type: 'updated',
      means: 'other',
      label: { en: 'Object changed', ru: 'Объект изменён' },
      email: [],
      missing,
      sample: { ...notification, changeType: 'updated', ...resource },
    },
    {
      type: 'reauthorizationRequired',
      means: 'other',
      label: { en: 'The subscription must be renewed', ru: 'Подписку пора продлить' },
      email: [],
      missing,
      sample: { ...notification, lifecycleEvent: 'reauthorizationRequired' },
    },
  ],
}
