// FreeKassa: a hash of the shop, the sum, secret word 2 and the order's number. Neither its own
// payment number (intid) nor the payer's email is covered: the key is the order's number.
import type { Provider } from './provider.ts'

export const freekassa: Provider = {
  name: 'FreeKassa',
  kind: 'payment',
  market: 'russia',
  evidence: { signature: 'secondary', email: 'secondary', delivery: 'secondary' },
  methods: ['POST', 'GET'],
  proof: {
    scheme: 'digest',
    hash: 'md5',
    template: '{field:$.MERCHANT_ID}:{field:$.AMOUNT}:{secret}:{field:$.MERCHANT_ORDER_ID}',
    encoding: 'hex',
    signature: { at: { field: '$.SIGN' }, syntax: { kind: 'single' } },
  },
  credentials: [['secret']],
  body: { format: ['form', 'query'] },
  event: {
    key: ['$.MERCHANT_ORDER_ID'],
    type: ['text:paid'],
  },
  answer: { status: 200, body: 'YES' },
  guide: {
    url: {
      en: 'FreeKassa account → Shops → your shop → Settings: paste the URL as notification URL (URL оповещения), method POST, save.',
      ru: 'Личный кабинет FreeKassa → «Магазины» → ваш магазин → «Настройки»: вставьте URL в поле «URL оповещения», метод POST, сохраните.',
    },
    secret: {
      en: 'In the same settings: secret word 2 (Секретное слово 2). The first one signs payment forms and does not fit.',
      ru: 'Там же: «Секретное слово 2». Первое слово подписывает формы оплаты и здесь не подойдёт.',
    },
    note: {
      en: 'The payer’s email (P_EMAIL) is not signed: the rule has to allow it. Signed is only the number of your order: make it the email itself where one person pays once.',
      ru: 'Почта плательщика (P_EMAIL) не подписана, в правиле её придётся разрешить. Подписан только номер вашего заказа: если человек платит один раз, номером может быть сама почта.',
    },
  },
  retries: {
    en: 'Repeated until it hears YES; how often is not documented.',
    ru: 'Повторяет, пока не услышит YES; как часто, не описано.',
  },
  events: [
    {
      type: 'paid',
      means: 'paid',
      label: { en: 'Order paid', ru: 'Заказ оплачен' },
      email: ['$.MERCHANT_ORDER_ID', '$.us_email', '$.P_EMAIL'],
      amount: { value: '$.AMOUNT', unit: 'major' },
      missing: {
        en: 'P_EMAIL is optional and not signed, us_email comes if your site passes it, not signed either.',
        ru: 'P_EMAIL необязателен и не подписан; us_email приходит, если его передаёт ваш сайт, и тоже не подписан.',
      },
      sample: {
        MERCHANT_ID: '12345',
        AMOUNT: '4900',
        intid: '71000001',
        MERCHANT_ORDER_ID: '{{id}}',
        P_EMAIL: 'anna@example.com',
        P_PHONE: '79990000000',
        CUR_ID: '36',
        us_order: '1042',
      },
      sampleEmail: "$['P_EMAIL']",
    },
  ],
}
