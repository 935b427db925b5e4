// Robokassa's ResultURL: a hash of the sum, the order's number, password #2 and the shop's own Shp_
// parameters. The payer's EMail is outside it; an address passed as Shp_email is inside.
import type { Provider } from './provider.ts'

export const robokassa: Provider = {
  name: 'Robokassa',
  kind: 'payment',
  market: 'russia',
  evidence: {
    signature: 'official-docs',
    email: 'official-docs',
    delivery: 'official-docs',
  },
  methods: ['POST', 'GET'],
  proof: {
    scheme: 'digest',
    hash: { setting: 'hash' },
    template: '{field:$.OutSum}:{field:$.InvId}:{secret}{canonical}',
    canonical: { form: 'pairs_prefixed', prefix: 'Shp_' },
    encoding: 'hex',
    signature: { at: { field: '$.SignatureValue' }, syntax: { kind: 'single' } },
  },
  settings: {
    hash: {
      label: { en: 'Hash algorithm', ru: 'Алгоритм расчёта хеша' },
      help: {
        en: 'As chosen in the technical settings of the shop.',
        ru: 'Тот же, что выбран в «Технических настройках» магазина.',
      },
      default: 'md5',
      allowed: ['md5', 'sha1', 'sha256', 'sha384', 'sha512', 'ripemd160'],
    },
  },
  credentials: [['secret']],
  body: { format: ['form', 'query'] },
  event: {
    key: ['$.InvId'],
    type: ['text:paid'],
    test: { path: '$.IsTest', oneOf: ['1'] },
  },
  answer: { status: 200, body: 'OK{field:$.InvId}' },
  guide: {
    url: {
      en: 'Robokassa account → My shops → your shop → Technical settings (Технические настройки). Paste the URL as Result Url, method POST, save.',
      ru: 'Личный кабинет Robokassa → «Мои магазины» → ваш магазин → «Технические настройки». Вставьте URL в поле Result Url, метод отсылки POST, сохраните.',
    },
    secret: {
      en: 'In the same technical settings: Password #2 (Пароль #2). Robokassa does not show a saved password: if nobody has kept it, generate a new one and change it on your site as well. Test payments have passwords of their own.',
      ru: 'Там же, в «Технических настройках»: «Пароль #2». Сохранённый пароль Robokassa не показывает: если его никто не записал, сгенерируйте новый и замените и на своём сайте. У тестовых платежей пароли свои.',
    },
    note: {
      en: 'EMail is not signed and comes only if the payer typed it. Let your site pass the address as Shp_email when it makes the payment link: that is signed. A shop has one Result Url: if your site needs it as well, let the site pass the request on unchanged.',
      ru: 'Поле EMail не подписано и приходит, только если плательщик его заполнил. Пусть сайт, составляя ссылку на оплату, передаёт почту параметром Shp_email: он подписан. Result Url у магазина один: если он нужен и сайту, пусть сайт пересылает запрос сюда без изменений.',
    },
  },
  retries: {
    en: 'Several times, until it hears OK and the number of the order.',
    ru: 'Несколько раз, пока не услышит OK с номером заказа.',
  },
  events: [
    {
      type: 'paid',
      means: 'paid',
      label: { en: 'Order paid', ru: 'Заказ оплачен' },
      email: ['$.Shp_email', '$.Shp_Email', '$.shp_email', '$.SHP_EMAIL', '$.EMail'],
      amount: { value: '$.OutSum', unit: 'major' },
      missing: {
        en: 'Shp_email is there when your site passes it; EMail is optional and not signed.',
        ru: 'Shp_email приходит, если его передаёт ваш сайт; EMail необязателен и не подписан.',
      },
      sample: {
        OutSum: '4900.000000',
        InvId: '{{id}}',
        Fee: '171.50',
        EMail: 'payer@example.net',
        PaymentMethod: 'BankCard',
        IncCurrLabel: 'BankCardPSR',
        Shp_email: 'anna@example.com',
        Shp_order: '1042',
      },
      sampleEmail: "$['Shp_email']",
    },
  ],
}
