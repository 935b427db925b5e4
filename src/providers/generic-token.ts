// Any sender that can put a token or a user name and password into its requests: form builders,
// no-code tools, own scripts. The body is not bound to the token, so its trust is `token`.
import { genericEvents, genericSettings } from './generic.ts'
import type { Provider } from './provider.ts'

export const genericToken: Provider = {
  name: 'Webhook with a token',
  nameRu: 'Вебхук с токеном',
  kind: 'generic',
  market: 'both',
  evidence: { signature: 'official-docs', email: 'recall', delivery: 'recall' },
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
        en: 'The header the sender puts the token into, for example X-Api-Key.',
        ru: 'Заголовок, в который отправитель кладёт токен, например X-Api-Key.',
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
    ...genericSettings,
  },
  credentials: [['token'], ['username', 'password']],
  body: { format: 'json-lines' },
  event: { key: ['$.id'], type: ['$.type'], occurredAt: { path: '$.timestamp', unit: 'iso' } },
  answer: { status: 200 },
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'In Zapier, Make, n8n, Albato or your own code add a step "HTTP request": method POST, this URL, a JSON body with the email in it.',
      ru: 'В Zapier, Make, n8n, Albato или своём коде добавьте шаг «HTTP-запрос»: метод POST, этот URL, тело JSON с почтой внутри.',
    },
    secret: {
      en: 'Invent a long random token, enter it here and, in that step, as the header Authorization: Bearer YOUR-TOKEN. A user name and password (Basic) do as well.',
      ru: 'Придумайте длинный случайный токен, впишите его сюда и в тот шаг заголовком Authorization: Bearer ВАШ-ТОКЕН. Подойдут и имя с паролем (Basic).',
    },
    note: {
      en: 'Nothing is signed: whoever learns the token can invent events. Prefer a signature where the sender can make one.',
      ru: 'Ничего не подписано: кто узнает токен, сможет придумывать события. Если отправитель умеет подписывать, выберите подпись.',
    },
  },
  retries: { en: 'Up to the sender.', ru: 'Решает отправитель.' },
  events: genericEvents,
}
