// lava.top signs nothing: it sends an API key of the owner's, or a user name and password, as chosen
// for the webhook.
import type { Amount, Provider } from './provider.ts'

const missing = { en: 'Not seen missing.', ru: 'Такого пока не встречалось.' }

const amount: Amount = { value: '$.amount', currency: '$.currency', unit: 'major' }

export const lavaTop: Provider = {
  name: 'lava.top',
  kind: 'payment',
  market: 'russia',
  evidence: { signature: 'secondary', email: 'secondary', delivery: 'recall' },
  proof: {
    scheme: 'any',
    of: [{ scheme: 'token', at: { header: 'x-api-key' } }, { scheme: 'basic' }],
  },
  credentials: [['token'], ['username', 'password']],
  body: { format: 'json' },
  event: {
    key: ['$.contractId', '$.eventType', '$.timestamp'],
    otherKeys: [['$.contractId', '$.eventType']],
    type: ['$.eventType'],
    occurredAt: { path: '$.timestamp', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'lava.top author account → Integrations → API and webhooks → Add webhook: paste the URL and choose the kind of event, "payment result" for single purchases or "recurring payment" for subscriptions.',
      ru: 'Кабинет автора lava.top → «Интеграции» → «API и вебхуки» → «Добавить вебхук»: вставьте URL и выберите вид события, «Результат платежа» для разовых покупок или «Регулярный платёж» для подписок.',
    },
    secret: {
      en: 'In the form of the webhook choose "API key" and invent a long random key, or "Basic" with a user name and password. Enter the same here.',
      ru: 'В форме вебхука выберите «API key» и придумайте длинный случайный ключ, или «Basic» с именем и паролем. Впишите то же сюда.',
    },
    note: {
      en: 'Nothing is signed: whoever learns the key can invent events.',
      ru: 'Ничего не подписано: кто узнает ключ, сможет придумывать события.',
    },
  },
  retries: { en: 'Not documented.', ru: 'В документации не описаны.' },
  events: [
    {
      type: 'payment.success',
      means: 'paid',
      label: { en: 'Payment succeeded', ru: 'Оплата прошла' },
      email: ['$.buyer.email'],
      amount,
      missing,
      sample: {
        eventType: 'payment.success',
        product: { id: 'd31384b8-e412-4be5-a2ec-297ae6666c8f', title: 'Курс «Основы»' },
        contractId: '{{id}}',
        buyer: { email: 'anna@example.com' },
        amount: 4900,
        currency: 'RUB',
        status: 'completed',
        timestamp: '{{now:iso}}',
        errorMessage: '',
      },
      sampleEmail: "$['buyer']['email']",
    },
    {
      type: 'subscription.recurring.payment.success',
      means: 'paid',
      label: { en: 'Subscription renewed', ru: 'Подписка продлена' },
      email: ['$.buyer.email'],
      amount,
      missing,
      sample: {
        eventType: 'subscription.recurring.payment.success',
        product: { id: '72d53efb-3696-469f-b856-f0d815748dd6', title: 'Клуб' },
        contractId: '{{id}}',
        parentContractId: 'sample-first-contract',
        buyer: { email: 'boris@example.org' },
        amount: 990,
        currency: 'RUB',
        status: 'subscription-active',
        timestamp: '{{now:iso}}',
      },
      sampleEmail: "$['buyer']['email']",
    },
    {
      type: 'payment.failed',
      means: 'other',
      label: { en: 'Payment failed', ru: 'Оплата не прошла' },
      email: ['$.buyer.email'],
      missing,
      sample: {
        eventType: 'payment.failed',
        product: { id: 'd31384b8-e412-4be5-a2ec-297ae6666c8f', title: 'Курс «Основы»' },
        contractId: '{{id}}',
        buyer: { email: 'vera@example.com' },
        amount: 4900,
        currency: 'RUB',
        status: 'failed',
        timestamp: '{{now:iso}}',
        errorMessage: 'Insufficient funds',
      },
      sampleEmail: "$['buyer']['email']",
    },
  ],
}
