// PayKeeper: a hash of four fields run together and the secret seed; the answer is a hash as well.
// client_email is outside it, the client's id is inside.
import type { Provider } from './provider.ts'

export const paykeeper: Provider = {
  name: 'PayKeeper',
  kind: 'payment',
  market: 'russia',
  evidence: { signature: 'official-docs', email: 'official-docs', delivery: 'recall' },
  proof: {
    scheme: 'digest',
    hash: 'md5',
    template: '{field:$.id}{field:$.sum}{field:$.clientid}{field:$.orderid}{secret}',
    encoding: 'hex',
    signature: { at: { field: '$.key' }, syntax: { kind: 'single' } },
  },
  credentials: [['secret']],
  body: { format: 'form' },
  event: {
    key: ['$.id'],
    type: ['text:paid'],
  },
  answer: {
    status: 200,
    body: 'OK {hash}',
    hash: { algorithm: 'md5', of: '{field:$.id}{secret}' },
  },
  guide: {
    url: {
      en: 'PayKeeper account (yours.server.paykeeper.ru) → Settings → Receiving payment information (Получение информации о платежах): choose "POST notifications", paste the URL, save.',
      ru: 'Личный кабинет PayKeeper (ваш.server.paykeeper.ru) → «Настройки» → «Получение информации о платежах»: выберите «POST-оповещения», вставьте URL и сохраните.',
    },
    secret: {
      en: 'On the same page: secret word (Секретное слово); press "Generate" if it is empty.',
      ru: 'На той же странице: «Секретное слово»; если оно пустое, нажмите «Сгенерировать».',
    },
    note: {
      en: 'client_email is not signed: the rule has to allow it. Let your site pass the email as clientid, which is signed. There is one address for notifications: if your site needs it as well, let the site pass the request on here unchanged.',
      ru: 'Поле client_email не подписано, в правиле его придётся разрешить. Лучше пусть сайт передаёт почту в clientid: оно подписано. Адрес для оповещений один: если он нужен и сайту, пусть сайт пересылает запрос сюда без изменений.',
    },
  },
  retries: {
    en: 'Repeated until it hears exactly the expected answer.',
    ru: 'Повторяет, пока не получит в точности тот ответ, которого ждёт.',
  },
  events: [
    {
      type: 'paid',
      means: 'paid',
      label: { en: 'Bill paid', ru: 'Счёт оплачен' },
      email: ['$.clientid', '$.client_email'],
      amount: { value: '$.sum', unit: 'major' },
      missing: {
        en: 'clientid holds it when your site passes it there; client_email is optional and not signed.',
        ru: 'В clientid она есть, если её туда передаёт ваш сайт; client_email необязателен и не подписан.',
      },
      sample: {
        id: '{{id}}',
        sum: '4900.00',
        clientid: 'anna@example.com',
        orderid: '1042',
        service_name: 'Курс «Основы»',
        client_email: 'payer@example.net',
        client_phone: '+79990000000',
        ps_id: '15',
        obtain_datetime: '2026-11-30 03:53:20',
      },
      sampleEmail: "$['clientid']",
    },
  ],
}
