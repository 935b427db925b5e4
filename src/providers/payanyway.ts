// PayAnyWay (MONETA.RU), Pay URL: a hash of eight fields run together and the integrity code. The
// buyer's id in the shop is among them, so an email there is signed.
import type { Provider } from './provider.ts'

export const payanyway: Provider = {
  name: 'PayAnyWay / MONETA.RU',
  kind: 'payment',
  market: 'russia',
  evidence: { signature: 'secondary', email: 'secondary', delivery: 'recall' },
  methods: ['POST', 'GET'],
  proof: {
    scheme: 'digest',
    hash: 'md5',
    template:
      '{field:$.MNT_COMMAND}{field:$.MNT_ID}{field:$.MNT_TRANSACTION_ID}{field:$.MNT_OPERATION_ID}{field:$.MNT_AMOUNT}{field:$.MNT_CURRENCY_CODE}{field:$.MNT_SUBSCRIBER_ID}{field:$.MNT_TEST_MODE}{secret}',
    encoding: 'hex',
    signature: { at: { field: '$.MNT_SIGNATURE' }, syntax: { kind: 'single' } },
  },
  credentials: [['secret']],
  body: { format: ['form', 'query'] },
  event: {
    key: ['$.MNT_OPERATION_ID'],
    // A payment names no command; Check URL does.
    type: ['text:paid', '$.MNT_COMMAND'],
    test: { path: '$.MNT_TEST_MODE', oneOf: ['1'] },
  },
  answer: { status: 200, body: 'SUCCESS' },
  guide: {
    url: {
      en: 'MONETA.RU account → My account → Account management → your account → Edit: paste the URL as Pay URL, HTTP method POST. Leave Check URL alone: it expects another answer.',
      ru: 'Личный кабинет MONETA.RU → «Мой счёт» → «Управление счетами» → ваш счёт → «Изменить»: вставьте URL в поле Pay URL, HTTP-метод POST. Check URL не трогайте: там ждут другого ответа.',
    },
    secret: {
      en: 'In the same form: data integrity code (Код проверки целостности данных).',
      ru: 'В той же форме: «Код проверки целостности данных».',
    },
    note: {
      en: 'Let your site pass the email as MNT_SUBSCRIBER_ID: that is signed; MNT_CUSTOM1 to 3 are not.',
      ru: 'Пусть сайт передаёт почту в MNT_SUBSCRIBER_ID: это поле подписано, а MNT_CUSTOM1–3 нет.',
    },
  },
  retries: {
    en: 'Repeated until it hears SUCCESS; how often is not documented.',
    ru: 'Повторяет, пока не услышит SUCCESS; как часто, не описано.',
  },
  events: [
    {
      type: 'paid',
      means: 'paid',
      label: { en: 'Order paid', ru: 'Заказ оплачен' },
      email: ['$.MNT_SUBSCRIBER_ID', '$.MNT_CUSTOM1', '$.MNT_CUSTOM2', '$.MNT_CUSTOM3'],
      amount: { value: '$.MNT_AMOUNT', currency: '$.MNT_CURRENCY_CODE', unit: 'major' },
      missing: {
        en: 'There only when your site passes it, best as MNT_SUBSCRIBER_ID.',
        ru: 'Есть, только если её передаёт ваш сайт, лучше всего в MNT_SUBSCRIBER_ID.',
      },
      sample: {
        MNT_ID: '54600817',
        MNT_TRANSACTION_ID: '1042',
        MNT_OPERATION_ID: '{{id}}',
        MNT_AMOUNT: '4900.00',
        MNT_CURRENCY_CODE: 'RUB',
        MNT_SUBSCRIBER_ID: 'anna@example.com',
        MNT_TEST_MODE: '0',
        MNT_CORRACCOUNT: '303',
        MNT_CUSTOM1: 'order 1042',
      },
      sampleEmail: "$['MNT_SUBSCRIBER_ID']",
    },
  ],
}
