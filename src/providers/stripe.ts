// Stripe: signed with the whole text of the endpoint's secret, "whsec_" included, not decoded.
// Its library refuses old times only; so do we. Thin "v2" notifications hold no object, no email.
// Events that name only the customer are completed by asking Stripe, where an API key is given.
import type { Amount, Provider } from './provider.ts'

/** Its minor units are ISO 4217's but for these. */
const digits = { ISK: 2, MGA: 0, UGX: 2 }
const sum = (field: string): Amount => ({
  value: `$.data.object.${field}`,
  currency: '$.data.object.currency',
  unit: 'minor',
  digits,
})

export const stripe: Provider = {
  name: 'Stripe',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'official-code', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8'],
    template: '{timestamp}.{body}',
    encoding: 'hex',
    signature: {
      at: { header: 'stripe-signature' },
      syntax: { kind: 'pairs', separator: ',', assign: '=', name: 'v1' },
    },
    timestamp: { at: { pair: 't' }, unit: 's', toleranceSeconds: 300, sided: 'one' },
  },
  credentials: [['secret'], ['token']],
  body: { format: 'json' },
  event: {
    key: ['$.id'],
    type: ['$.type'],
    occurredAt: { path: '$.created', unit: 's' },
    test: { path: '$.livemode', oneOf: [false] },
  },
  answer: { status: 200 },
  lookup: {
    events: ['payment_intent.succeeded', 'customer.subscription.created'],
    url: 'https://api.stripe.com/v1/customers/{field:$.data.object.customer}',
    auth: 'bearer',
    agree: [{ event: '$.data.object.customer', fetched: '$.id' }],
    required: false,
  },
  guide: {
    url: {
      en: 'Stripe Dashboard → Developers → Webhooks → Create new destination. Choose "Events on your account", tick the events, choose "Webhook", and paste the URL as Endpoint URL.',
      ru: 'Stripe Dashboard → Developers → Webhooks → Create new destination. Выберите «Events on your account», отметьте события, затем «Webhook» и вставьте URL в поле Endpoint URL.',
    },
    secret: {
      en: 'Open the destination you created and reveal "Signing secret" (it starts with whsec_). Paste it whole. Test mode and live mode have different secrets. A restricted API key (rk_…) with the right to read customers may be added as a token: then the emails of payments and subscriptions that name only the customer are asked for.',
      ru: 'Откройте созданный адрес и покажите «Signing secret» (начинается с whsec_). Вставьте его целиком. У тестового и боевого режимов секреты разные. Токеном можно добавить ограниченный API-ключ (rk_…) с правом читать покупателей: тогда почта платежей и подписок, где назван только покупатель, запрашивается у Stripe.',
    },
    note: {
      en: 'While a secret is being rolled, Stripe signs with both: add the new one here before the old one ends. Choose the payload style "Snapshot": thin events (v2) hold no email.',
      ru: 'Пока секрет меняется, Stripe подписывает обоими: добавьте новый сюда раньше, чем истечёт старый. Выбирайте payload style «Snapshot»: в «тонких» событиях (v2) почты нет.',
    },
  },
  retries: {
    en: 'Live mode: for about three days, with growing pauses.',
    ru: 'В боевом режиме: около трёх дней, паузы растут.',
  },
  events: [
    {
      type: 'checkout.session.completed',
      means: 'paid',
      label: { en: 'Checkout completed', ru: 'Оформление заказа завершено' },
      when: { path: '$.data.object.payment_status', op: 'eq', value: 'paid' },
      email: ['$.data.object.customer_details.email', '$.data.object.customer_email'],
      amount: sum('amount_total'),
      missing: {
        en: 'Rarely missing. Delayed payment methods complete a session before the money arrives: add the condition $.data.object.payment_status = paid.',
        ru: 'Почти всегда есть. При отложенных способах оплаты сессия завершается раньше, чем придут деньги: добавьте условие $.data.object.payment_status = paid.',
      },
      sample: {
        id: 'evt_{{id}}',
        object: 'event',
        api_version: '2025-09-30.clover',
        created: '{{now:s}}',
        livemode: true,
        pending_webhooks: 1,
        request: { id: null, idempotency_key: null },
        type: 'checkout.session.completed',
        data: {
          object: {
            id: 'cs_live_a1SampleSession',
            object: 'checkout.session',
            amount_subtotal: 4900,
            amount_total: 4900,
            currency: 'eur',
            customer: 'cus_SampleAnna',
            customer_details: {
              email: 'anna@example.com',
              name: 'Anna Sample',
              phone: null,
              address: { city: 'Riga', country: 'LV' },
            },
            customer_email: null,
            mode: 'payment',
            payment_intent: 'pi_SampleIntent',
            payment_status: 'paid',
            status: 'complete',
            metadata: { order: '1042' },
          },
        },
      },
      sampleEmail: "$['data']['object']['customer_details']['email']",
    },
    {
      type: 'checkout.session.async_payment_succeeded',
      means: 'paid',
      label: { en: 'Delayed payment arrived', ru: 'Отложенный платёж поступил' },
      email: ['$.data.object.customer_details.email', '$.data.object.customer_email'],
      amount: sum('amount_total'),
      missing: { en: 'Rarely missing.', ru: 'Почти всегда есть.' },
      sample: {
        id: 'evt_{{id}}',
        object: 'event',
        created: '{{now:s}}',
        livemode: true,
        type: 'checkout.session.async_payment_succeeded',
        data: {
          object: {
            id: 'cs_live_b2SampleSession',
            object: 'checkout.session',
            amount_total: 4900,
            currency: 'eur',
            customer_details: { email: 'anna@example.com', name: 'Anna Sample' },
            payment_status: 'paid',
            status: 'complete',
          },
        },
      },
      sampleEmail: "$['data']['object']['customer_details']['email']",
    },
    {
      type: 'invoice.paid',
      means: 'paid',
      label: { en: 'Invoice paid', ru: 'Счёт оплачен' },
      email: ['$.data.object.customer_email'],
      amount: sum('amount_paid'),
      missing: {
        en: 'Empty when the customer was created without an email.',
        ru: 'Пусто, если покупателя завели без почты.',
      },
      sample: {
        id: 'evt_{{id}}',
        object: 'event',
        created: '{{now:s}}',
        livemode: true,
        type: 'invoice.paid',
        data: {
          object: {
            id: 'in_SampleInvoice',
            object: 'invoice',
            amount_due: 1900,
            amount_paid: 1900,
            billing_reason: 'subscription_cycle',
            currency: 'usd',
            customer: 'cus_SampleBoris',
            customer_email: 'boris@example.org',
            customer_name: 'Boris Sample',
            status: 'paid',
          },
        },
      },
      sampleEmail: "$['data']['object']['customer_email']",
    },
    {
      type: 'payment_intent.succeeded',
      means: 'paid',
      label: { en: 'Payment succeeded', ru: 'Платёж прошёл' },
      email: ['$.data.object.receipt_email', '$.data.object.metadata.email', '$.confirmed.email'],
      amount: sum('amount_received'),
      missing: {
        en: 'Usually empty: prefer checkout.session.completed or charge.succeeded, put the email into metadata.email when the payment is created, or add an API key, by which the customer’s email is asked for.',
        ru: 'Обычно пусто: лучше взять checkout.session.completed или charge.succeeded, при создании платежа записать почту в metadata.email либо добавить API-ключ, по которому почту покупателя спросят у Stripe.',
      },
      sample: {
        id: 'evt_{{id}}',
        object: 'event',
        created: '{{now:s}}',
        livemode: true,
        type: 'payment_intent.succeeded',
        data: {
          object: {
            id: 'pi_SampleIntent',
            object: 'payment_intent',
            amount: 4900,
            amount_received: 4900,
            currency: 'eur',
            customer: 'cus_SampleAnna',
            receipt_email: 'anna@example.com',
            metadata: {},
            status: 'succeeded',
          },
        },
      },
      sampleEmail: "$['data']['object']['receipt_email']",
    },
    {
      type: 'charge.succeeded',
      means: 'paid',
      label: { en: 'Charge succeeded', ru: 'Списание прошло' },
      email: ['$.data.object.billing_details.email', '$.data.object.receipt_email'],
      amount: sum('amount'),
      missing: {
        en: 'Often empty: filled only when your form asks for it.',
        ru: 'Часто пусто: заполняется, только если почту спрашивает ваша форма.',
      },
      sample: {
        id: 'evt_{{id}}',
        object: 'event',
        created: '{{now:s}}',
        livemode: true,
        type: 'charge.succeeded',
        data: {
          object: {
            id: 'ch_SampleCharge',
            object: 'charge',
            amount: 4900,
            billing_details: { email: 'anna@example.com', name: 'Anna Sample', phone: null },
            currency: 'eur',
            paid: true,
            receipt_email: null,
            status: 'succeeded',
          },
        },
      },
      sampleEmail: "$['data']['object']['billing_details']['email']",
    },
    {
      type: 'customer.created',
      means: 'registered',
      label: { en: 'Customer created', ru: 'Покупатель создан' },
      email: ['$.data.object.email'],
      missing: {
        en: 'May be empty: Stripe does not ask for it.',
        ru: 'Может быть пусто: Stripe его не требует.',
      },
      sample: {
        id: 'evt_{{id}}',
        object: 'event',
        created: '{{now:s}}',
        livemode: true,
        type: 'customer.created',
        data: {
          object: {
            id: 'cus_SampleVera',
            object: 'customer',
            created: '{{now:s}}',
            email: 'vera@example.com',
            name: 'Vera Sample',
            metadata: {},
          },
        },
      },
      sampleEmail: "$['data']['object']['email']",
    },
    {
      type: 'customer.subscription.created',
      means: 'other',
      label: { en: 'Subscription created', ru: 'Подписка создана' },
      email: ['$.confirmed.email'],
      missing: {
        en: 'Not in the event, which names only the customer: use invoice.paid, or add an API key, by which the email is asked for.',
        ru: 'В самом событии нет, в нём только номер покупателя: используйте invoice.paid либо добавьте API-ключ, по которому почту спросят у Stripe.',
      },
      sample: {
        id: 'evt_{{id}}',
        object: 'event',
        created: '{{now:s}}',
        livemode: true,
        type: 'customer.subscription.created',
        data: {
          object: {
            id: 'sub_SampleSubscription',
            object: 'subscription',
            customer: 'cus_SampleVera',
            status: 'active',
          },
        },
      },
    },
  ],
}
