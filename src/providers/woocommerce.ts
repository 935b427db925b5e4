// WooCommerce signs the body alone; topic and delivery id are headers outside the signature, and the
// id is not unique. Its times have no zone, so none is shown. It never repeats a delivery.
import type { Condition } from '../rules/condition.ts'
import type { Provider } from './provider.ts'

const paid: Condition = { path: '$.status', op: 'in', value: ['processing', 'completed'] }

const missing = {
  en: 'Empty for orders entered by hand without one.',
  ru: 'Пусто у заказов, которые завели вручную без неё.',
}

const order = {
  id: 1042,
  number: '1042',
  order_key: 'wc_order_{{id}}',
  currency: 'EUR',
  total: '49.00',
  date_created_gmt: '{{now:iso}}',
  payment_method: 'sample',
  line_items: [{ id: 1, name: 'Sample course', quantity: 1, total: '49.00' }],
}

export const woocommerce: Provider = {
  name: 'WooCommerce',
  kind: 'commerce',
  market: 'both',
  evidence: { signature: 'official-code', email: 'recall', delivery: 'official-code' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{body}',
    encoding: 'base64',
    signature: { at: { header: 'x-wc-webhook-signature' }, syntax: { kind: 'single' } },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['$.id', '$.status', '$.date_modified_gmt'],
    otherKeys: [['$.id', '$.role', '$.date_modified_gmt']],
    type: ['header:x-wc-webhook-topic'],
  },
  answer: { status: 200 },
  handshakes: [
    {
      // Sent unsigned when the webhook is saved; without exactly 200 it cannot be switched on.
      when: { method: 'POST', body: 'webhook_id=\\d{1,20}' },
      proof: 'none',
      answer: { status: 200 },
    },
  ],
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'WordPress → WooCommerce → Settings → Advanced → Webhooks → Add webhook. Status Active, topic "Order updated", paste the URL as Delivery URL, API version "WP REST API Integration v3", save.',
      ru: 'WordPress → WooCommerce → «Настройки» → «Дополнительно» → «Вебхуки» → «Добавить вебхук». Статус «Активно», тема «Заказ обновлён», вставьте URL в поле доставки, версия API «WP REST API Integration v3», сохраните.',
    },
    secret: {
      en: 'On the same page fill in "Secret" with a long random text of letters and digits (no quotes, no &) and paste the same text here.',
      ru: 'На той же странице впишите в поле «Секрет» длинный случайный текст из букв и цифр (без кавычек и &) и вставьте его же сюда.',
    },
    note: {
      en: 'Take one topic per source, best "Order updated" with the condition on the status: the topic is not signed. WooCommerce never repeats a delivery; after more than five failures it switches the webhook off.',
      ru: 'Одна тема на источник, лучше всего «Заказ обновлён» с условием на статус: тема не подписана. WooCommerce доставку не повторяет; после пяти с лишним неудач вебхук выключается.',
    },
  },
  retries: {
    en: 'None. After more than five failures in a row the webhook is switched off.',
    ru: 'Нет. После более чем пяти неудач подряд вебхук выключается.',
  },
  events: [
    {
      type: 'order.updated',
      means: 'paid',
      label: { en: 'Order updated (paid)', ru: 'Заказ обновлён (оплачен)' },
      when: paid,
      email: ['$.billing.email'],
      amount: { value: '$.total', currency: '$.currency', unit: 'major' },
      missing,
      sample: {
        ...order,
        status: 'processing',
        date_modified_gmt: '{{now:iso}}',
        date_paid_gmt: '{{now:iso}}',
        billing: { first_name: 'Anna', last_name: 'Sample', email: 'anna@example.com' },
      },
      sampleEmail: "$['billing']['email']",
      sampleHeaders: { 'x-wc-webhook-topic': 'order.updated' },
    },
    {
      type: 'order.created',
      means: 'other',
      label: { en: 'Order created', ru: 'Заказ создан' },
      when: paid,
      email: ['$.billing.email'],
      missing,
      sample: {
        ...order,
        status: 'processing',
        date_modified_gmt: '{{now:iso}}',
        billing: { first_name: 'Boris', last_name: 'Sample', email: 'boris@example.org' },
      },
      sampleEmail: "$['billing']['email']",
      sampleHeaders: { 'x-wc-webhook-topic': 'order.created' },
    },
    {
      type: 'customer.created',
      means: 'registered',
      label: { en: 'Customer registered', ru: 'Покупатель зарегистрировался' },
      email: ['$.email'],
      missing: { en: 'Always there.', ru: 'Есть всегда.' },
      sample: {
        id: 77,
        date_created_gmt: '{{now:iso}}',
        date_modified_gmt: '{{now:iso}}',
        email: 'vera@example.com',
        first_name: 'Vera',
        last_name: 'Sample',
        role: 'customer',
        username: 'vera',
        is_paying_customer: false,
      },
      sampleEmail: "$['email']",
      sampleHeaders: { 'x-wc-webhook-topic': 'customer.created' },
    },
  ],
}
