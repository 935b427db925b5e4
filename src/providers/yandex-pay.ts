// Yandex Pay: the body is a JWT signed with a key of Yandex's, the same for all shops, so that the
// merchant's id in it is a part of the proof. It holds no email.
import type { Provider } from './provider.ts'

export const yandexPay: Provider = {
  name: 'Yandex Pay',
  nameRu: 'Яндекс Пэй',
  kind: 'payment',
  market: 'russia',
  evidence: { signature: 'official-docs', email: 'recall', delivery: 'recall' },
  pathSuffixes: ['/v1/webhook'],
  proof: {
    scheme: 'jwt',
    token: { body: true },
    algorithms: 'ES256',
    expiry: 'if_present',
    claims: [{ path: '$.merchantId', equals: { setting: 'merchantId' } }],
  },
  settings: {
    merchantId: {
      form: 'word',
      label: { en: 'Merchant ID', ru: 'Merchant ID магазина' },
      help: {
        en: 'From the settings of the Yandex Pay account. Yandex signs for all shops with the same keys: without this, another shop’s payment would pass.',
        ru: 'Из настроек кабинета Яндекс Пэй. Яндекс подписывает уведомления всех магазинов одними ключами: без этого номера прошёл бы и чужой платёж.',
      },
      required: true,
    },
  },
  credentials: [['jwksUrl'], ['jwks']],
  body: { format: 'jwt' },
  event: {
    key: ['$.order.orderId', '$.event', '$.eventTime'],
    otherKeys: [['$.operation.operationId', '$.event', '$.eventTime']],
    type: ['$.event'],
    occurredAt: { path: '$.eventTime', unit: 'iso' },
  },
  answer: { status: 200, body: '{"status":"success"}', contentType: 'application/json' },
  guide: {
    url: {
      en: 'Yandex Pay account (console.pay.yandex.ru) → Settings → Callback URL: paste the URL as it is. Yandex adds /v1/webhook to it by itself, and the relay answers there too.',
      ru: 'Кабинет Яндекс Пэй (console.pay.yandex.ru) → «Настройки» → Callback URL: вставьте URL как есть. Яндекс сам допишет к нему /v1/webhook, по такому адресу релей отвечает тоже.',
    },
    secret: {
      en: 'Enter the address of the key set: https://pay.yandex.ru/api/jwks, for the sandbox https://sandbox.pay.yandex.ru/api/jwks.',
      ru: 'Впишите адрес набора ключей: https://pay.yandex.ru/api/jwks, для песочницы https://sandbox.pay.yandex.ru/api/jwks.',
    },
    note: {
      en: 'There is no email in it: for bonuses let your site send an event of its own when it learns of the payment ("Webhook with a token").',
      ru: 'Почты в нём нет: для бонусов пусть ваш сайт, узнав об оплате, сам шлёт событие («Вебхук с токеном»).',
    },
  },
  retries: { en: 'Not documented.', ru: 'В документации не описаны.' },
  events: [
    {
      type: 'ORDER_STATUS_UPDATED',
      means: 'paid',
      label: { en: 'Order changed its status', ru: 'Статус заказа изменился' },
      when: { path: '$.order.paymentStatus', op: 'eq', value: 'CAPTURED' },
      email: [],
      missing: {
        en: 'Never there, only the number of your order.',
        ru: 'Никогда нет, только номер вашего заказа.',
      },
      sample: {
        merchantId: '2f7ba4cc-sample-merchant',
        event: 'ORDER_STATUS_UPDATED',
        eventTime: '{{now:iso}}',
        order: {
          orderId: '{{id}}',
          paymentStatus: 'CAPTURED',
          cartUpdated: false,
        },
      },
    },
    {
      type: 'OPERATION_STATUS_UPDATED',
      means: 'other',
      label: { en: 'Operation changed its status', ru: 'Статус операции изменился' },
      email: [],
      missing: { en: 'Never there.', ru: 'Никогда нет.' },
      sample: {
        merchantId: '2f7ba4cc-sample-merchant',
        event: 'OPERATION_STATUS_UPDATED',
        eventTime: '{{now:iso}}',
        operation: {
          operationId: '{{id}}',
          orderId: '1042',
          operationType: 'REFUND',
          status: 'SUCCESS',
        },
      },
    },
  ],
}
