// YooKassa signs nothing: its notifications are known by their addresses, so each one about a payment
// is asked about at the API, and only what the API says is believed. The payer's receipt address is
// not part of either.
import type { Provider } from './provider.ts'

export const yookassa: Provider = {
  name: 'YooKassa',
  nameRu: 'ЮKassa',
  kind: 'payment',
  market: 'russia',
  evidence: { signature: 'official-docs', email: 'official-code', delivery: 'recall' },
  proof: { scheme: 'network', networks: { setting: 'networks' } },
  settings: {
    networks: {
      form: 'networks',
      label: { en: 'Addresses of YooKassa', ru: 'Адреса ЮKassa' },
      help: {
        en: 'Addresses and ranges the notifications come from, separated by spaces. Change the list only when YooKassa announces another one.',
        ru: 'Адреса и сети, с которых приходят уведомления, через пробел. Меняйте список, только если ЮKassa объявит о новом.',
      },
      default:
        '185.71.76.0/27 185.71.77.0/27 77.75.153.0/25 77.75.154.128/25 77.75.156.11 77.75.156.35 2a02:5180::/32',
    },
  },
  credentials: [['username', 'password']],
  body: { format: 'json' },
  event: {
    key: ['$.object.id', '$.event'],
    type: ['$.event'],
    occurredAt: { path: "$.object['captured_at','created_at']", unit: 'iso' },
    test: { path: '$.object.test', oneOf: [true] },
  },
  answer: { status: 200 },
  lookup: {
    events: ['payment.*'],
    url: 'https://api.yookassa.ru/v3/payments/{field:$.object.id}',
    auth: 'basic',
    agree: [
      { event: '$.object.id', fetched: '$.id' },
      { event: '$.object.status', fetched: '$.status' },
    ],
    required: true,
  },
  guide: {
    url: {
      en: 'YooKassa → Integration (Интеграция) → HTTP notifications (HTTP-уведомления). Paste the URL, tick payment.succeeded and save. The relay must see the sender’s real address: behind a proxy, set TRUSTED_PROXIES.',
      ru: 'Личный кабинет ЮKassa → «Интеграция» → «HTTP-уведомления». Вставьте URL, отметьте payment.succeeded и сохраните. Релей должен видеть настоящий адрес отправителя: если перед ним стоит прокси, задайте TRUSTED_PROXIES.',
    },
    secret: {
      en: 'The user name is the shopId (top of the account, or Settings → Shop), the password is the secret key: Integration → API keys (Ключи API) → Issue a key. The relay asks YooKassa with it whether the payment is real.',
      ru: 'Имя пользователя: shopId (вверху кабинета или «Настройки» → «Магазин»). Пароль: секретный ключ, «Интеграция» → «Ключи API» → «Выпустить ключ». С ним релей спрашивает у ЮKassa, настоящий ли платёж.',
    },
    note: {
      en: 'YooKassa never gives the address a receipt was sent to. When your site creates the payment, it must put the email into metadata.email (or merchant_customer_id); otherwise there is nobody to give the bonus to. A test shop has its own shopId and key.',
      ru: 'Почту, на которую ушёл чек, ЮKassa не отдаёт никогда. Создавая платёж, ваш сайт должен записать почту в metadata.email (или в merchant_customer_id), иначе бонус отдать некому. У тестового магазина свои shopId и ключ.',
    },
  },
  retries: {
    en: 'For about a day, until it hears status 200.',
    ru: 'Примерно сутки, пока не получит статус 200.',
  },
  events: [
    {
      type: 'payment.succeeded',
      means: 'paid',
      label: { en: 'Payment succeeded', ru: 'Платёж прошёл' },
      email: ['$.confirmed.metadata.email', '$.confirmed.merchant_customer_id'],
      amount: {
        value: '$.object.amount.value',
        currency: '$.object.amount.currency',
        unit: 'major',
      },
      missing: {
        en: 'Missing unless your site puts the email into metadata.email or merchant_customer_id when it creates the payment.',
        ru: 'Почты не будет, пока ваш сайт не станет при создании платежа записывать её в metadata.email или merchant_customer_id.',
      },
      sample: {
        type: 'notification',
        event: 'payment.succeeded',
        object: {
          id: '{{id}}',
          status: 'succeeded',
          amount: { value: '4900.00', currency: 'RUB' },
          description: 'Заказ 1042',
          created_at: '{{now:iso}}',
          captured_at: '{{now:iso}}',
          paid: true,
          refundable: true,
          test: false,
          metadata: { order: '1042', email: 'anna@example.com' },
        },
      },
    },
    {
      type: 'payment.waiting_for_capture',
      means: 'other',
      label: { en: 'Payment waits for capture', ru: 'Платёж ждёт подтверждения' },
      email: ['$.confirmed.metadata.email', '$.confirmed.merchant_customer_id'],
      missing: {
        en: 'The money is only held yet: use payment.succeeded.',
        ru: 'Деньги пока только заблокированы: используйте payment.succeeded.',
      },
      sample: {
        type: 'notification',
        event: 'payment.waiting_for_capture',
        object: {
          id: '{{id}}',
          status: 'waiting_for_capture',
          amount: { value: '4900.00', currency: 'RUB' },
          created_at: '{{now:iso}}',
          paid: true,
          test: false,
        },
      },
    },
    {
      type: 'payment.canceled',
      means: 'other',
      label: { en: 'Payment cancelled', ru: 'Платёж отменён' },
      email: [],
      missing: { en: 'Nothing was paid.', ru: 'Оплаты не было.' },
      sample: {
        type: 'notification',
        event: 'payment.canceled',
        object: {
          id: '{{id}}',
          status: 'canceled',
          amount: { value: '4900.00', currency: 'RUB' },
          created_at: '{{now:iso}}',
          paid: false,
          test: false,
        },
      },
    },
    {
      type: 'refund.succeeded',
      means: 'other',
      label: { en: 'Refund made', ru: 'Возврат сделан' },
      email: [],
      missing: {
        en: 'Never there, and a refund is not asked about at the API.',
        ru: 'Почты нет никогда, и о возвратах API не переспрашивается.',
      },
      sample: {
        type: 'notification',
        event: 'refund.succeeded',
        object: {
          id: '{{id}}',
          payment_id: 'sample-payment',
          status: 'succeeded',
          amount: { value: '4900.00', currency: 'RUB' },
          created_at: '{{now:iso}}',
        },
      },
    },
  ],
}
