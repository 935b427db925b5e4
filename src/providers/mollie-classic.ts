// Mollie's payment webhook says nothing but "look at payment tr_…", to anyone who knows the URL. So
// nothing is believed until Mollie's API has confirmed it; the same words again mean "look again".
import type { Provider } from './provider.ts'

const email = [
  '$.confirmed.billingAddress.email',
  '$.confirmed.also.email',
  '$.confirmed.metadata.email',
]
const missing = {
  en: 'Never in the webhook. The payment has it if your shop passes billingAddress.email, a Mollie customer or metadata.email when it creates the payment.',
  ru: 'В самом вебхуке её нет никогда. У платежа она есть, если магазин при создании передаёт billingAddress.email, клиента Mollie или metadata.email.',
}

export const mollieClassic: Provider = {
  name: 'Mollie (payment webhooks)',
  nameRu: 'Mollie (вебхуки платежей)',
  kind: 'payment',
  market: 'world',
  evidence: { signature: 'official-docs', email: 'recall', delivery: 'recall' },
  proof: { scheme: 'url' },
  credentials: [['token']],
  body: { format: 'form' },
  event: {
    key: ['$.id'],
    type: ['$.confirmed.status'],
    test: { path: '$.confirmed.mode', oneOf: ['test'] },
  },
  answer: { status: 200 },
  lookup: {
    url: 'https://api.mollie.com/v2/payments/{field:$.id}',
    auth: 'bearer',
    agree: [{ event: '$.id', fetched: '$.id' }],
    also: { url: 'https://api.mollie.com/v2/customers/{field:$.customerId}' },
    required: true,
    again: true,
  },
  guide: {
    pastedBy: 'developers',
    url: {
      en: 'The URL is given with each payment: your shop passes it as webhookUrl when it creates a payment or a payment link. In ready-made plug-ins look for "Webhook URL" in their settings.',
      ru: 'URL передаётся вместе с каждым платежом: магазин указывает его в webhookUrl, когда создаёт платёж или ссылку на оплату. В готовых модулях ищите в настройках поле «Webhook URL».',
    },
    secret: {
      en: 'Mollie Dashboard → Developers → API keys. Copy the Live API key (live_…), for trials the Test API key (test_…), and enter it here as a token. The relay only reads payments with it.',
      ru: 'Mollie Dashboard → Developers → API keys. Скопируйте Live API key (live_…), для проб Test API key (test_…), и впишите сюда токеном. Релей только читает им платежи.',
    },
    note: {
      en: 'A payment takes one webhookUrl. If your shop already uses its own, send events from there with the preset "Webhook with a signature". Rules work on the payment’s status: paid, failed, expired.',
      ru: 'У платежа один webhookUrl. Если магазин уже занял его, шлите события из магазина с пресетом «Вебхук с подписью». Правила смотрят на статус платежа: paid, failed, expired.',
    },
  },
  retries: {
    en: 'About ten attempts over roughly a day, unless it hears 200.',
    ru: 'Около десяти попыток примерно за сутки, пока не услышит 200.',
  },
  events: [
    {
      type: 'paid',
      means: 'paid',
      label: { en: 'Payment paid', ru: 'Платёж оплачен' },
      email,
      missing,
      sample: { id: 'tr_{{id}}' },
    },
  ],
}
