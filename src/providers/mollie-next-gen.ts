// Mollie's newer webhooks are signed: the body's HMAC, with or without "sha256=" before it, in a
// header that comes once per secret while one is replaced. A missing header is never let through,
// although Mollie's own library calls that "legacy".
import type { Provider } from './provider.ts'

export const mollieNextGen: Provider = {
  name: 'Mollie (signed webhooks)',
  nameRu: 'Mollie (вебхуки с подписью)',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'official-code', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{body}',
    encoding: 'hex',
    signature: {
      at: { header: 'x-mollie-signature', repeated: true },
      syntax: { kind: 'single', prefix: 'sha256=', optional: true },
    },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['$.id'],
    type: ['$.type'],
    occurredAt: { path: '$.createdAt', unit: 'iso' },
    test: { path: '$._embedded.entity.mode', oneOf: ['test'] },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'Mollie Dashboard → Developers → Webhooks → Create webhook. Paste the URL, choose the events sales-invoice.paid and payment-link.paid, and the payload with the object in it (snapshot, not simple).',
      ru: 'Mollie Dashboard → Developers → Webhooks → Create webhook. Вставьте URL, выберите события sales-invoice.paid и payment-link.paid и вид содержимого с объектом внутри (snapshot, а не simple).',
    },
    secret: {
      en: 'Shown once when the webhook is created: Signing secret. Copy it at once.',
      ru: 'Показывается один раз при создании вебхука: Signing secret. Скопируйте сразу.',
    },
    note: {
      en: 'Payment links name no payer. For payments with an email take the preset for Mollie’s payment webhooks.',
      ru: 'В ссылках на оплату плательщик не назван. Для платежей с почтой возьмите пресет для вебхуков платежей Mollie.',
    },
  },
  retries: {
    en: 'Mollie repeats failed deliveries; its schedule is not known exactly.',
    ru: 'Mollie повторяет неудачные доставки; точное расписание неизвестно.',
  },
  events: [
    {
      type: 'sales-invoice.paid',
      means: 'paid',
      label: { en: 'Invoice paid', ru: 'Счёт оплачен' },
      email: ['$._embedded.entity.recipient.email'],
      amount: {
        value: '$._embedded.entity.totalAmount.value',
        currency: '$._embedded.entity.totalAmount.currency',
        unit: 'major',
      },
      missing: {
        en: 'Missing in "simple" payloads: they hold no object.',
        ru: 'Нет в содержимом вида simple: там нет объекта.',
      },
      sample: {
        resource: 'event',
        id: 'event_{{id}}',
        type: 'sales-invoice.paid',
        entityId: 'invoice_sample',
        createdAt: '{{now:iso}}',
        _embedded: {
          entity: {
            resource: 'sales-invoice',
            id: 'invoice_sample',
            mode: 'live',
            status: 'paid',
            totalAmount: { value: '49.00', currency: 'EUR' },
            recipient: {
              type: 'consumer',
              givenName: 'Anna',
              familyName: 'Sample',
              email: 'anna@example.com',
            },
          },
        },
      },
      sampleEmail: "$['_embedded']['entity']['recipient']['email']",
    },
    {
      type: 'payment-link.paid',
      means: 'paid',
      label: { en: 'Payment link paid', ru: 'Ссылка на оплату оплачена' },
      email: [],
      amount: {
        value: '$._embedded.entity.amount.value',
        currency: '$._embedded.entity.amount.currency',
        unit: 'major',
      },
      missing: {
        en: 'Never there: a payment link does not know who pays.',
        ru: 'Никогда нет: ссылка на оплату не знает, кто платит.',
      },
      sample: {
        resource: 'event',
        id: 'event_{{id}}',
        type: 'payment-link.paid',
        entityId: 'pl_sample',
        createdAt: '{{now:iso}}',
        _embedded: {
          entity: {
            resource: 'payment-link',
            id: 'pl_sample',
            mode: 'live',
            description: 'Order 1042',
            amount: { value: '49.00', currency: 'EUR' },
            paidAt: '{{now:iso}}',
          },
        },
      },
    },
  ],
}
