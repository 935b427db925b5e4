// Chargebee signs nothing: a user name and a password in each request say who sends it.
import type { Provider } from './provider.ts'

const email = ['$.content.customer.email']
const missing = {
  en: 'Missing where the customer was created without an email.',
  ru: 'Нет, если покупателя завели без почты.',
}
const event = { id: 'ev_{{id}}', occurred_at: '{{now:s}}', source: 'hosted_page', object: 'event' }

export const chargebee: Provider = {
  name: 'Chargebee',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'official-code', email: 'recall', delivery: 'recall' },
  proof: { scheme: 'basic' },
  credentials: [['username', 'password']],
  body: { format: 'json' },
  event: {
    key: ['$.id'],
    type: ['$.event_type'],
    occurredAt: { path: '$.occurred_at', unit: 's' },
  },
  answer: { status: 200 },
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'Chargebee → Settings → Configure Chargebee → Webhooks → Add Webhook. Paste the URL, choose API version V2, tick the events, create.',
      ru: 'Chargebee → Settings → Configure Chargebee → Webhooks → Add Webhook. Вставьте URL, выберите API version V2, отметьте события, создайте.',
    },
    secret: {
      en: 'In the same form tick "Protect webhook URL with basic authentication" and invent a user name and a long random password; enter the same two here. The user name must hold no colon.',
      ru: 'В той же форме отметьте «Protect webhook URL with basic authentication» и придумайте имя и длинный случайный пароль; впишите их же сюда. В имени не должно быть двоеточия.',
    },
    note: {
      en: 'The test site and the live site are separate. The body is not signed: the password is all that protects it.',
      ru: 'Тестовый и боевой сайты независимы. Содержимое не подписано: его защищает только пароль.',
    },
  },
  retries: {
    en: 'Several attempts with growing pauses over about two days.',
    ru: 'Несколько попыток с растущими паузами, около двух суток.',
  },
  events: [
    {
      type: 'payment_succeeded',
      means: 'paid',
      label: { en: 'Payment succeeded', ru: 'Платёж прошёл' },
      email,
      amount: {
        value: '$.content.transaction.amount',
        currency: '$.content.transaction.currency_code',
        unit: 'minor',
      },
      missing,
      sample: {
        ...event,
        event_type: 'payment_succeeded',
        content: {
          transaction: { id: 'txn_sample', amount: 4900, currency_code: 'EUR', status: 'success' },
          invoice: { id: '1042', status: 'paid', total: 4900 },
          customer: { id: 'sample-anna', email: 'anna@example.com', first_name: 'Anna' },
        },
      },
      sampleEmail: "$['content']['customer']['email']",
    },
    {
      type: 'invoice_generated',
      means: 'other',
      label: {
        en: 'Invoice made, perhaps not paid yet',
        ru: 'Счёт выставлен, может быть ещё не оплачен',
      },
      when: { path: '$.content.invoice.status', op: 'eq', value: 'paid' },
      email: [...email, '$.content.invoice.billing_address.email'],
      missing,
      sample: {
        ...event,
        event_type: 'invoice_generated',
        content: {
          invoice: { id: '1043', status: 'paid', total: 1900, currency_code: 'USD' },
          customer: { id: 'sample-boris', email: 'boris@example.org' },
        },
      },
      sampleEmail: "$['content']['customer']['email']",
    },
    {
      type: 'customer_created',
      means: 'registered',
      label: { en: 'Customer created', ru: 'Покупатель создан' },
      email,
      missing,
      sample: {
        ...event,
        event_type: 'customer_created',
        content: { customer: { id: 'sample-vera', email: 'vera@example.com', first_name: 'Vera' } },
      },
      sampleEmail: "$['content']['customer']['email']",
    },
    {
      type: 'subscription_created',
      means: 'other',
      label: { en: 'Subscription created', ru: 'Подписка создана' },
      email,
      missing,
      sample: {
        ...event,
        event_type: 'subscription_created',
        content: {
          subscription: { id: 'sub_sample', status: 'in_trial', currency_code: 'EUR' },
          customer: { id: 'sample-anna', email: 'anna@example.com' },
        },
      },
      sampleEmail: "$['content']['customer']['email']",
    },
  ],
}
