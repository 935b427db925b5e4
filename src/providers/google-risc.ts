// Google Cross-Account Protection, and any sender of security event tokens (RFC 8417, 8935): the whole
// body is a token, the event's name is that of a member. Such tokens have no end of their own.
import type { Provider } from './provider.ts'

const risc = 'https://schemas.openid.net/secevent/risc/event-type/'
const oauth = 'https://schemas.openid.net/secevent/oauth/event-type/'

const email = ['$.events.*.subject.email', '$.sub_id.email']

const missing = {
  en: 'Usually missing: Google names the person by number (sub). The email is there only where the sender names people by it.',
  ru: 'Обычно нет: Google называет человека номером (sub). Почта есть, только если отправитель называет людей по ней.',
}

export const googleRisc: Provider = {
  name: 'Google Cross-Account Protection (RISC)',
  kind: 'auth',
  market: 'world',
  evidence: { signature: 'secondary', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'jwt',
    token: { body: true },
    algorithms: 'RS256',
    issuer: { setting: 'issuer' },
    audience: { setting: 'audience' },
    type: 'secevent+jwt',
    expiry: 'ignored',
  },
  settings: {
    issuer: {
      label: { en: 'Issuer (iss)', ru: 'Издатель (iss)' },
      help: {
        en: 'As the sender’s configuration document says. For Google leave it as it is.',
        ru: 'Как указано в документе настроек отправителя. Для Google ничего не меняйте.',
      },
      default: 'https://accounts.google.com/ https://accounts.google.com',
    },
    audience: {
      form: 'word',
      label: { en: 'Audience (aud)', ru: 'Получатель (aud)' },
      help: {
        en: 'For Google the OAuth client ID of your app, ending in .apps.googleusercontent.com. Google signs for every app alike: only this tells yours from others.',
        ru: 'Для Google это OAuth client ID приложения, оканчивается на .apps.googleusercontent.com. Google подписывает всем одинаково: только это отличает ваши события от чужих.',
      },
      required: true,
    },
  },
  credentials: [['jwksUrl'], ['jwks'], ['publicKey']],
  body: { format: 'jwt' },
  event: {
    key: ['$.jti'],
    type: ['name:$.events.*'],
    occurredAt: { path: '$.iat', unit: 's' },
  },
  // RFC 8935: 202 with nothing in it.
  answer: { status: 202 },
  guide: {
    pastedBy: 'developers',
    url: {
      en: 'Google has no page for it: switch on the RISC API in the Google Cloud console; then your developers register this URL through it (stream:update).',
      ru: 'Страницы для этого у Google нет: включите RISC API в консоли Google Cloud; затем разработчики регистрируют через него этот URL (stream:update).',
    },
    secret: {
      en: 'There is no secret: enter the address of the keys. For Google https://www.googleapis.com/oauth2/v3/certs; for others jwks_uri of the configuration document.',
      ru: 'Секрета нет: укажите адрес ключей. Для Google это https://www.googleapis.com/oauth2/v3/certs; у других jwks_uri из документа настроек.',
    },
    note: {
      en: 'These events tell of stolen and closed accounts, not of registrations: useful to see, rarely a reason for a bonus.',
      ru: 'Эти события говорят об украденных и закрытых аккаунтах, а не о регистрациях: полезно видеть, но поводом для бонуса бывают редко.',
    },
  },
  retries: { en: 'Up to the sender.', ru: 'Решает отправитель.' },
  events: [
    {
      type: `${risc}account-disabled`,
      means: 'other',
      label: { en: 'Account disabled', ru: 'Аккаунт отключён' },
      email,
      missing,
      sample: {
        iss: 'https://accounts.google.com/',
        jti: '{{id}}',
        events: {
          [`${risc}account-disabled`]: {
            subject: { subject_type: 'email', email: 'anna@example.com' },
            reason: 'hijacking',
          },
        },
      },
      sampleEmail: `$['events']['${risc}account-disabled']['subject']['email']`,
    },
    {
      type: `${risc}sessions-revoked`,
      means: 'other',
      label: { en: 'Sessions ended', ru: 'Сеансы завершены' },
      email,
      missing,
      sample: {
        iss: 'https://accounts.google.com/',
        jti: '{{id}}',
        events: {
          [`${risc}sessions-revoked`]: {
            subject: { subject_type: 'email', email: 'boris@example.org' },
          },
        },
      },
      sampleEmail: `$['events']['${risc}sessions-revoked']['subject']['email']`,
    },
    {
      type: `${oauth}tokens-revoked`,
      means: 'other',
      label: { en: 'Access withdrawn', ru: 'Доступ отозван' },
      email: [],
      missing: { en: 'Never there.', ru: 'Никогда нет.' },
      sample: {
        iss: 'https://accounts.google.com/',
        jti: '{{id}}',
        events: {
          [`${oauth}tokens-revoked`]: {
            subject: {
              subject_type: 'iss-sub',
              iss: 'https://accounts.google.com/',
              sub: '1000042',
            },
          },
        },
      },
    },
    {
      type: `${risc}verification`,
      means: 'other',
      label: { en: 'Test by the sender', ru: 'Проверка от отправителя' },
      email: [],
      missing: { en: 'Never there.', ru: 'Никогда нет.' },
      sample: {
        iss: 'https://accounts.google.com/',
        jti: '{{id}}',
        events: { [`${risc}verification`]: { state: 'sample' } },
      },
    },
  ],
}
