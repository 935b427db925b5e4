// Xendit: one token for the whole account, in a header; the body is not bound to it. An invoice says
// what happened by its status alone, newer products by an event's name.
import type { Provider } from './provider.ts'

export const xendit: Provider = {
  name: 'Xendit',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'secondary', email: 'recall', delivery: 'recall' },
  proof: { scheme: 'token', at: { header: 'x-callback-token' } },
  credentials: [['token']],
  body: { format: 'json' },
  event: {
    key: ['$.id', '$.status'],
    otherKeys: [
      ['$.event', '$.data.id', '$.data.status'],
      ['$.event', '$.data.payment_id', '$.data.status'],
    ],
    type: ['$.event', '$.status'],
    occurredAt: { path: "$['paid_at','created']", unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'Xendit Dashboard → Settings → Developers → Webhooks. Paste the URL at "Invoices paid" (and at the other products you use), press "Test and save".',
      ru: 'Xendit Dashboard → Settings → Developers → Webhooks. Вставьте URL в «Invoices paid» (и у других нужных продуктов), нажмите «Test and save».',
    },
    secret: {
      en: 'On the same page: View Webhook Verification Token. Test and live mode have different tokens.',
      ru: 'Там же: View Webhook Verification Token. У тестового и боевого режимов токены разные.',
    },
    note: {
      en: 'Xendit does not sign the body: whoever learns the token can invent events.',
      ru: 'Xendit не подписывает тело запроса: кто узнает токен, сможет придумывать события.',
    },
  },
  retries: {
    en: 'Several times (about six), with growing pauses.',
    ru: 'Несколько раз (около шести), паузы растут.',
  },
  events: [
    {
      type: 'PAID',
      means: 'paid',
      label: { en: 'Invoice paid', ru: 'Счёт оплачен' },
      email: ['$.payer_email', '$.customer.email'],
      amount: { value: '$.paid_amount', currency: '$.currency', unit: 'major' },
      missing: {
        en: 'Missing when your shop created the invoice without payer_email.',
        ru: 'Нет, если магазин создал счёт без payer_email.',
      },
      sample: {
        id: '{{id}}',
        external_id: 'order-1042',
        user_id: 'sample-user',
        is_high: false,
        payment_method: 'BANK_TRANSFER',
        status: 'PAID',
        merchant_name: 'Sample shop',
        amount: 490000,
        paid_amount: 490000,
        paid_at: '{{now:iso}}',
        payer_email: 'anna@example.com',
        description: 'Sample course',
        created: '{{now:iso}}',
        updated: '{{now:iso}}',
        currency: 'IDR',
        payment_channel: 'PERMATA',
      },
      sampleEmail: "$['payer_email']",
    },
    {
      type: 'payment.succeeded',
      means: 'paid',
      label: { en: 'Payment succeeded (Payments API)', ru: 'Платёж прошёл (Payments API)' },
      email: ['$.data.metadata.email', '$.data.customer.email'],
      amount: { value: '$.data.amount', currency: '$.data.currency', unit: 'major' },
      missing: {
        en: 'Missing unless your shop writes it into metadata.email.',
        ru: 'Нет, если магазин не записал её в metadata.email.',
      },
      sample: {
        event: 'payment.succeeded',
        business_id: 'sample-business',
        created: '{{now:iso}}',
        data: {
          id: '{{id}}',
          reference_id: 'order-1042',
          status: 'SUCCEEDED',
          amount: 490000,
          currency: 'IDR',
          metadata: { email: 'boris@example.org' },
        },
      },
      sampleEmail: "$['data']['metadata']['email']",
    },
  ],
}
