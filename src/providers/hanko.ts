// Hanko: the event is a JWT inside a JSON body. Only its claims count: the plain field "event" beside
// it is not proven. The same keys sign people's sessions, which have another subject.
import type { Provider } from './provider.ts'

const email = ['$.data.emails[?@.is_primary == true].address']
const missing = {
  en: 'Missing for people who signed up by user name only.',
  ru: 'Нет у тех, кто зарегистрировался только по имени.',
}

export const hanko: Provider = {
  name: 'Hanko',
  kind: 'auth',
  market: 'world',
  evidence: {
    signature: 'official-code',
    email: 'official-code',
    delivery: 'official-code',
  },
  proof: {
    scheme: 'jwt',
    token: { field: '$.token' },
    algorithms: 'RS256',
    audience: { setting: 'audience' },
    subject: 'hanko webhooks',
    expiry: 'required',
  },
  settings: {
    audience: {
      label: { en: 'Audience (aud)', ru: 'Получатель (aud)' },
      help: {
        en: 'The domain Hanko signs people in for, for example shop.example.com. Filled in, it must be in the token.',
        ru: 'Домен, на котором входят через Hanko, например shop.example.com. Если заполнить, он обязан быть в токене.',
      },
    },
  },
  credentials: [['jwksUrl'], ['jwks'], ['publicKey']],
  body: { format: 'jwt' },
  event: {
    key: ['$.evt', '$.data.id', '$.iat'],
    type: ['$.evt'],
    occurredAt: { path: '$.iat', unit: 's' },
  },
  answer: { status: 200 },
  guide: {
    url: {
      en: 'Hanko Cloud Console → the project → Settings → Webhooks → Create webhook. Paste the URL as callback and choose the events. In your own installation: webhooks.hooks in the configuration file.',
      ru: 'Hanko Cloud Console → проект → Settings → Webhooks → Create webhook. Вставьте URL в поле callback и выберите события. В своей установке: webhooks.hooks в файле настроек.',
    },
    secret: {
      en: 'There is no secret: enter the address of your keys, https://YOUR-HANKO-API/.well-known/jwks.json. The API address stands on the project’s dashboard.',
      ru: 'Секрета нет: укажите адрес ключей https://ВАШ-HANKO-API/.well-known/jwks.json. Адрес API написан на странице проекта.',
    },
    note: {
      en: 'Hanko switches off a webhook that keeps failing, and one created in its console ends by itself after 30 days: look there if events stop.',
      ru: 'Hanko выключает вебхук, который не отвечает, а созданный в консоли сам истекает через 30 дней: если события пропали, загляните туда.',
    },
  },
  retries: {
    en: 'None seen in its code.',
    ru: 'В его коде повторов нет.',
  },
  events: [
    {
      type: 'user.create',
      means: 'registered',
      label: { en: 'User registered', ru: 'Пользователь зарегистрировался' },
      email,
      missing,
      sample: {
        sub: 'hanko webhooks',
        aud: ['shop.example.com'],
        iat: '{{now:s}}',
        evt: 'user.create',
        data: {
          id: '{{id}}',
          created_at: '{{now:iso}}',
          updated_at: '{{now:iso}}',
          emails: [
            { id: 'sample-1', address: 'old-address@example.org', is_primary: false },
            { id: 'sample-2', address: 'anna@example.com', is_primary: true },
          ],
        },
      },
      sampleEmail: "$['data']['emails'][1]['address']",
    },
    {
      type: 'user.login',
      means: 'signed_in',
      label: { en: 'User signed in', ru: 'Пользователь вошёл' },
      email,
      missing,
      sample: {
        sub: 'hanko webhooks',
        aud: ['shop.example.com'],
        iat: '{{now:s}}',
        evt: 'user.login',
        data: {
          id: '{{id}}',
          created_at: '{{now:iso}}',
          updated_at: '{{now:iso}}',
          emails: [{ id: 'sample-3', address: 'boris@example.org', is_primary: true }],
        },
      },
      sampleEmail: "$['data']['emails'][0]['address']",
    },
  ],
}
