// Cryptomus: an MD5 of the base64 of the body, as PHP would write it, with the API key appended. The
// order of the keys counts. additional_data is the only place for an email, alone or as JSON.
import type { Amount, Provider } from './provider.ts'

const email = ['$.additional_data', '$.additional_data.email']

const missing = {
  en: 'Missing unless your shop writes it into additional_data when it creates the invoice: the email alone, or JSON with "email".',
  ru: 'Нет, если магазин не записал её в additional_data при создании счёта: одну почту или JSON с полем «email».',
}

const amount: Amount = { value: '$.payment_amount', currency: '$.payer_currency', unit: 'major' }

export const cryptomus: Provider = {
  name: 'Cryptomus',
  kind: 'payment',
  market: 'both',
  evidence: { signature: 'secondary', email: 'recall', delivery: 'secondary' },
  proof: {
    scheme: 'digest',
    hash: 'md5',
    template: '{canonical}{secret}',
    canonical: { form: 'php_json', exclude: ['sign'], base64: true },
    encoding: 'hex',
    signature: { at: { field: '$.sign' }, syntax: { kind: 'single' } },
  },
  credentials: [['secret']],
  body: { format: 'json', embedded: [{ at: '$.additional_data', as: 'json' }] },
  event: { key: ['$.uuid', '$.status'], type: ['$.type', '$.status'] },
  answer: { status: 200 },
  guide: {
    pastedBy: 'developers',
    url: {
      en: 'There is no page for it: your developers pass this URL as url_callback when they create the invoice. With a ready-made plug-in of a shop, enter it where the plug-in asks for the callback URL.',
      ru: 'Отдельной страницы нет: разработчики передают этот URL как url_callback при создании счёта. Если у магазина готовый модуль, впишите его туда, где модуль спрашивает адрес обратного вызова.',
    },
    secret: {
      en: 'Cryptomus → Business → Merchants → your merchant → Settings → API keys: the payment key (Payment API key). Payouts have another key and are not proven by this one.',
      ru: 'Cryptomus → «Бизнес» → «Мерчанты» → ваш мерчант → «Настройки» → API-ключи: платёжный ключ (Payment API key). У выплат ключ другой, этим они не подтверждаются.',
    },
    note: {
      en: 'The notifications come from 91.227.144.54: let it through if a firewall stands before the relay.',
      ru: 'Уведомления приходят с адреса 91.227.144.54: если перед сервисом стоит межсетевой экран, пропустите его.',
    },
  },
  retries: {
    en: 'Not documented. A webhook can be sent again through the API.',
    ru: 'Не описаны. Вебхук можно отправить ещё раз через API.',
  },
  events: [
    {
      type: 'payment.paid',
      means: 'paid',
      label: { en: 'Invoice paid', ru: 'Счёт оплачен' },
      email,
      amount,
      missing,
      sample: {
        type: 'payment',
        uuid: '{{id}}',
        order_id: '1042',
        amount: '49.00000000',
        payment_amount: '49.00000000',
        payment_amount_usd: '49.00',
        merchant_amount: '48.51000000',
        is_final: true,
        status: 'paid',
        network: 'tron',
        currency: 'USDT',
        payer_currency: 'USDT',
        additional_data: 'anna@example.com',
        txid: 'sample/txid',
      },
      sampleEmail: "$['additional_data']",
    },
    {
      type: 'payment.paid_over',
      means: 'paid',
      label: { en: 'Invoice paid, with too much', ru: 'Счёт оплачен с избытком' },
      email,
      amount,
      missing,
      sample: {
        type: 'payment',
        uuid: '{{id}}',
        order_id: '1043',
        amount: '49.00000000',
        payment_amount: '50.00000000',
        payer_currency: 'USDT',
        is_final: true,
        status: 'paid_over',
        network: 'tron',
        currency: 'USDT',
        additional_data: { email: 'boris@example.org', course: 'Пробный' },
      },
      sampleEmail: "$['additional_data']['email']",
    },
  ],
}
