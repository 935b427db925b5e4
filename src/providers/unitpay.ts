// Unitpay asks by GET: method=pay&params[account]=…; the hash is made of the method, the sorted
// values of params and the secret key, with {up} between them. `check` and `preauth` are questions.
import type { Answer, Provider } from './provider.ts'

const answer: Answer = {
  status: 200,
  body: '{"result":{"message":"OK"}}',
  contentType: 'application/json',
}

export const unitpay: Provider = {
  name: 'Unitpay',
  kind: 'payment',
  market: 'russia',
  evidence: { signature: 'official-code', email: 'recall', delivery: 'official-code' },
  methods: ['GET'],
  proof: {
    scheme: 'digest',
    hash: 'sha256',
    template: '{field:$.method}{glue}{canonical}{glue}{secret}',
    canonical: {
      form: 'values_sorted',
      of: '$.params',
      exclude: ['signature', 'sign'],
      glue: '{up}',
    },
    encoding: 'hex',
    signature: { at: { field: '$.params.signature' }, syntax: { kind: 'single' } },
  },
  credentials: [['secret']],
  body: { format: 'query' },
  event: {
    key: ['$.params.unitpayId', '$.method'],
    type: ['$.method'],
    test: { path: '$.params.test', oneOf: ['1'] },
  },
  answer,
  handshakes: [
    { when: { field: { path: '$.method', equals: 'check' } }, proof: 'required', answer },
    { when: { field: { path: '$.method', equals: 'preauth' } }, proof: 'required', answer },
  ],
  guide: {
    url: {
      en: 'Unitpay account → Projects → your project → Settings: paste the URL as "Payment handler URL" (URL обработчика платежей) and save. Press "Test" there to see the first event.',
      ru: 'Личный кабинет Unitpay → «Проекты» → ваш проект → «Настройки»: вставьте URL в поле «URL обработчика платежей» и сохраните. Там же можно нажать «Тест» и увидеть первое событие.',
    },
    secret: {
      en: 'In the settings of the same project: "Secret key" (Секретный ключ).',
      ru: 'В настройках того же проекта: «Секретный ключ».',
    },
    note: {
      en: 'Before it takes the money Unitpay asks whether the payment is right (check), and the relay always says yes. If your shop has to check sums itself, keep your own handler and let it pass the request on here unchanged.',
      ru: 'Перед списанием Unitpay спрашивает, всё ли верно (check), и релей всегда соглашается. Если суммы должен проверять ваш магазин, оставьте свой обработчик и пересылайте запросы сюда без изменений.',
    },
  },
  retries: {
    en: 'Repeated until it hears a result; how often is not documented.',
    ru: 'Повторяет, пока не услышит result; как часто, не описано.',
  },
  events: [
    {
      type: 'pay',
      means: 'paid',
      label: { en: 'Payment made', ru: 'Оплата прошла' },
      email: ['$.params.account', '$.params.customerEmail', '$.params.email'],
      amount: { value: '$.params.orderSum', currency: '$.params.orderCurrency', unit: 'major' },
      missing: {
        en: 'Usually only the account your site passed is there: pass the email as account, or as customerEmail.',
        ru: 'Обычно есть только account, который передал ваш сайт: передавайте в нём почту, или заполняйте customerEmail.',
      },
      sample: {
        method: 'pay',
        params: {
          unitpayId: '{{id}}',
          account: 'anna@example.com',
          date: '2026-11-30 03:53:20',
          orderSum: '4900.00',
          orderCurrency: 'RUB',
          payerSum: '4900.00',
          payerCurrency: 'RUB',
          profit: '4728.50',
          paymentType: 'card',
          projectId: '1',
          test: '0',
        },
      },
      sampleEmail: "$['params']['account']",
    },
    {
      type: 'error',
      means: 'other',
      label: { en: 'Payment failed', ru: 'Ошибка оплаты' },
      email: ['$.params.account', '$.params.customerEmail', '$.params.email'],
      missing: {
        en: 'Nothing was paid. It may come more than once for one payment, even before a pay.',
        ru: 'Оплаты не было. Может прийти не раз за один платёж, в том числе раньше pay.',
      },
      sample: {
        method: 'error',
        params: {
          unitpayId: '{{id}}',
          account: 'anna@example.com',
          errorMessage: 'Недостаточно средств',
          orderSum: '4900.00',
          test: '0',
        },
      },
      sampleEmail: "$['params']['account']",
    },
  ],
}
