// bePaid (Belarus): Content-Signature is an RSA signature over the raw body, with a key of the shop's
// own; besides, it sends the shop's id and secret as Basic.
import type { Provider } from './provider.ts'

const email = ['$.transaction.customer.email']

const missing = {
  en: 'Missing when neither your site nor the payment page asks for it.',
  ru: 'Нет, если её не спрашивает ни ваш сайт, ни страница оплаты.',
}

export const bepaid: Provider = {
  name: 'bePaid',
  kind: 'payment',
  market: 'russia',
  evidence: { signature: 'official-docs', email: 'official-docs', delivery: 'recall' },
  proof: {
    scheme: 'all',
    of: [
      {
        scheme: 'detached',
        algorithm: 'rsa-sha256',
        template: '{body}',
        encoding: 'base64',
        signature: { at: { header: 'content-signature' }, syntax: { kind: 'single' } },
      },
    ],
    ifGiven: [{ scheme: 'basic' }],
  },
  credentials: [['publicKey'], ['username', 'password']],
  body: { format: 'json' },
  event: {
    key: ['$.transaction.uid', '$.transaction.status'],
    // A refund has the status "successful" as well: the type of the transaction tells them apart.
    type: ['$.transaction.type', '$.transaction.status'],
    occurredAt: { path: "$.transaction['paid_at','created_at']", unit: 'iso' },
    test: { path: '$.transaction.test', oneOf: [true] },
  },
  answer: { status: 200 },
  guide: {
    pastedBy: 'developers',
    url: {
      en: 'bePaid takes the address with each payment: let your developer, or your shop’s plug-in, pass this URL as notification_url.',
      ru: 'Адрес bePaid получает вместе с каждым платежом: попросите разработчика передавать этот URL в notification_url или впишите его в настройках модуля магазина.',
    },
    secret: {
      en: 'bePaid account → Shops → your shop: copy the public key (Публичный ключ) as it is, a long line without headings. To have the Basic header checked as well, add a second credential: the shop’s ID and its secret key.',
      ru: 'Личный кабинет bePaid → «Магазины» → ваш магазин: скопируйте «Публичный ключ» как есть, одной длинной строкой. Чтобы проверялся и заголовок Basic, добавьте вторым ключом ID магазина и секретный ключ.',
    },
    note: {
      en: 'Test payments come with "test": true and never earn a bonus.',
      ru: 'Тестовые платежи приходят с "test": true, бонус за них не выдаётся.',
    },
  },
  retries: {
    en: 'Repeated until it hears status 200; how often could not be checked.',
    ru: 'Повторяет, пока не получит статус 200; как часто, проверить не удалось.',
  },
  events: [
    {
      type: 'payment.successful',
      means: 'paid',
      label: { en: 'Payment succeeded', ru: 'Платёж прошёл' },
      email,
      amount: { value: '$.transaction.amount', currency: '$.transaction.currency', unit: 'minor' },
      missing,
      sample: {
        transaction: {
          uid: '{{id}}',
          type: 'payment',
          status: 'successful',
          amount: 4900,
          currency: 'BYN',
          description: 'Заказ 1042',
          tracking_id: '1042',
          message: 'Successfully processed',
          test: false,
          created_at: '{{now:iso}}',
          paid_at: '{{now:iso}}',
          customer: { email: 'anna@example.com', ip: '203.0.113.20' },
          credit_card: { brand: 'visa', last_4: '1111', holder: 'ANNA SAMPLE' },
        },
      },
      sampleEmail: "$['transaction']['customer']['email']",
    },
    {
      type: 'payment.failed',
      means: 'other',
      label: { en: 'Payment failed', ru: 'Платёж не прошёл' },
      email,
      missing,
      sample: {
        transaction: {
          uid: '{{id}}',
          type: 'payment',
          status: 'failed',
          amount: 4900,
          currency: 'BYN',
          tracking_id: '1042',
          test: false,
          created_at: '{{now:iso}}',
          customer: { email: 'boris@example.org', ip: '203.0.113.20' },
        },
      },
      sampleEmail: "$['transaction']['customer']['email']",
    },
    {
      type: 'refund.successful',
      means: 'other',
      label: { en: 'Refund made', ru: 'Возврат сделан' },
      email,
      missing,
      sample: {
        transaction: {
          uid: '{{id}}',
          parent_uid: 'sample-payment',
          type: 'refund',
          status: 'successful',
          amount: 4900,
          currency: 'BYN',
          test: false,
          created_at: '{{now:iso}}',
          customer: { email: 'boris@example.org' },
        },
      },
      sampleEmail: "$['transaction']['customer']['email']",
    },
  ],
}
