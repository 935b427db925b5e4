// Firebase Auth blocking functions: the event is a JWT in a JSON body, signed with keys that Google
// uses for every project. So the project must be named, and the address too: the sign-in tokens of
// the project's own users have the same issuer.
import type { Provider } from './provider.ts'

const missing = {
  en: 'Missing for people who come by phone or anonymously.',
  ru: 'Нет у тех, кто входит по телефону или анонимно.',
}

export const firebaseBlocking: Provider = {
  name: 'Firebase Auth (blocking functions)',
  kind: 'auth',
  market: 'world',
  evidence: { signature: 'official-code', email: 'recall', delivery: 'recall' },
  proof: {
    scheme: 'jwt',
    token: { field: '$.data.jwt' },
    algorithms: 'RS256',
    issuer: { setting: 'issuer' },
    audience: { setting: 'audience' },
    expiry: 'required',
  },
  settings: {
    issuer: {
      label: { en: 'Issuer (iss)', ru: 'Издатель (iss)' },
      help: {
        en: 'https://securetoken.google.com/ and your project’s id after it. Google’s keys serve all projects: without this a stranger’s project would do.',
        ru: 'https://securetoken.google.com/ и следом id вашего проекта. Ключи Google общие для всех проектов: без этого подошёл бы и чужой.',
      },
      required: true,
      form: 'url',
    },
    audience: {
      ownUrl: true,
      label: { en: 'Audience (aud)', ru: 'Получатель (aud)' },
      help: {
        en: 'The address registered as the blocking function, letter for letter: this source’s URL.',
        ru: 'Адрес, записанный в Firebase как blocking function, буква в букву: URL этого источника.',
      },
      required: true,
      form: 'url',
    },
  },
  credentials: [['jwksUrl'], ['jwks'], ['certificate'], ['publicKey']],
  body: { format: 'jwt' },
  event: {
    key: ['$.event_id'],
    type: ['$.event_type'],
    occurredAt: { path: '$.iat', unit: 's' },
  },
  answer: { status: 200, body: '{}', contentType: 'application/json' },
  guide: {
    url: {
      en: 'Google Cloud Console → Identity Platform → Settings → Triggers. Give this URL as the function "Before create" (the setting blockingFunctions.triggers.beforeCreate.functionUri of the API).',
      ru: 'Google Cloud Console → Identity Platform → Settings → Triggers. Укажите этот URL как функцию «Before create» (в API это настройка blockingFunctions.triggers.beforeCreate.functionUri).',
    },
    secret: {
      en: 'There is no secret: enter the address of Google’s certificates, https://www.googleapis.com/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com.',
      ru: 'Секрета нет: укажите адрес сертификатов Google, https://www.googleapis.com/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com.',
    },
    note: {
      en: 'Firebase waits for the answer: if the relay cannot be reached, nobody can sign up. A Cloud Function that calls the preset "Webhook with a token" or Standard Webhooks after the registration is the safer way.',
      ru: 'Firebase ждёт ответа: если релей недоступен, никто не сможет зарегистрироваться. Надёжнее Cloud Function, которая после регистрации зовёт «Вебхук с токеном» или Standard Webhooks.',
    },
  },
  retries: {
    en: 'None: after 7 s without a good answer the sign-up or sign-in fails.',
    ru: 'Нет: через 7 с без верного ответа регистрация или вход не удаются.',
  },
  events: [
    {
      type: 'beforeCreate',
      means: 'registered',
      label: { en: 'User about to be created', ru: 'Пользователь сейчас будет создан' },
      email: ['$.user_record.email'],
      missing,
      sample: {
        iss: 'https://securetoken.google.com/sample-project',
        aud: 'https://relay.example.com/in/fixture',
        iat: '{{now:s}}',
        event_id: '{{id}}',
        event_type: 'beforeCreate',
        ip_address: '203.0.113.38',
        user_agent: 'Sample browser',
        locale: 'en',
        sub: 'SampleUserAnna',
        sign_in_method: 'password',
        user_record: {
          uid: 'SampleUserAnna',
          email: 'anna@example.com',
          email_verified: false,
          display_name: 'Anna Sample',
        },
      },
      sampleEmail: "$['user_record']['email']",
    },
    {
      type: 'beforeSignIn',
      means: 'signed_in',
      label: { en: 'User about to sign in', ru: 'Пользователь сейчас войдёт' },
      email: ['$.user_record.email'],
      missing,
      sample: {
        iss: 'https://securetoken.google.com/sample-project',
        aud: 'https://relay.example.com/in/fixture',
        iat: '{{now:s}}',
        event_id: '{{id}}',
        event_type: 'beforeSignIn',
        ip_address: '203.0.113.39',
        user_agent: 'Sample browser',
        locale: 'en',
        sub: 'SampleUserBoris',
        sign_in_method: 'google.com',
        user_record: {
          uid: 'SampleUserBoris',
          email: 'boris@example.org',
          email_verified: true,
          display_name: 'Boris Sample',
        },
      },
      sampleEmail: "$['user_record']['email']",
    },
  ],
}
