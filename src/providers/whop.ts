// Whop speaks Standard Webhooks, but its key is the secret's text as it stands: its library is given
// that text in base64 and takes it back. The email needs a permission.
import { standardWebhooksProof } from './standard-webhooks.ts'
import type { Provider } from './provider.ts'

const email = ['$.data.user.email', '$.data.member.email']

const missing = {
  en: 'Empty without the permission member:email:read, and where Whop names no user.',
  ru: 'Пусто без разрешения member:email:read и там, где Whop не называет пользователя.',
}

export const whop: Provider = {
  name: 'Whop',
  kind: 'commerce',
  market: 'world',
  evidence: { signature: 'official-code', email: 'official-code', delivery: 'recall' },
  proof: { ...standardWebhooksProof, key: ['utf8'] },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['header:webhook-id'],
    type: ['$.type'],
    occurredAt: { path: '$.timestamp', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'Whop → Dashboard → Developer → Webhooks → Create webhook. Paste the URL, choose the API version V1, tick the events, save.',
      ru: 'Whop → Dashboard → Developer → Webhooks → Create webhook. Вставьте URL, выберите версию API V1, отметьте события, сохраните.',
    },
    secret: {
      en: 'In the list of webhooks copy the secret (it starts with ws_) and paste it whole, without changing it.',
      ru: 'В списке вебхуков скопируйте секрет (начинается с ws_) и вставьте целиком, ничего не меняя.',
    },
    note: {
      en: 'How the secret becomes the key was tried with Whop’s own library only: if the first request is refused, show it to support.',
      ru: 'Как из секрета получается ключ, сверено только с библиотекой самого Whop: если первый запрос отклонён, покажите его поддержке.',
    },
  },
  retries: { en: 'Not documented.', ru: 'Не описаны.' },
  events: [
    {
      type: 'payment.succeeded',
      means: 'paid',
      label: { en: 'Payment succeeded', ru: 'Платёж прошёл' },
      email,
      amount: { value: '$.data.total', currency: '$.data.currency', unit: 'major' },
      missing,
      sample: {
        id: 'msg_{{id}}',
        api_version: 'v1',
        timestamp: '{{now:iso}}',
        type: 'payment.succeeded',
        data: {
          id: 'pay_sample0001',
          status: 'paid',
          currency: 'eur',
          total: 49,
          billing_reason: 'one_time',
          user: {
            id: 'user_sample0001',
            email: 'anna@example.com',
            name: 'Anna Sample',
            username: 'anna',
          },
          product: { id: 'prod_sample0001', title: 'Sample course' },
          paid_at: '{{now:iso}}',
        },
      },
      sampleEmail: "$['data']['user']['email']",
    },
    {
      type: 'membership.activated',
      means: 'registered',
      label: { en: 'Membership activated', ru: 'Доступ открыт' },
      email,
      missing,
      sample: {
        id: 'msg_{{id}}',
        api_version: 'v1',
        timestamp: '{{now:iso}}',
        type: 'membership.activated',
        data: {
          id: 'mem_sample0001',
          status: 'active',
          created_at: '{{now:iso}}',
          user: {
            id: 'user_sample0002',
            email: 'boris@example.org',
            name: 'Boris Sample',
            username: 'boris',
          },
          product: { id: 'prod_sample0001', title: 'Sample course' },
        },
      },
      sampleEmail: "$['data']['user']['email']",
    },
  ],
}
