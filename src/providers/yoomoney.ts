// YooMoney wallets: a hash of eight fields and the notification secret, joined with "&". The payer's
// email is outside it, the label of the transfer is inside.
import type { Amount, Provider } from './provider.ts'

const email = ['$.label', '$.email']

const missing = {
  en: 'Usually missing. Put the email into the label of the payment link or form (label=…): it is signed. YooMoney’s own email field is not signed and hardly ever filled in any more.',
  ru: 'Обычно нет. Записывайте почту в метку перевода (label=… в ссылке или форме): она подписана. Собственное поле email ЮMoney не подписывает и почти перестала заполнять.',
}

/** Signed, and false where the money has really arrived. */
const when = { path: '$.codepro', op: 'eq', value: 'false' } as const

const amount: Amount = { value: '$.withdraw_amount', currency: 'RUB', unit: 'major' }

export const yoomoney: Provider = {
  name: 'YooMoney wallet',
  nameRu: 'Кошелёк ЮMoney',
  kind: 'payment',
  market: 'russia',
  evidence: {
    signature: 'official-docs',
    email: 'official-docs',
    delivery: 'official-docs',
  },
  proof: {
    scheme: 'digest',
    hash: 'sha1',
    template:
      '{field:$.notification_type}&{field:$.operation_id}&{field:$.amount}&{field:$.currency}&{field:$.datetime}&{field:$.sender}&{field:$.codepro}&{secret}&{field:$.label}',
    encoding: 'hex',
    signature: { at: { field: '$.sha1_hash' }, syntax: { kind: 'single' } },
  },
  credentials: [['secret']],
  body: { format: 'form' },
  event: {
    key: ['$.operation_id'],
    type: ['$.notification_type'],
    occurredAt: { path: '$.datetime', unit: 'iso' },
    test: { path: '$.test_notification', oneOf: ['true'] },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'yoomoney.ru → Settings → For developers → HTTP notifications (HTTP-уведомления), or yoomoney.ru/transfer/myservices/http-notification: paste the URL, tick "Send HTTP notifications", press Done. "Test" there sends a first event.',
      ru: 'yoomoney.ru → «Настройки» → «HTTP-уведомления» (yoomoney.ru/transfer/myservices/http-notification): вставьте URL, отметьте «Отправлять HTTP-уведомления» и нажмите «Готово». Кнопка «Протестировать» пришлёт первое событие.',
    },
    secret: {
      en: 'On the same page press "Show secret" (Показать секрет).',
      ru: 'На той же странице нажмите «Показать секрет».',
    },
    note: {
      en: 'A transfer with unaccepted=true has not arrived yet: the wallet is full. That mark is not signed, so it is not asked for in the rule.',
      ru: 'Перевод с unaccepted=true ещё не зачислен: кошелёк переполнен. Эта пометка не подписана, поэтому в условие правила она не входит.',
    },
  },
  retries: {
    en: 'Three times: at once, after 10 minutes, after an hour.',
    ru: 'Три раза: сразу, через 10 минут и через час.',
  },
  events: [
    {
      type: 'p2p-incoming',
      means: 'paid',
      label: { en: 'Transfer from a wallet', ru: 'Перевод из кошелька' },
      when,
      email,
      amount,
      missing,
      sample: {
        notification_type: 'p2p-incoming',
        operation_id: '{{id}}',
        amount: '4900.00',
        withdraw_amount: '4924.50',
        currency: '643',
        datetime: '{{now:iso}}',
        sender: '41001000040000',
        codepro: 'false',
        label: 'anna@example.com',
        unaccepted: 'false',
        email: '',
      },
      sampleEmail: "$['label']",
    },
    {
      type: 'card-incoming',
      means: 'paid',
      label: { en: 'Transfer from a card', ru: 'Перевод с карты' },
      when,
      email,
      amount,
      missing,
      sample: {
        notification_type: 'card-incoming',
        operation_id: '{{id}}',
        amount: '4753.00',
        withdraw_amount: '4900.00',
        currency: '643',
        datetime: '{{now:iso}}',
        sender: '',
        codepro: 'false',
        label: 'boris@example.org',
        unaccepted: 'false',
      },
      sampleEmail: "$['label']",
    },
  ],
}
