// T-Bank (Tinkoff) acquiring: Token is a hash of the values of the root fields, the terminal's
// password among them. Nested objects, Data with the email in it, are outside the hash.
import type { Provider } from './provider.ts'

const email = ['$.Data.Email', '$.Data.email', '$.DATA.Email', '$.DATA.email']

export const tbank: Provider = {
  name: 'T-Bank acquiring (Tinkoff)',
  nameRu: 'Т-Банк, интернет-эквайринг (Тинькофф)',
  kind: 'payment',
  market: 'russia',
  evidence: {
    signature: 'official-docs',
    email: 'official-docs',
    delivery: 'official-docs',
  },
  proof: {
    scheme: 'digest',
    hash: 'sha256',
    template: '{canonical}',
    canonical: { form: 'values_sorted', exclude: ['Token'], secretAs: 'Password' },
    encoding: 'hex',
    signature: { at: { field: '$.Token' }, syntax: { kind: 'single' } },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['$.PaymentId', '$.Status'],
    type: ['$.Status'],
  },
  answer: { status: 200, body: 'OK' },
  guide: {
    url: {
      en: 'T-Business account → Internet acquiring → Shops → your shop → Terminals → the gear of the terminal. Notifications: "by HTTP protocol", paste the URL, save. The same for a payment created with NotificationURL.',
      ru: 'Личный кабинет Т-Бизнес → «Интернет-эквайринг» → «Магазины» → ваш магазин → «Терминалы» → «Настроить». В «Уведомлениях» выберите «По протоколу HTTP», вставьте URL и сохраните. Если сайт передаёт NotificationURL при создании платежа, укажите этот URL и там.',
    },
    secret: {
      en: 'On the same page of the terminal copy "Password" (Пароль), not the TerminalKey. The DEMO terminal has a password of its own.',
      ru: 'На той же странице терминала скопируйте «Пароль» (не TerminalKey). У тестового терминала (DEMO) пароль свой.',
    },
    note: {
      en: 'The email stands in Data, which the bank does not sign: the rule has to allow an unsigned email. Data comes only after the bank’s support has switched on additional parameters in notifications, and your site must pass Email in DATA when it creates the payment.',
      ru: 'Почта лежит в Data, а этот блок банк не подписывает: в правиле придётся разрешить неподписанную почту. Сам Data приходит, только если поддержка банка включила дополнительные параметры в уведомлениях, а ваш сайт при создании платежа передаёт Email в DATA.',
    },
  },
  retries: {
    en: 'Every hour for a day, then once a day for a month, until it hears OK.',
    ru: 'Сутки каждый час, затем месяц раз в день, пока не услышит OK.',
  },
  events: [
    {
      type: 'CONFIRMED',
      means: 'paid',
      label: { en: 'Payment confirmed', ru: 'Платёж подтверждён' },
      when: { path: '$.Success', op: 'eq', value: true },
      email,
      amount: { value: '$.Amount', currency: 'RUB', unit: 'minor' },
      missing: {
        en: 'Missing until the bank switches on additional parameters in notifications. Never signed: allow an unsigned email in the rule.',
        ru: 'Нет, пока банк не включит дополнительные параметры в уведомлениях. Подписью не защищена никогда: разрешите в правиле неподписанную почту.',
      },
      sample: {
        TerminalKey: 'SampleShop',
        OrderId: '1042',
        Success: true,
        Status: 'CONFIRMED',
        PaymentId: '{{id}}',
        ErrorCode: '0',
        Amount: 490000,
        CardId: 10452089,
        Pan: '411111******1111',
        ExpDate: '1230',
        Data: { Email: 'anna@example.com', Phone: '+70000000000' },
      },
      sampleEmail: "$['Data']['Email']",
    },
    {
      type: 'AUTHORIZED',
      means: 'other',
      label: { en: 'Money held', ru: 'Деньги заблокированы' },
      email,
      missing: {
        en: 'Comes together with CONFIRMED in one-step payments: use CONFIRMED.',
        ru: 'При одностадийной оплате приходит вместе с CONFIRMED: используйте CONFIRMED.',
      },
      sample: {
        TerminalKey: 'SampleShop',
        OrderId: '1042',
        Success: true,
        Status: 'AUTHORIZED',
        PaymentId: '{{id}}',
        ErrorCode: '0',
        Amount: 490000,
        Data: { Email: 'anna@example.com' },
      },
      sampleEmail: "$['Data']['Email']",
    },
    {
      type: 'REJECTED',
      means: 'other',
      label: { en: 'Payment declined', ru: 'Платёж отклонён' },
      email: [],
      missing: { en: 'Nothing was paid.', ru: 'Оплаты не было.' },
      sample: {
        TerminalKey: 'SampleShop',
        OrderId: '1042',
        Success: false,
        Status: 'REJECTED',
        PaymentId: '{{id}}',
        ErrorCode: '1051',
        Amount: 490000,
      },
    },
    {
      type: 'REFUNDED',
      means: 'other',
      label: { en: 'Refund made', ru: 'Возврат сделан' },
      email: [],
      missing: { en: 'A refund earns no bonus.', ru: 'За возврат бонус не положен.' },
      sample: {
        TerminalKey: 'SampleShop',
        OrderId: '1042',
        Success: true,
        Status: 'REFUNDED',
        PaymentId: '{{id}}',
        ErrorCode: '0',
        Amount: 490000,
      },
    },
  ],
}
