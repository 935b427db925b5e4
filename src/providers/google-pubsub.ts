// Google Pub/Sub push: a token in the header names the service account that pushes; the body is not
// bound to it. Google signs for every customer alike, so audience and account must both be right.
import type { Provider } from './provider.ts'

const email = [
  '$.message.data.email',
  '$.message.data.user.email',
  '$.message.data.data.email',
  '$.message.attributes.email',
]

const missing = {
  en: 'The publisher decides what it sends: capture one real event and click the email in it.',
  ru: 'Что присылать, решает отправитель: поймайте одно настоящее событие и щёлкните в нём почту.',
}

export const googlePubsub: Provider = {
  name: 'Google Pub/Sub',
  kind: 'code',
  market: 'world',
  evidence: { signature: 'official-code', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'jwt',
    token: { header: 'authorization', prefix: 'Bearer ' },
    algorithms: 'RS256',
    issuer: 'https://accounts.google.com accounts.google.com',
    audience: { setting: 'audience' },
    expiry: 'required',
    toleranceSeconds: 300,
    claims: [
      { path: '$.email', equals: { setting: 'service_account' } },
      { path: '$.email_verified', equals: true },
    ],
  },
  settings: {
    audience: {
      form: 'word',
      ownUrl: true,
      label: { en: 'Audience (aud)', ru: 'Получатель (aud)' },
      help: {
        en: 'The audience entered at the subscription. Left empty there, it is the push endpoint: this source’s URL.',
        ru: 'Получатель (audience), указанный у подписки. Если там пусто, это push endpoint, то есть URL этого источника.',
      },
      required: true,
    },
    service_account: {
      form: 'email',
      label: { en: 'Service account', ru: 'Сервисный аккаунт' },
      help: {
        en: 'The email of the service account chosen at the subscription, like push@project.iam.gserviceaccount.com.',
        ru: 'Почта сервисного аккаунта, выбранного у подписки, вида push@project.iam.gserviceaccount.com.',
      },
      required: true,
    },
  },
  credentials: [['jwksUrl'], ['jwks']],
  body: { format: 'json', embedded: [{ at: '$.message.data', as: 'base64-json' }] },
  event: {
    key: ['$.message.messageId'],
    type: ["$.message.data['type','event','event_type']"],
    occurredAt: { path: '$.message.publishTime', unit: 'iso' },
  },
  answer: { status: 204 },
  guide: {
    url: {
      en: 'Google Cloud console → Pub/Sub → Subscriptions → Create subscription. Delivery type Push, paste the URL as endpoint, tick "Enable authentication", choose a service account, no payload unwrapping.',
      ru: 'Консоль Google Cloud → Pub/Sub → Subscriptions → Create subscription. Delivery type Push, вставьте URL как endpoint, отметьте «Enable authentication», выберите сервисный аккаунт, payload unwrapping не включайте.',
    },
    secret: {
      en: 'There is no secret: enter the address of Google’s keys, https://www.googleapis.com/oauth2/v3/certs.',
      ru: 'Секрета нет: укажите адрес ключей Google, https://www.googleapis.com/oauth2/v3/certs.',
    },
    note: {
      en: 'Without "Enable authentication" Google sends no token and everything is refused. The message must be JSON.',
      ru: 'Без «Enable authentication» Google не шлёт токен, и всё будет отклонено. Сообщение должно быть в JSON.',
    },
  },
  retries: {
    en: 'Until it is taken or the subscription’s retention (by default seven days) ends.',
    ru: 'Пока не примут или не кончится срок хранения подписки (по умолчанию семь дней).',
  },
  events: [
    {
      type: 'user.registered',
      means: 'registered',
      label: { en: 'User registered', ru: 'Пользователь зарегистрировался' },
      email,
      missing,
      sample: {
        message: {
          attributes: { source: 'sample-shop' },
          data: { type: 'user.registered', email: 'anna@example.com', name: 'Anna Sample' },
          messageId: '{{id}}',
          publishTime: '{{now:iso}}',
        },
        subscription: 'projects/sample/subscriptions/relay',
        deliveryAttempt: 1,
      },
      sampleEmail: "$['message']['data']['email']",
    },
    {
      type: '*',
      means: 'other',
      label: { en: 'Any other message', ru: 'Любое другое сообщение' },
      email,
      missing,
      sample: {
        message: {
          attributes: {},
          data: { type: '{{type}}', user: { email: 'boris@example.org' } },
          messageId: '{{id}}',
          publishTime: '{{now:iso}}',
        },
        subscription: 'projects/sample/subscriptions/relay',
      },
      sampleEmail: "$['message']['data']['user']['email']",
    },
  ],
}
