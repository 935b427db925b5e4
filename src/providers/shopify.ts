// Shopify signs the body alone. Topic and delivery id travel in headers outside the signature, so the
// key is the object and its last change, and a rule should ask the body whether it was paid.
import type { Provider } from './provider.ts'

const email = ['$.email', '$.contact_email', '$.customer.email']

const missing = {
  en: 'Empty for buyers who gave a phone number only, for sales in a shop, and for apps without access to protected customer data.',
  ru: 'Пусто у покупателей, которые указали только телефон, у продаж в магазине и у приложений без доступа к данным покупателей.',
}

const order = {
  id: 450789469,
  admin_graphql_api_id: 'gid://shopify/Order/{{id}}',
  created_at: '{{now:iso}}',
  updated_at: '{{now:iso}}',
  currency: 'EUR',
  financial_status: 'paid',
  fulfillment_status: null,
  name: '#1042',
  order_number: 1042,
  test: false,
  total_price: '49.00',
}

export const shopify: Provider = {
  name: 'Shopify',
  kind: 'commerce',
  market: 'world',
  evidence: { signature: 'official-code', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{body}',
    encoding: 'base64',
    signature: {
      // The newer deliveries leave the "x-" out.
      at: { header: ['x-shopify-hmac-sha256', 'shopify-hmac-sha256'] },
      syntax: { kind: 'single' },
    },
  },
  credentials: [['secret']],
  body: { format: 'json' },
  event: {
    key: ['$.admin_graphql_api_id', '$.updated_at'],
    otherKeys: [['$.id', '$.updated_at']],
    type: ['header:x-shopify-topic', 'header:shopify-topic'],
    occurredAt: { path: '$.updated_at', unit: 'iso' },
    test: { path: '$.test', oneOf: [true] },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'Shopify admin → Settings → Notifications → Webhooks → Create webhook. Event "Order payment", format JSON, paste the URL, save. For one URL choose one event only.',
      ru: 'Админка Shopify → Settings → Notifications → Webhooks → Create webhook. Событие «Order payment», формат JSON, вставьте URL, сохраните. На один URL выбирайте только одно событие.',
    },
    secret: {
      en: 'Below the list of webhooks: "Your webhooks will be signed with …". Webhooks made by an app are signed with the app’s client secret instead.',
      ru: 'Под списком вебхуков: «Your webhooks will be signed with …». Вебхуки, созданные приложением, подписаны его client secret.',
    },
    note: {
      en: 'Of two events about the same change of an order (created and paid at once) the second counts as a repetition: take another source for each event. The event’s name is not signed: keep the condition on financial_status.',
      ru: 'Если об одном изменении заказа приходят два события (создан и сразу оплачен), второе считается повтором: для каждого события заведите свой источник. Название события не подписано: оставьте условие на financial_status.',
    },
  },
  retries: {
    en: 'Eight more attempts within about four hours; then the webhook may be removed.',
    ru: 'Ещё восемь попыток примерно за четыре часа; потом вебхук может быть удалён.',
  },
  events: [
    {
      type: 'orders/paid',
      means: 'paid',
      label: { en: 'Order paid', ru: 'Заказ оплачен' },
      when: { path: '$.financial_status', op: 'eq', value: 'paid' },
      email,
      amount: { value: '$.total_price', currency: '$.currency', unit: 'major' },
      missing,
      sample: {
        ...order,
        email: 'anna@example.com',
        contact_email: 'anna@example.com',
        customer: { id: 207119551, email: 'anna@example.com', first_name: 'Anna' },
      },
      sampleEmail: "$['email']",
      sampleHeaders: {
        'x-shopify-topic': 'orders/paid',
        'x-shopify-shop-domain': 'sample.myshopify.com',
        'x-shopify-api-version': '2026-10',
        'x-shopify-webhook-id': 'b54557e4-0000-4000-8000-000000000001',
      },
    },
    {
      type: 'orders/create',
      means: 'other',
      label: { en: 'Order created', ru: 'Заказ создан' },
      when: { path: '$.financial_status', op: 'eq', value: 'paid' },
      email,
      missing,
      sample: {
        ...order,
        email: 'boris@example.org',
        contact_email: 'boris@example.org',
        customer: { id: 207119552, email: 'boris@example.org', first_name: 'Boris' },
      },
      sampleEmail: "$['email']",
      sampleHeaders: { 'x-shopify-topic': 'orders/create' },
    },
    {
      type: 'customers/create',
      means: 'registered',
      label: { en: 'Customer created', ru: 'Покупатель создан' },
      email: ['$.email'],
      missing: {
        en: 'Empty for customers known by phone only.',
        ru: 'Пусто у покупателей, известных только по телефону.',
      },
      sample: {
        id: 7064055069303,
        admin_graphql_api_id: 'gid://shopify/Customer/{{id}}',
        email: 'vera@example.com',
        first_name: 'Vera',
        last_name: 'Sample',
        created_at: '{{now:iso}}',
        updated_at: '{{now:iso}}',
        verified_email: true,
      },
      sampleEmail: "$['email']",
      sampleHeaders: { 'x-shopify-topic': 'customers/create' },
    },
  ],
}
