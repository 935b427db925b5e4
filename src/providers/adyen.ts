// Adyen: each item of a batch is signed by itself, and only eight of its fields; platform webhooks
// sign the whole body in a header. The shopper's email is outside the item's signature.
import type { Amount, Provider } from './provider.ts'

const item = '$.notificationItems[*].NotificationRequestItem'
const email = [
  `${item}.merchantReference`,
  `${item}.additionalData.shopperEmail`,
  `${item}.additionalData['metadata.email']`,
]
const missing = {
  en: 'Only there when switched on: Developers → Webhooks → Additional settings → "Include Shopper Details". It is not signed, so the rule must allow unsigned emails. A merchantReference that is an email itself would be signed.',
  ru: 'Есть, только если включить: Developers → Webhooks → Additional settings → «Include Shopper Details». Она не подписана, поэтому правило должно разрешать неподписанную почту. Если почту кладут в сам merchantReference, она под подписью.',
}
/** Text, not a boolean. */
const succeeded = { path: `${item}.success`, op: 'eq', value: 'true' } as const

const amount: Amount = {
  value: '$.notificationItems[*].NotificationRequestItem.amount.value',
  currency: '$.notificationItems[*].NotificationRequestItem.amount.currency',
  unit: 'minor',
  digits: { CLP: 2, CVE: 0, IDR: 0, ISK: 2 },
}

export const adyen: Provider = {
  name: 'Adyen',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'official-code', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'any',
    of: [
      {
        scheme: 'hmac',
        hash: 'sha256',
        key: ['hex'],
        items: item,
        template:
          '{field:$.pspReference}:{field:$.originalReference}:{field:$.merchantAccountCode}:{field:$.merchantReference}:{field:$.amount.value}:{field:$.amount.currency}:{field:$.eventCode}:{field:$.success}',
        encoding: 'base64',
        signature: {
          at: { field: '$.additionalData.hmacSignature' },
          syntax: { kind: 'single' },
        },
      },
      {
        scheme: 'hmac',
        hash: 'sha256',
        key: ['hex'],
        template: '{body}',
        encoding: 'base64',
        signature: { at: { header: 'hmacsignature' }, syntax: { kind: 'single' } },
      },
    ],
  },
  credentials: [['secret']],
  body: {
    format: 'json',
    // With the body around it: only that says whether it is a test.
    batch: { path: item, keepsBody: true, around: '{{event}}' },
  },
  event: {
    key: [`${item}.pspReference`, `${item}.eventCode`, `${item}.success`],
    type: [`${item}.eventCode`],
    occurredAt: { path: `${item}.eventDate`, unit: 'iso' },
    test: { path: '$.live', oneOf: ['false', false] },
  },
  answer: { status: 200, body: '[accepted]' },
  guide: {
    url: {
      en: 'Adyen Customer Area → Developers → Webhooks → + Webhook → Standard webhook → Add. Paste the URL under Server configuration, method JSON. Then Additional settings → tick "Include Shopper Details". Save configuration.',
      ru: 'Adyen Customer Area → Developers → Webhooks → + Webhook → Standard webhook → Add. Вставьте URL в раздел Server configuration, метод JSON. Затем Additional settings → отметьте «Include Shopper Details». Нажмите Save configuration.',
    },
    secret: {
      en: 'In the same webhook: Security → HMAC Key → Generate. 64 characters, shown once: copy before you save. Test and live have different keys, and a new key needs some minutes to reach all of Adyen.',
      ru: 'В том же вебхуке: Security → HMAC Key → Generate. 64 символа, показываются один раз: скопируйте до сохранения. В тесте и бою ключи разные, а новый расходится по Adyen несколько минут.',
    },
    note: {
      en: 'Adyen signs references and amount, but not the email: whoever has seen one signed item could put another email into it. Platform webhooks hold no shopper; they are accepted and kept, but not read.',
      ru: 'Adyen подписывает номера и сумму, но не почту: кто видел подписанное событие, мог бы вписать в него другую. В platform-вебхуках покупателя нет: они принимаются и хранятся, но не читаются.',
    },
  },
  retries: {
    en: 'Queued and repeated with growing pauses, up to several days.',
    ru: 'Ставит в очередь и повторяет с растущими паузами, до нескольких суток.',
  },
  events: [
    {
      type: 'AUTHORISATION',
      means: 'paid',
      label: { en: 'Payment authorised or refused', ru: 'Платёж одобрен или отклонён' },
      when: succeeded,
      email,
      amount,
      missing,
      sample: {
        live: 'true',
        notificationItems: [
          {
            NotificationRequestItem: {
              additionalData: { shopperEmail: 'anna@example.com', hmacSignature: '' },
              amount: { currency: 'EUR', value: 4900 },
              eventCode: 'AUTHORISATION',
              eventDate: '{{now:iso}}',
              merchantAccountCode: 'SampleShop',
              merchantReference: 'order-1042',
              paymentMethod: 'visa',
              pspReference: '{{id}}',
              reason: '',
              success: 'true',
            },
          },
        ],
      },
      sampleEmail:
        "$['notificationItems'][0]['NotificationRequestItem']['additionalData']['shopperEmail']",
    },
    {
      type: 'CAPTURE',
      means: 'paid',
      label: { en: 'Payment captured', ru: 'Платёж списан' },
      when: succeeded,
      email,
      amount,
      missing,
      sample: {
        live: 'true',
        notificationItems: [
          {
            NotificationRequestItem: {
              additionalData: { shopperEmail: 'boris@example.org', hmacSignature: '' },
              amount: { currency: 'EUR', value: 4900 },
              eventCode: 'CAPTURE',
              eventDate: '{{now:iso}}',
              merchantAccountCode: 'SampleShop',
              merchantReference: 'order-1042',
              originalReference: 'SAMPLE1042',
              paymentMethod: 'visa',
              pspReference: '{{id}}',
              reason: '',
              success: 'true',
            },
          },
        ],
      },
      sampleEmail:
        "$['notificationItems'][0]['NotificationRequestItem']['additionalData']['shopperEmail']",
    },
  ],
}
