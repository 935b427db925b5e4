// Any sender that signs its body with a shared secret in a way no preset describes: the owner names
// the header, hash, encoding and what exactly is signed. The body must always be part of it.
import { genericEvents, genericSettings } from './generic.ts'
import type { Provider } from './provider.ts'

export const genericHmac: Provider = {
  name: 'Webhook with an HMAC signature',
  nameRu: 'Вебхук с подписью HMAC',
  kind: 'generic',
  market: 'both',
  evidence: { signature: 'official-docs', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'hmac',
    hash: { setting: 'hash' },
    key: [{ setting: 'key' }],
    template: { setting: 'template' },
    encoding: { setting: 'encoding' },
    signature: {
      at: { header: { setting: 'header' } },
      syntax: { kind: 'single', prefix: { setting: 'prefix' } },
    },
    timestamp: {
      when: 'timestamp_header',
      use: {
        at: { header: { setting: 'timestamp_header' } },
        unit: { setting: 'timestamp_unit' },
        toleranceSeconds: 300,
        sided: 'two',
      },
    },
  },
  settings: {
    header: {
      label: { en: 'Header of the signature', ru: 'Заголовок с подписью' },
      help: {
        en: 'The header the sender puts the signature into.',
        ru: 'Заголовок, в который отправитель кладёт подпись.',
      },
      default: 'X-Signature',
      form: 'header',
    },
    prefix: {
      label: { en: 'Text before the signature', ru: 'Текст перед подписью' },
      help: {
        en: 'For example sha256= ; usually empty.',
        ru: 'Например, sha256= ; обычно пусто.',
      },
      default: '',
    },
    hash: {
      label: { en: 'Hash', ru: 'Хеш' },
      help: { en: 'SHA-256 in most cases.', ru: 'Чаще всего SHA-256.' },
      default: 'sha256',
      allowed: ['sha256', 'sha384', 'sha512', 'sha1'],
    },
    encoding: {
      label: { en: 'Form of the signature', ru: 'Вид подписи' },
      help: {
        en: 'hex: digits and the letters a to f. base64: capital letters, + / and often = at the end.',
        ru: 'hex: цифры и буквы от a до f. base64: есть заглавные буквы, + / и часто = в конце.',
      },
      default: 'hex',
      allowed: ['hex', 'base64', 'base64url'],
    },
    key: {
      label: { en: 'Form of the secret', ru: 'Вид секрета' },
      help: {
        en: 'In most cases the text itself is the key.',
        ru: 'Чаще всего ключом служит сам текст.',
      },
      default: 'utf8',
      allowed: ['utf8', 'base64', 'hex'],
      options: {
        utf8: { en: 'the text itself', ru: 'сам текст' },
        base64: { en: 'bytes, written as Base64', ru: 'байты, записанные в Base64' },
        hex: { en: 'bytes, written as hex', ru: 'байты, записанные в hex' },
      },
    },
    template: {
      label: { en: 'What is signed', ru: 'Что подписано' },
      help: {
        en: '{body}, and where the sender signs more: {timestamp}, {url}, {header:name}. For example {timestamp}.{body}',
        ru: '{body}, а если подписано больше: {timestamp}, {url}, {header:имя}. Например {timestamp}.{body}',
      },
      default: '{body}',
    },
    timestamp_header: {
      label: { en: 'Header of the time', ru: 'Заголовок со временем' },
      help: {
        en: 'Leave empty if no time is signed. Filled in, requests older than five minutes are refused, and {timestamp} must be signed.',
        ru: 'Оставьте пустым, если время не подписывается. Иначе запросы старше пяти минут отклоняются, а {timestamp} должен быть под подписью.',
      },
      form: 'header',
    },
    timestamp_unit: {
      label: { en: 'Unit of the time', ru: 'Единица времени' },
      help: {
        en: 'Counts only where a time is signed.',
        ru: 'Важна, только если время подписывается.',
      },
      default: 's',
      allowed: ['s', 'ms'],
      options: {
        s: { en: 'seconds (10 digits)', ru: 'секунды (10 цифр)' },
        ms: { en: 'milliseconds (13 digits)', ru: 'миллисекунды (13 цифр)' },
      },
    },
    ...genericSettings,
  },
  credentials: [['secret']],
  body: { format: 'json-lines' },
  event: { key: ['$.id'], type: ['$.type'], occurredAt: { path: '$.timestamp', unit: 'iso' } },
  answer: { status: 200 },
  guide: {
    inventedCharsMin: 32,
    url: {
      en: 'Paste the URL where your system sends its webhooks to: method POST, a JSON body with the email in it.',
      ru: 'Вставьте URL туда, куда ваша система шлёт вебхуки: метод POST, тело JSON с почтой внутри.',
    },
    secret: {
      en: 'The secret both sides sign with: at least 32 random characters, the same text there and here.',
      ru: 'Секрет, которым подписывают обе стороны: не короче 32 случайных символов, один и тот же там и здесь.',
    },
    note: {
      en: 'Sign the exact bytes you send. If nothing is fixed yet, take the preset Standard Webhooks: it has libraries for every language.',
      ru: 'Подписывайте ровно те байты, что отправляете. Если формат ещё не выбран, возьмите Standard Webhooks: для него есть библиотеки на всех языках.',
    },
  },
  retries: { en: 'Up to the sender.', ru: 'Решает отправитель.' },
  events: genericEvents,
}
