// Paddle Classic: a form signed with Paddle's private key over PHP's serialize() of all other fields.
// Its times name no zone, so they are shown as text only.
import type { Amount, Provider } from './provider.ts'

const email = ['$.email']
const missing = {
  en: 'Always there, as far as is known.',
  ru: 'Насколько известно, есть всегда.',
}

const amount: Amount = { value: '$.sale_gross', currency: '$.currency', unit: 'major' }

export const paddleClassic: Provider = {
  name: 'Paddle Classic',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'recall', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'detached',
    algorithm: 'rsa-sha1',
    template: '{canonical}',
    canonical: { form: 'php_serialize_sorted', exclude: ['p_signature'] },
    encoding: 'base64',
    signature: { at: { field: '$.p_signature' }, syntax: { kind: 'single' } },
  },
  credentials: [['publicKey']],
  body: { format: 'form' },
  event: { key: ['$.alert_id'], type: ['$.alert_name'] },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'Paddle (vendors.paddle.com) → Developer Tools → Alerts / Webhooks → URL for receiving webhook alerts. Paste the URL, tick Payment Succeeded and Subscription Payment Succeeded, save.',
      ru: 'Paddle (vendors.paddle.com) → Developer Tools → Alerts / Webhooks → URL for receiving webhook alerts. Вставьте URL, отметьте Payment Succeeded и Subscription Payment Succeeded, сохраните.',
    },
    secret: {
      en: 'Developer Tools → Public Key. Copy everything from -----BEGIN PUBLIC KEY----- to the end. It is no secret; the sandbox has another one.',
      ru: 'Developer Tools → Public Key. Скопируйте всё от -----BEGIN PUBLIC KEY----- до конца. Это не секрет; в песочнице ключ другой.',
    },
    note: {
      en: 'For accounts from before Paddle Billing.',
      ru: 'Для кабинетов, открытых до появления Paddle Billing.',
    },
  },
  retries: {
    en: 'Paddle repeats failed alerts for some days; its schedule is not known exactly.',
    ru: 'Paddle повторяет неудачные уведомления несколько дней; точное расписание неизвестно.',
  },
  events: [
    {
      type: 'payment_succeeded',
      means: 'paid',
      label: { en: 'One-off payment succeeded', ru: 'Разовый платёж прошёл' },
      email,
      amount,
      missing,
      sample: {
        alert_id: '{{id}}',
        alert_name: 'payment_succeeded',
        balance_currency: 'EUR',
        checkout_id: '1-sample-checkout',
        country: 'LV',
        currency: 'EUR',
        customer_name: 'Anna Sample',
        email: 'anna@example.com',
        event_time: '2026-11-30 00:53:20',
        marketing_consent: '1',
        order_id: '1042',
        passthrough: '{"order":"1042"}',
        payment_method: 'card',
        quantity: '1',
        sale_gross: '49.00',
        p_signature: '',
      },
      sampleEmail: "$['email']",
    },
    {
      type: 'subscription_payment_succeeded',
      means: 'paid',
      label: { en: 'Subscription payment succeeded', ru: 'Платёж по подписке прошёл' },
      email,
      amount,
      missing,
      sample: {
        alert_id: '{{id}}',
        alert_name: 'subscription_payment_succeeded',
        currency: 'USD',
        email: 'boris@example.org',
        event_time: '2026-11-30 00:53:20',
        initial_payment: '0',
        sale_gross: '19.00',
        status: 'active',
        subscription_id: '3003',
        user_id: '2002',
        p_signature: '',
      },
      sampleEmail: "$['email']",
    },
    {
      type: 'subscription_created',
      means: 'other',
      label: { en: 'Subscription created', ru: 'Подписка создана' },
      email,
      missing: {
        en: 'Always there, as far as is known. A subscription may begin with a free trial.',
        ru: 'Насколько известно, есть всегда. Подписка может начаться с пробного периода.',
      },
      sample: {
        alert_id: '{{id}}',
        alert_name: 'subscription_created',
        currency: 'USD',
        email: 'vera@example.com',
        event_time: '2026-11-30 00:53:20',
        status: 'trialing',
        subscription_id: '3004',
        user_id: '2003',
        p_signature: '',
      },
      sampleEmail: "$['email']",
    },
  ],
}
