// Zapier, Make, n8n, Albato: the owner builds the request, with a token in a header or in the URL, or
// a user name and password. Nothing is signed. Headers are no part of the proof, so that an
// Idempotency-Key there cannot be the event's key: the content must hold one.
import { genericEvents, genericSettings } from './generic.ts'
import type { Provider } from './provider.ts'

export const noCode: Provider = {
  name: 'Zapier, Make, n8n, Albato',
  kind: 'no-code',
  market: 'both',
  evidence: { signature: 'recall', email: 'recall', delivery: 'recall' },
  methods: ['POST', 'GET'],
  proof: {
    scheme: 'any',
    of: [
      { scheme: 'token', at: { header: { setting: 'header' }, prefix: { setting: 'prefix' } } },
      { scheme: 'basic' },
      { scheme: 'token', at: { query: { setting: 'parameter' } } },
    ],
  },
  settings: {
    header: {
      label: { en: 'Header of the token', ru: 'Заголовок с токеном' },
      help: {
        en: 'The header you put the token into, for example X-Api-Key.',
        ru: 'Заголовок, в который вы кладёте токен, например X-Api-Key.',
      },
      default: 'Authorization',
      form: 'header',
    },
    prefix: {
      label: { en: 'Text before the token', ru: 'Текст перед токеном' },
      help: {
        en: '"Bearer " with a space in most tools; empty when the header holds the token alone.',
        ru: 'Чаще всего «Bearer » с пробелом; пусто, если в заголовке только сам токен.',
      },
      default: 'Bearer ',
    },
    parameter: {
      label: { en: 'Parameter of the token', ru: 'Параметр с токеном' },
      help: {
        en: 'Where the tool cannot set headers: the name of the URL’s parameter that holds the token.',
        ru: 'Если сервис не умеет задавать заголовки: имя параметра URL, в котором стоит токен.',
      },
      default: 'token',
    },
    ...genericSettings,
  },
  credentials: [['token'], ['username', 'password']],
  body: { format: ['json-lines', 'brackets', 'query'] },
  event: { key: ['$.id'], type: ['$.type'], occurredAt: { path: '$.timestamp', unit: 'iso' } },
  answer: { status: 200, body: '{"ok":true}', contentType: 'application/json' },
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'Zapier: action "Webhooks by Zapier" → POST. Make: module "HTTP → Make a request". n8n: node "HTTP Request". Albato: "HTTP request". Method POST, this URL, JSON with the fields email, type (the event’s name) and id.',
      ru: 'Albato: шаг «HTTP-запрос». Make: модуль «HTTP → Make a request». n8n: узел «HTTP Request». Zapier: действие «Webhooks by Zapier» → POST. Метод POST, этот URL, JSON с полями email, type (название события) и id.',
    },
    secret: {
      en: 'Invent a long random token, enter it here and, in that step, as the header Authorization: Bearer YOUR-TOKEN. If headers cannot be set, add ?token=YOUR-TOKEN to the URL. Basic (user name and password) does as well.',
      ru: 'Придумайте длинный случайный токен, впишите его сюда и в тот шаг заголовком Authorization: Bearer ВАШ-ТОКЕН. Если заголовков задать нельзя, допишите к URL ?token=ВАШ-ТОКЕН. Подойдут и имя с паролем (Basic).',
    },
    note: {
      en: 'Put into id what is different for each event and the same when one is repeated; a header Idempotency-Key is not looked at. Nothing is signed: whoever learns the token can invent events.',
      ru: 'В id передавайте то, что у каждого события своё, а при повторе то же; заголовок Idempotency-Key не учитывается. Ничего не подписано: кто узнает токен, сможет придумывать события.',
    },
  },
  retries: { en: 'Up to the tool and its settings.', ru: 'Зависит от сервиса и его настроек.' },
  events: genericEvents,
}
