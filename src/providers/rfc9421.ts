// HTTP Message Signatures (RFC 9421), from any sender: which parts of the request must be signed, and
// by which algorithms, the source says. The body is covered through its Content-Digest, made anew here.
import { genericEvents, genericSettings } from './generic.ts'
import type { Provider } from './provider.ts'

export const rfc9421: Provider = {
  name: 'HTTP Message Signatures (RFC 9421)',
  kind: 'generic',
  market: 'both',
  evidence: { signature: 'official-code', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'message-signature',
    components: { setting: 'components' },
    algorithms: { setting: 'algorithms' },
  },
  settings: {
    components: {
      label: { en: 'What must be signed', ru: 'Что должно быть подписано' },
      help: {
        en: 'Separated by spaces. content-digest must be among them: without it the body would not be proven.',
        ru: 'Через пробел. Среди них обязан быть content-digest: без него тело запроса не подтверждено.',
      },
      default: '@method @target-uri content-digest',
    },
    algorithms: {
      label: { en: 'Algorithms', ru: 'Алгоритмы' },
      help: {
        en: 'Separated by spaces. A shared secret needs hmac-sha256, a public key one of the others: leave only the one your sender uses.',
        ru: 'Через пробел. Для общего секрета нужен hmac-sha256, для открытого ключа один из остальных: оставьте только тот, которым подписывает отправитель.',
      },
      default: 'ed25519 ecdsa-p256-sha256 rsa-pss-sha512 rsa-v1_5-sha256 hmac-sha256',
      eachOf: ['ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha512', 'rsa-v1_5-sha256', 'hmac-sha256'],
    },
    ...genericSettings,
  },
  credentials: [['secret'], ['publicKey'], ['certificate'], ['jwks']],
  body: { format: 'json-lines' },
  event: { key: ['$.id'], type: ['$.type'], occurredAt: { path: '$.timestamp', unit: 'iso' } },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'Paste the URL where your system sends its webhooks to: method POST, a JSON body with the email in it. The URL that is signed must be this one, letter for letter.',
      ru: 'Вставьте URL туда, куда ваша система шлёт вебхуки: метод POST, тело JSON с почтой внутри. Подписан должен быть именно этот URL, буква в букву.',
    },
    secret: {
      en: 'Either a shared secret (hmac-sha256), or the sender’s public key as PEM, or its key set (JWKS), here or by its address.',
      ru: 'Либо общий секрет (hmac-sha256), либо открытый ключ отправителя в виде PEM, либо его набор ключей (JWKS): сам или адресом.',
    },
    note: {
      en: 'The request needs the headers Signature-Input, Signature and Content-Digest; "created" must not be older than five minutes.',
      ru: 'В запросе нужны заголовки Signature-Input, Signature и Content-Digest; «created» не старше пяти минут.',
    },
  },
  retries: { en: 'Up to the sender.', ru: 'Решает отправитель.' },
  events: genericEvents,
}
