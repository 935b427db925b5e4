// Ory Kratos and Ory Network: the action web_hook sends whatever the owner's Jsonnet template makes,
// with a token in a header of any name, or Basic. Nothing is signed.
import { genericSettings } from './generic.ts'
import type { Provider } from './provider.ts'

// The flow's id stays the same when Ory tries again, and differs from sign-in to sign-in.
const snippet = `// Body of the web_hook for moab-relay: save it as moab-relay.jsonnet.
// For the hook after login write 'user.signed_in' in place of 'user.registered'.
function(ctx) {
  id: ctx.flow.id,
  type: 'user.registered',
  timestamp: ctx.flow.issued_at,
  user_id: ctx.identity.id,
  [if 'email' in ctx.identity.traits then 'email']: ctx.identity.traits.email,
}
`

const missing = {
  en: 'Depends on your identity schema and template: see that the email is among the traits.',
  ru: 'Зависит от вашей identity schema и шаблона: проверьте, что почта есть в traits.',
}

export const ory: Provider = {
  name: 'Ory (Kratos, Ory Network)',
  kind: 'auth',
  market: 'world',
  evidence: { signature: 'official-code', email: 'official-docs', delivery: 'official-docs' },
  proof: {
    scheme: 'any',
    of: [
      { scheme: 'token', at: { header: { setting: 'header' }, prefix: { setting: 'prefix' } } },
      { scheme: 'basic' },
    ],
  },
  settings: {
    header: {
      label: { en: 'Header of the token', ru: 'Заголовок с токеном' },
      help: {
        en: 'The name written as auth.config.name in Ory, for example Authorization or X-Api-Key.',
        ru: 'Имя из auth.config.name в Ory, например Authorization или X-Api-Key.',
      },
      default: 'Authorization',
      form: 'header',
    },
    prefix: {
      label: { en: 'Text before the token', ru: 'Текст перед токеном' },
      help: {
        en: 'What auth.config.value begins with and you did not paste here, such as "Bearer " with a space; usually empty.',
        ru: 'Начало auth.config.value, которое вы сюда не вставили, например «Bearer » с пробелом; обычно пусто.',
      },
      default: '',
    },
    ...genericSettings,
  },
  credentials: [['token'], ['username', 'password']],
  body: { format: 'json' },
  event: {
    key: ['$.id'],
    type: ['$.type'],
    occurredAt: { path: '$.timestamp', unit: 'iso' },
  },
  answer: { status: 200 },
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'Ory Console → the project → Authentication → Actions & Webhooks → Create new action: flow Registration, execution After. Paste the URL, method POST, and the template below as the body. In your own Kratos: selfservice.flows.registration.after.hooks, hook: web_hook.',
      ru: 'Ory Console → проект → Authentication → Actions & Webhooks → Create new action: flow Registration, execution After. Вставьте URL, метод POST, а шаблон ниже впишите как тело. В своём Kratos: selfservice.flows.registration.after.hooks, hook: web_hook.',
    },
    secret: {
      en: 'In the action choose the authentication "API key" in a header, with a long random text as its value, and enter that text here. "Basic" with a user name and password does as well.',
      ru: 'В действии выберите аутентификацию «API key» в заголовке, значением возьмите длинный случайный текст и впишите его сюда. Подойдёт и «Basic» с именем и паролем.',
    },
    note: {
      en: 'Nothing is signed: whoever learns the token can invent events. A token in a cookie is not read. Switch on "ignore the response" (response.ignore: true), so that nobody waits for the relay while signing up.',
      ru: 'Ничего не подписано: кто узнает токен, сможет придумывать события. Токен в cookie не читается. Включите «ignore the response» (response.ignore: true), чтобы при регистрации никто не ждал ответа релея.',
    },
  },
  retries: {
    en: 'Three attempts; an answer is awaited for 30 s.',
    ru: 'Три попытки; ответа Ory ждёт 30 с.',
  },
  events: [
    {
      type: 'user.registered',
      means: 'registered',
      label: { en: 'User registered', ru: 'Пользователь зарегистрировался' },
      email: ['$.email', '$.identity.traits.email'],
      missing,
      sample: {
        id: '{{id}}',
        type: 'user.registered',
        timestamp: '{{now:iso}}',
        user_id: '60000000-0000-4000-8000-000000000001',
        email: 'anna@example.com',
      },
      sampleEmail: "$['email']",
    },
    {
      type: 'user.signed_in',
      means: 'signed_in',
      label: { en: 'User signed in', ru: 'Пользователь вошёл' },
      email: ['$.email', '$.identity.traits.email'],
      missing,
      sample: {
        id: '{{id}}',
        type: 'user.signed_in',
        timestamp: '{{now:iso}}',
        user_id: '60000000-0000-4000-8000-000000000002',
        email: 'boris@example.org',
      },
      sampleEmail: "$['email']",
    },
    {
      type: '*',
      means: 'other',
      label: { en: 'Any other event', ru: 'Любое другое событие' },
      email: ['$.email', '$.identity.traits.email'],
      missing,
      sample: {
        id: '{{id}}',
        type: '{{type}}',
        timestamp: '{{now:iso}}',
        identity: { traits: { email: 'vera@example.com' } },
      },
      sampleEmail: "$['identity']['traits']['email']",
    },
  ],
  snippet: { language: 'jsonnet', text: snippet },
}
