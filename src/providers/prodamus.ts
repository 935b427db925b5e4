// Prodamus signs all fields as PHP would write them in JSON: nested, sorted, every value a string.
// The header Sign holds it; the number of the attempt is a field, so the body changes when repeated.
import type { Provider } from './provider.ts'

export const prodamus: Provider = {
  name: 'Prodamus',
  nameRu: 'Prodamus (Продамус)',
  kind: 'payment',
  market: 'russia',
  evidence: {
    signature: 'official-docs',
    email: 'official-docs',
    delivery: 'official-docs',
  },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{canonical}',
    canonical: { form: 'php_json_sorted' },
    encoding: 'hex',
    signature: { at: { header: 'sign' }, syntax: { kind: 'single' } },
  },
  credentials: [['secret']],
  body: { format: ['multipart', 'brackets'] },
  event: {
    key: ['$.order_id', '$.payment_status'],
    type: ['$.payment_status'],
    occurredAt: { path: '$.date', unit: 'iso' },
  },
  answer: { status: 200, body: 'success' },
  guide: {
    url: {
      en: 'Your Prodamus payment page → Settings → Notifications (Уведомления): paste the URL as the address for notifications and save. Or pass it as urlNotification with each link.',
      ru: 'Платёжная страница Prodamus → «Настройки» → «Уведомления»: вставьте URL в поле адреса для уведомлений и сохраните. Или передавайте его в ссылке на оплату параметром urlNotification.',
    },
    secret: {
      en: 'Settings → Secret key (Секретный ключ) of the same payment page. Each payment page has its own.',
      ru: '«Настройки» → «Секретный ключ» той же платёжной страницы. У каждой страницы он свой.',
    },
    note: {
      en: 'While the payment page is in demo mode, the word demo is said to be added to the key: if the test is refused, add a second credential KEYdemo and take it away after the launch.',
      ru: 'Пока платёжная страница в демо-режиме, к ключу, по рассказам, приписывается слово demo: если тест не проходит, добавьте второй ключ вида КЛЮЧdemo и уберите его после запуска.',
    },
  },
  retries: {
    en: 'At intervals, until it hears status 200; a redirect counts as a failure.',
    ru: 'С паузами, пока не получит статус 200; перенаправление считается ошибкой.',
  },
  events: [
    {
      type: 'success',
      means: 'paid',
      label: { en: 'Order paid', ru: 'Заказ оплачен' },
      email: ['$.customer_email'],
      amount: { value: '$.sum', unit: 'major' },
      missing: {
        en: 'Missing when the form asks for a phone number only.',
        ru: 'Нет, если форма спрашивает только телефон.',
      },
      sample: {
        date: '{{now:iso}}',
        order_id: '{{id}}',
        order_num: '1042',
        domain: 'sample.payform.ru',
        sum: '4900.00',
        customer_phone: '+79990000000',
        customer_email: 'anna@example.com',
        customer_extra: 'Перезвоните / после 18:00',
        payment_type: 'Пластиковая карта Visa, MasterCard, МИР',
        commission: '3.5',
        commission_sum: '171.50',
        attempt: '1',
        sys: 'sample',
        products: [
          { name: 'Курс «Основы»', price: '3900.00', quantity: '1', sum: '3900.00' },
          { name: 'Разбор', price: '1000.00', quantity: '1', sum: '1000.00' },
        ],
        payment_status: 'success',
        payment_status_description: 'Успешная оплата',
      },
      sampleEmail: "$['customer_email']",
    },
    {
      type: '*',
      means: 'other',
      label: { en: 'Any other status', ru: 'Любой другой статус' },
      email: ['$.customer_email'],
      missing: {
        en: 'May be missing; nothing was paid.',
        ru: 'Может не быть; оплаты не было.',
      },
      sample: {
        date: '{{now:iso}}',
        order_id: '{{id}}',
        order_num: '1042',
        sum: '4900.00',
        customer_email: 'boris@example.org',
        attempt: '1',
        products: [{ name: 'Курс «Основы»', price: '4900.00', quantity: '1', sum: '4900.00' }],
        payment_status: '{{type}}',
      },
      sampleEmail: "$['customer_email']",
    },
  ],
}
