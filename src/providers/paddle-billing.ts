// Paddle Billing: signed with the whole text of the destination's secret, a colon after the time.
// Transactions name the customer by id only: the email is put into custom_data by the shop, known
// from an earlier customer event, or asked for with an API key.
import type { Amount, Provider } from './provider.ts'

const buyerEmail = ['$.data.custom_data.email', '$.joined.email', '$.confirmed.data.email']
const missingBuyer = {
  en: 'Paddle sends only customer_id. The email is found if customer.created was received before, if an API key is given here, or if your checkout puts it into custom_data.email.',
  ru: 'Paddle присылает только customer_id. Почта найдётся, если раньше пришло customer.created, если здесь указан ключ API или если ваша страница оплаты кладёт её в custom_data.email.',
}

const amount: Amount = {
  value: '$.data.details.totals.total',
  currency: '$.data.currency_code',
  unit: 'minor',
}

export const paddleBilling: Provider = {
  name: 'Paddle Billing',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'official-code', email: 'official-code', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{timestamp}:{body}',
    encoding: 'hex',
    signature: {
      at: { header: 'paddle-signature' },
      syntax: { kind: 'pairs', separator: ';', assign: '=', name: 'h1' },
    },
    // Paddle's library allows 5 s, which a queue or a slow proxy on the way uses up; like it, we
    // refuse old times only.
    timestamp: { at: { pair: 'ts' }, unit: 's', toleranceSeconds: 300, sided: 'one' },
  },
  credentials: [['secret'], ['token']],
  body: { format: 'json' },
  event: {
    key: ['$.event_id'],
    type: ['$.event_type'],
    occurredAt: { path: '$.occurred_at', unit: 'iso' },
  },
  answer: { status: 200 },
  lookup: {
    events: ['transaction.*', 'subscription.*'],
    url: 'https://api.paddle.com/customers/{field:$.data.customer_id}',
    auth: 'bearer',
    agree: [{ event: '$.data.customer_id', fetched: '$.data.id' }],
    required: false,
  },
  join: {
    learn: {
      events: ['customer.created', 'customer.updated'],
      customer: '$.data.id',
      email: ['$.data.email'],
    },
    apply: { events: ['transaction.*', 'subscription.*'], customer: '$.data.customer_id' },
  },
  guide: {
    url: {
      en: 'Paddle → Developer tools → Notifications → New destination. Type: Webhook (URL). Paste the URL, tick transaction.completed and, so that emails are known, customer.created and customer.updated. Save destination.',
      ru: 'Paddle → Developer tools → Notifications → New destination. Тип: Webhook (URL). Вставьте URL, отметьте transaction.completed, а чтобы была известна почта, ещё customer.created и customer.updated. Нажмите Save destination.',
    },
    secret: {
      en: 'Developer tools → Notifications, the three dots of your destination → Edit destination → Secret key. It starts with pdl_ntfset_; paste it whole. For emails of existing customers add an API key as a token: Developer tools → Authentication → API keys, permission "Customers: read".',
      ru: 'Developer tools → Notifications, три точки у вашего адреса → Edit destination → Secret key. Начинается с pdl_ntfset_, вставьте целиком. Чтобы узнавать почту прежних покупателей, добавьте токеном ключ API: Developer tools → Authentication → API keys, право «Customers: read».',
    },
    note: {
      en: 'Sandbox and live are separate accounts with separate secrets. The API key is used with the live API only.',
      ru: 'Песочница и боевой кабинет независимы, секреты у них разные. Ключ API работает только с боевым API.',
    },
  },
  retries: {
    en: 'Live: dozens of attempts over about three days. Sandbox: a few.',
    ru: 'В боевом режиме: десятки попыток примерно за три дня. В песочнице: несколько.',
  },
  events: [
    {
      type: 'transaction.completed',
      means: 'paid',
      label: { en: 'Transaction completed', ru: 'Оплата завершена' },
      email: buyerEmail,
      amount,
      missing: missingBuyer,
      sample: {
        event_id: 'evt_{{id}}',
        event_type: 'transaction.completed',
        occurred_at: '{{now:iso}}',
        notification_id: 'ntf_01samplenotification',
        data: {
          id: 'txn_01sampletransaction',
          status: 'completed',
          customer_id: 'ctm_01sampleanna',
          currency_code: 'EUR',
          origin: 'web',
          custom_data: { email: 'anna@example.com' },
          details: { totals: { total: '4900', tax: '817', currency_code: 'EUR' } },
          billed_at: '{{now:iso}}',
        },
      },
      sampleEmail: "$['data']['custom_data']['email']",
    },
    {
      type: 'transaction.paid',
      means: 'paid',
      label: {
        en: 'Transaction paid, not yet processed',
        ru: 'Оплата поступила, ещё обрабатывается',
      },
      email: buyerEmail,
      amount,
      missing: missingBuyer,
      sample: {
        event_id: 'evt_{{id}}',
        event_type: 'transaction.paid',
        occurred_at: '{{now:iso}}',
        notification_id: 'ntf_01samplenotification',
        data: {
          id: 'txn_01sampletransaction',
          status: 'paid',
          customer_id: 'ctm_01sampleboris',
          currency_code: 'USD',
          custom_data: { email: 'boris@example.org' },
          details: { totals: { total: '1900', tax: '317', currency_code: 'USD' } },
        },
      },
      sampleEmail: "$['data']['custom_data']['email']",
    },
    {
      type: 'customer.created',
      means: 'registered',
      label: { en: 'Customer created', ru: 'Покупатель создан' },
      email: ['$.data.email'],
      missing: { en: 'Always there.', ru: 'Есть всегда.' },
      sample: {
        event_id: 'evt_{{id}}',
        event_type: 'customer.created',
        occurred_at: '{{now:iso}}',
        notification_id: 'ntf_01samplenotification',
        data: {
          id: 'ctm_01samplevera',
          status: 'active',
          email: 'vera@example.com',
          name: 'Vera Sample',
          marketing_consent: false,
          locale: 'en',
        },
      },
      sampleEmail: "$['data']['email']",
    },
    {
      type: 'customer.updated',
      means: 'other',
      label: { en: 'Customer changed', ru: 'Данные покупателя изменились' },
      email: ['$.data.email'],
      missing: { en: 'Always there.', ru: 'Есть всегда.' },
      sample: {
        event_id: 'evt_{{id}}',
        event_type: 'customer.updated',
        occurred_at: '{{now:iso}}',
        notification_id: 'ntf_01samplenotification',
        data: { id: 'ctm_01samplevera', status: 'active', email: 'vera@example.com' },
      },
      sampleEmail: "$['data']['email']",
    },
    {
      type: 'subscription.*',
      means: 'other',
      label: { en: 'Any subscription event', ru: 'Любое событие подписки' },
      email: buyerEmail,
      missing: missingBuyer,
      sample: {
        event_id: 'evt_{{id}}',
        event_type: '{{type}}',
        occurred_at: '{{now:iso}}',
        notification_id: 'ntf_01samplenotification',
        data: {
          id: 'sub_01samplesubscription',
          status: 'active',
          customer_id: 'ctm_01sampleanna',
          custom_data: { email: 'anna@example.com' },
        },
      },
      sampleEmail: "$['data']['custom_data']['email']",
    },
  ],
}
