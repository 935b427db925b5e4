// Flutterwave: version 4 signs the body, version 3 only repeats the secret hash in a header. The kind
// of credential decides which is taken: with a secret alone, an unsigned request is refused.
import type { Provider } from './provider.ts'

export const flutterwave: Provider = {
  name: 'Flutterwave',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'secondary', email: 'secondary', delivery: 'recall' },
  proof: {
    scheme: 'any',
    of: [
      {
        scheme: 'hmac',
        hash: 'sha256',
        key: ['utf8'],
        template: '{body}',
        encoding: 'base64',
        signature: { at: { header: 'flutterwave-signature' }, syntax: { kind: 'single' } },
      },
      { scheme: 'token', at: { header: 'verif-hash' } },
    ],
  },
  credentials: [['secret'], ['token']],
  body: { format: 'json' },
  event: {
    // The id of the webhook in version 4; in version 3 there is only that of the transaction.
    key: ['$.webhook_id'],
    otherKeys: [['$.id'], ['$.event', '$.data.id', '$.data.status']],
    type: ['$.event', '$.type'],
    occurredAt: { path: '$.timestamp', unit: 'ms' },
  },
  answer: { status: 200 },
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'Flutterwave Dashboard → Settings → Webhooks (Developers → Webhooks). Paste the URL, invent a Secret hash, tick the boxes for retries and failed transactions, save.',
      ru: 'Flutterwave Dashboard → Settings → Webhooks (Developers → Webhooks). Вставьте URL, придумайте Secret hash, отметьте повторы и неудачные операции, сохраните.',
    },
    secret: {
      en: 'The Secret hash you entered there. Enter it here as a secret if your account uses API version 4 (requests carry flutterwave-signature), as a token for version 3 (they carry verif-hash). Test and live mode are set separately.',
      ru: 'Тот самый Secret hash. Впишите его сюда секретом, если у вас API версии 4 (в запросах заголовок flutterwave-signature), и токеном для версии 3 (заголовок verif-hash). Тестовый и боевой режимы настраиваются отдельно.',
    },
    note: {
      en: 'In version 3 nothing is signed: whoever learns the hash can invent payments.',
      ru: 'В версии 3 ничего не подписано: кто узнал хеш, может выдумать платёж.',
    },
  },
  retries: {
    en: 'Only if switched on at Flutterwave: a few attempts.',
    ru: 'Только если включены в Flutterwave: несколько попыток.',
  },
  events: [
    {
      type: 'charge.completed',
      means: 'paid',
      label: { en: 'Charge completed', ru: 'Оплата завершена' },
      when: { path: '$.data.status', op: 'in', value: ['succeeded', 'successful'] },
      email: ['$.data.customer.email'],
      amount: { value: '$.data.amount', currency: '$.data.currency', unit: 'major' },
      missing: {
        en: 'Rarely missing. The event also tells of failed charges: keep the condition on the status.',
        ru: 'Редко нет. Событие приходит и о неудачных списаниях: оставьте условие на статус.',
      },
      sample: {
        id: 'wbk_{{id}}',
        timestamp: '{{now:ms}}',
        type: 'charge.completed',
        data: {
          id: 'chg_Sample',
          amount: 4900,
          currency: 'NGN',
          status: 'succeeded',
          reference: 'order-1042',
          customer: { id: 'cus_SampleAnna', email: 'anna@example.com' },
          payment_method: { type: 'card' },
        },
      },
      sampleEmail: "$['data']['customer']['email']",
    },
  ],
}
