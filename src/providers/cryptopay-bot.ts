// Crypto Pay, the API of CryptoBot in Telegram: the key is the SHA-256 of the app's API token. The
// buyer is known by what the shop wrote into the invoice's payload, a text of its own.
import type { Provider } from './provider.ts'

export const cryptopayBot: Provider = {
  name: 'Crypto Pay (CryptoBot)',
  kind: 'payment',
  market: 'both',
  evidence: { signature: 'secondary', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: 'sha256',
    key: ['utf8', 'sha256'],
    template: '{body}',
    encoding: 'hex',
    signature: { at: { header: 'crypto-pay-api-signature' }, syntax: { kind: 'single' } },
  },
  credentials: [['secret']],
  body: { format: 'json', embedded: [{ at: '$.payload.payload', as: 'json' }] },
  event: {
    key: ['$.update_id'],
    type: ['$.update_type'],
    occurredAt: { path: '$.request_date', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'Telegram → @CryptoBot → Crypto Pay → My Apps → your app → Webhooks → Enable Webhooks. Send the URL to the bot.',
      ru: 'Telegram → @CryptoBot → Crypto Pay → «Мои приложения» → ваше приложение → «Вебхуки» → включить. Отправьте боту URL.',
    },
    secret: {
      en: 'Telegram → @CryptoBot → Crypto Pay → My Apps → your app → API Token. The test bot @CryptoTestnetBot has apps and tokens of its own.',
      ru: 'Telegram → @CryptoBot → Crypto Pay → «Мои приложения» → ваше приложение → API-токен. У тестового бота @CryptoTestnetBot свои приложения и токены.',
    },
    note: {
      en: 'The token also opens your app’s balance: enter it nowhere but here.',
      ru: 'Этот токен открывает и баланс приложения: не вписывайте его больше никуда.',
    },
  },
  retries: {
    en: 'Not documented; a failed delivery is tried again.',
    ru: 'Не описаны; неудачная доставка повторяется.',
  },
  events: [
    {
      type: 'invoice_paid',
      means: 'paid',
      label: { en: 'Invoice paid', ru: 'Счёт оплачен' },
      email: ['$.payload.payload.email', '$.payload.payload'],
      amount: { value: '$.payload.paid_amount', currency: '$.payload.paid_asset', unit: 'major' },
      missing: {
        en: 'Missing unless your shop writes it into "payload" when it creates the invoice: the email alone, or JSON with "email". Telegram does not tell it.',
        ru: 'Нет, если магазин не записал её в «payload» при создании счёта: одну почту или JSON с полем «email». Telegram её не сообщает.',
      },
      sample: {
        update_id: '{{now:s}}',
        update_type: 'invoice_paid',
        request_date: '{{now:iso}}',
        payload: {
          invoice_id: 528890,
          hash: 'IV{{id}}',
          currency_type: 'crypto',
          asset: 'USDT',
          amount: '49.5',
          paid_asset: 'USDT',
          paid_amount: '49.5',
          description: 'Sample course',
          status: 'paid',
          created_at: '{{now:iso}}',
          paid_at: '{{now:iso}}',
          allow_comments: true,
          allow_anonymous: true,
          payload: { email: 'anna@example.com', order: '1042' },
        },
      },
      sampleEmail: "$['payload']['payload']['email']",
    },
  ],
}
