// Clerk delivers through Svix. A user has several addresses: only the primary one counts, and it
// is often not the first of the list.
import { svixProof } from './svix.ts'
import type { Provider } from './provider.ts'

export const clerk: Provider = {
  name: 'Clerk',
  kind: 'auth',
  market: 'world',
  evidence: { signature: 'official-code', email: 'official-code', delivery: 'recall' },
  proof: svixProof,
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['header:svix-id'],
    type: ['$.type'],
    occurredAt: { path: '$.timestamp', unit: 'ms' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'Clerk Dashboard → Configure → Webhooks → Add Endpoint. Paste the URL and tick the events.',
      ru: 'Clerk Dashboard → Configure → Webhooks → Add Endpoint. Вставьте URL и отметьте события.',
    },
    secret: {
      en: 'Open the endpoint’s page and reveal "Signing Secret" (starts with whsec_). Development and production instances have different ones.',
      ru: 'Откройте страницу адреса и покажите «Signing Secret» (начинается с whsec_). У development и production он разный.',
    },
  },
  retries: {
    en: 'At once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h.',
    ru: 'Сразу, затем через 5 с, 5 мин, 30 мин, 2 ч, 5 ч, 10 ч и ещё 10 ч.',
  },
  events: [
    {
      type: 'user.created',
      means: 'registered',
      label: { en: 'User registered', ru: 'Пользователь зарегистрировался' },
      email: ['$.data.email_addresses[?@.id == $.data.primary_email_address_id].email_address'],
      missing: {
        en: 'Missing for people who signed up by phone or user name only.',
        ru: 'Нет у тех, кто вошёл только по телефону или имени.',
      },
      sample: {
        object: 'event',
        type: 'user.created',
        timestamp: '{{now:ms}}',
        instance_id: 'ins_SampleInstance',
        data: {
          id: 'user_{{id}}',
          object: 'user',
          created_at: '{{now:ms}}',
          first_name: 'Anna',
          last_name: 'Sample',
          primary_email_address_id: 'idn_SampleSecond',
          email_addresses: [
            {
              id: 'idn_SampleFirst',
              object: 'email_address',
              email_address: 'old-address@example.org',
              verification: { status: 'unverified', strategy: 'email_code' },
            },
            {
              id: 'idn_SampleSecond',
              object: 'email_address',
              email_address: 'anna@example.com',
              verification: { status: 'verified', strategy: 'email_code' },
            },
          ],
          phone_numbers: [],
        },
      },
      sampleEmail: "$['data']['email_addresses'][1]['email_address']",
    },
    {
      type: 'paymentAttempt.updated',
      means: 'paid',
      label: { en: 'Payment attempt changed', ru: 'Попытка оплаты изменилась' },
      email: ['$.data.payer.email'],
      missing: {
        en: 'May be missing. The event also tells of failures: add the condition $.data.status = paid.',
        ru: 'Может не быть. Событие приходит и о неудачах: добавьте условие $.data.status = paid.',
      },
      sample: {
        object: 'event',
        type: 'paymentAttempt.updated',
        timestamp: '{{now:ms}}',
        instance_id: 'ins_SampleInstance',
        data: {
          id: 'pay_{{id}}',
          status: 'paid',
          paid_at: '{{now:ms}}',
          payer: { user_id: 'user_SampleAnna', email: 'anna@example.com' },
        },
      },
      sampleEmail: "$['data']['payer']['email']",
    },
    {
      type: 'session.created',
      means: 'signed_in',
      label: { en: 'User signed in', ru: 'Пользователь вошёл' },
      email: [],
      missing: {
        en: 'Never there, only user_id: use user.created.',
        ru: 'Никогда нет, только user_id: используйте user.created.',
      },
      sample: {
        object: 'event',
        type: 'session.created',
        timestamp: '{{now:ms}}',
        instance_id: 'ins_SampleInstance',
        data: { id: 'sess_{{id}}', user_id: 'user_SampleAnna', status: 'active' },
      },
    },
  ],
}
