// Paystack: HMAC-SHA512 of the body with the account's secret API key; there is no other secret.
import type { Provider } from './provider.ts'

export const paystack: Provider = {
  name: 'Paystack',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'secondary', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha512',
    key: ['utf8'],
    template: '{body}',
    encoding: 'hex',
    signature: { at: { header: 'x-paystack-signature' }, syntax: { kind: 'single' } },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    // With the time: an invoice or a subscription may change twice. Those without it are told apart
    // by their bytes.
    key: ['$.event', '$.data.id', '$.data.paid_at'],
    type: ['$.event'],
    occurredAt: { path: '$.data.paid_at', unit: 'iso' },
    test: { path: '$.data.domain', oneOf: ['test'] },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'Paystack Dashboard → Settings → API Keys & Webhooks. Paste the URL as Live Webhook URL (or Test Webhook URL) and save. One account has one address for all its events.',
      ru: 'Paystack Dashboard → Settings → API Keys & Webhooks. Вставьте URL в поле Live Webhook URL (или Test Webhook URL) и сохраните. Адрес на весь кабинет один, для всех событий.',
    },
    secret: {
      en: 'On the same page: Live Secret Key (sk_live_…), for the test address Test Secret Key (sk_test_…). Paystack signs with the API key itself, so keep it as safe here as anywhere.',
      ru: 'На той же странице: Live Secret Key (sk_live_…), для тестового адреса Test Secret Key (sk_test_…). Paystack подписывает самим ключом API, поэтому берегите его.',
    },
    note: {
      en: 'If you make a new secret key, add it here first.',
      ru: 'Если выпускаете новый секретный ключ, сразу добавьте его сюда.',
    },
  },
  retries: {
    en: 'Live: every few minutes at first, then hourly for up to three days.',
    ru: 'В боевом режиме: сначала каждые несколько минут, потом раз в час, до трёх суток.',
  },
  events: [
    {
      type: 'charge.success',
      means: 'paid',
      label: { en: 'Charge succeeded', ru: 'Оплата прошла' },
      when: { path: '$.data.status', op: 'eq', value: 'success' },
      email: ['$.data.customer.email'],
      amount: {
        value: '$.data.amount',
        currency: '$.data.currency',
        unit: 'minor',
        digits: { XOF: 2 },
      },
      missing: {
        en: 'Always there: Paystack takes no payment without an email. Payments of subscriptions come as this event too.',
        ru: 'Есть всегда: без почты Paystack платёж не примет. Платежи по подпискам приходят этим же событием.',
      },
      sample: {
        event: 'charge.success',
        data: {
          id: 3021042,
          domain: 'live',
          status: 'success',
          reference: '{{id}}',
          amount: 490000,
          currency: 'NGN',
          channel: 'card',
          gateway_response: 'Successful',
          paid_at: '{{now:iso}}',
          created_at: '{{now:iso}}',
          metadata: { order: '1042' },
          customer: {
            id: 20021,
            customer_code: 'CUS_sampleanna',
            email: 'anna@example.com',
            first_name: 'Anna',
            last_name: 'Sample',
          },
        },
      },
      sampleEmail: "$['data']['customer']['email']",
    },
  ],
}
