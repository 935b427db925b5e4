// Robokassa's ResultUrl2: the body is a JWT signed with Robokassa's own key, the same for all shops,
// so that the shop's login in it is a part of the proof. It holds no email.
import type { Provider } from './provider.ts'

export const robokassaResultUrl2: Provider = {
  name: 'Robokassa (ResultUrl2)',
  kind: 'payment',
  market: 'russia',
  evidence: { signature: 'secondary', email: 'secondary', delivery: 'recall' },
  proof: {
    scheme: 'jwt',
    token: { body: true },
    algorithms: 'RS256',
    expiry: 'if_present',
    toleranceSeconds: 300,
    claims: [
      { path: '$.header.type', equals: 'PaymentStateNotification' },
      { path: '$.data.shop', equals: { setting: 'shop' } },
    ],
    time: { path: '$.header.timestamp', unit: 's', maxAgeSeconds: 604_800 },
  },
  settings: {
    shop: {
      form: 'word',
      label: { en: 'Identifier of the shop', ru: 'Идентификатор магазина' },
      help: {
        en: 'MerchantLogin, as in the technical settings. Robokassa signs for all shops with one key: without this, another shop’s payment would pass.',
        ru: 'MerchantLogin из «Технических настроек». Robokassa подписывает уведомления всех магазинов одним ключом: без идентификатора прошёл бы и чужой платёж.',
      },
      required: true,
    },
  },
  credentials: [['certificate'], ['publicKey']],
  body: { format: 'jwt' },
  event: {
    key: ['$.data.opKey', '$.data.state'],
    otherKeys: [['$.data.invId', '$.data.state']],
    type: ['$.data.state'],
    occurredAt: { path: '$.header.timestamp', unit: 's' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'Robokassa account → My shops → your shop → Technical settings: paste the URL as ResultUrl2, or let your site pass it as ResultUrl2 with each payment.',
      ru: 'Личный кабинет Robokassa → «Мои магазины» → ваш магазин → «Технические настройки»: вставьте URL в поле ResultUrl2 или передавайте его с сайта параметром ResultUrl2 в каждом платеже.',
    },
    secret: {
      en: 'Download Robokassa’s certificate (.cer) from the ResultUrl2 page of its documentation and paste its text. It ends one day: add the next one before that.',
      ru: 'Скачайте сертификат Robokassa (.cer) со страницы о ResultUrl2 в её документации и вставьте его текст. Срок сертификата ограничен: новый добавьте заранее.',
    },
    note: {
      en: 'There is no email in it: for bonuses take the usual Result Url with Shp_email. How it is signed was read in a plug-in.',
      ru: 'Почты в нём нет: для бонусов берите обычный Result Url с Shp_email. Порядок подписи взят из кода плагина.',
    },
  },
  retries: { en: 'Not documented.', ru: 'В документации не описаны.' },
  events: [
    {
      type: 'OK',
      means: 'paid',
      label: { en: 'Order paid', ru: 'Заказ оплачен' },
      email: [],
      amount: { value: '$.data.incSum', unit: 'major' },
      missing: {
        en: 'Never there: use the usual Result Url.',
        ru: 'Никогда нет: используйте обычный Result Url.',
      },
      sample: {
        header: { type: 'PaymentStateNotification', version: '1.0.0', timestamp: '{{now:s}}' },
        data: {
          shop: 'sample_shop',
          opKey: '{{id}}',
          invId: '1042',
          paymentMethod: 'BankCard',
          incSum: '4900.00',
          state: 'OK',
        },
      },
    },
    {
      type: 'HOLD',
      means: 'other',
      label: { en: 'Money held', ru: 'Деньги заблокированы' },
      email: [],
      missing: { en: 'Never there.', ru: 'Никогда нет.' },
      sample: {
        header: { type: 'PaymentStateNotification', version: '1.0.0', timestamp: '{{now:s}}' },
        data: {
          shop: 'sample_shop',
          opKey: '{{id}}',
          invId: '1042',
          paymentMethod: 'BankCard',
          incSum: '4900.00',
          state: 'HOLD',
        },
      },
    },
  ],
}
