// NOWPayments: what is signed is not the bytes but the body rebuilt as compact JSON with its keys
// sorted at every level, as JavaScript writes it. No email unless the shop sends it as the order.
import type { Provider } from './provider.ts'

const email = ['$.order_description', '$.order_id']

const missing = {
  en: 'Missing unless your shop sends the email, and nothing else, as order_description or order_id.',
  ru: 'Нет, если магазин не передаёт почту, и только её, в order_description или order_id.',
}

export const nowpayments: Provider = {
  name: 'NOWPayments',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'secondary', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha512',
    key: ['utf8'],
    template: '{canonical}',
    canonical: { form: 'json_sorted' },
    encoding: 'hex',
    signature: { at: { header: 'x-nowpayments-sig' }, syntax: { kind: 'single' } },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['$.payment_id', '$.payment_status'],
    type: ['$.payment_status'],
    occurredAt: { path: '$.updated_at', unit: 'ms' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'NOWPayments → Settings → Payments → Instant payment notifications: paste the URL as the callback URL. A payment created with its own ipn_callback_url uses that one instead.',
      ru: 'NOWPayments → Settings → Payments → Instant payment notifications: вставьте URL как адрес обратного вызова. Если при создании платежа указан ipn_callback_url, действует он.',
    },
    secret: {
      en: 'On the same page generate the IPN secret key. It is shown in full only once: copy it at once.',
      ru: 'Там же создайте IPN secret key. Целиком он показывается один раз: скопируйте сразу.',
    },
    note: {
      en: 'Every change of a payment is told; only "finished" means that the money is yours.',
      ru: 'Сообщается о каждом изменении платежа; деньги ваши только при «finished».',
    },
  },
  retries: {
    en: 'As set in the account: how many times and how often (Settings → Payments).',
    ru: 'Как задано в кабинете: сколько раз и как часто (Settings → Payments).',
  },
  events: [
    {
      type: 'finished',
      means: 'paid',
      label: { en: 'Payment finished', ru: 'Платёж завершён' },
      email,
      amount: { value: '$.price_amount', currency: '$.price_currency', unit: 'major' },
      missing,
      sample: {
        actually_paid: 49.5,
        invoice_id: null,
        order_description: 'anna@example.com',
        order_id: '1042',
        outcome_amount: 0.0151,
        outcome_currency: 'eth',
        pay_address: '0x0000000000000000000000000000000000sample',
        pay_amount: 49.5,
        pay_currency: 'usdttrc20',
        payment_id: 5077125051,
        payment_status: 'finished',
        price_amount: 49,
        price_currency: 'eur',
        purchase_id: '{{id}}',
        updated_at: '{{now:ms}}',
      },
      sampleEmail: "$['order_description']",
    },
    {
      type: 'partially_paid',
      means: 'other',
      label: { en: 'Paid in part', ru: 'Оплачено не полностью' },
      email,
      missing,
      sample: {
        actually_paid: 20,
        order_description: null,
        order_id: 'boris@example.org',
        pay_amount: 49.5,
        pay_currency: 'usdttrc20',
        payment_id: 5077125052,
        payment_status: 'partially_paid',
        price_amount: 49,
        price_currency: 'eur',
        purchase_id: '{{id}}',
        updated_at: '{{now:ms}}',
      },
      sampleEmail: "$['order_id']",
    },
  ],
}
