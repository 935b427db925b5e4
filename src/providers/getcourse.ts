// GetCourse signs nothing and sends what the owner writes into a "call URL" step: parameters of the
// URL, a form or JSON, with a token among them or in a header. Subscriptions of its Tech API carry
// only the URL.
import type { Provider } from './provider.ts'

const email = [
  '$.email',
  '$.Email',
  '$.user.email',
  '$.user_email',
  '$.json.email',
  '$.json.user.email',
]

const missing = {
  en: 'The owner of the process decides what is sent: put email={object.user.email} (orders) or email={object.email} (users) into the URL.',
  ru: 'Что присылать, решает владелец процесса: допишите в URL email={object.user.email} (для заказов) или email={object.email} (для пользователей).',
}

export const getcourse: Provider = {
  name: 'GetCourse',
  nameRu: 'GetCourse (ГетКурс)',
  kind: 'courses',
  market: 'russia',
  evidence: { signature: 'secondary', email: 'secondary', delivery: 'secondary' },
  methods: ['POST', 'GET'],
  proof: {
    scheme: 'any',
    of: [
      { scheme: 'token', at: { query: 'token' } },
      { scheme: 'token', at: { header: { setting: 'header' } } },
    ],
  },
  settings: {
    header: {
      label: { en: 'Header of the token', ru: 'Заголовок с токеном' },
      help: {
        en: 'Only where the step "call URL" sends the token in a header; else add token=… to the URL.',
        ru: 'Только если шаг «Вызвать URL» передаёт токен в заголовке; иначе допишите в URL token=….',
      },
      default: 'X-Api-Key',
      form: 'header',
    },
  },
  credentials: [['token']],
  body: { format: ['query', 'brackets', 'json'] },
  event: {
    key: ['$.event', '$.id'],
    type: ['query:event', '$.eventType', '$.json.eventType'],
  },
  answer: { status: 200 },
  guide: {
    inventedCharsMin: 16,
    url: {
      en: 'GetCourse → Tasks → Processes (Процессы) → create a process for orders (or users) → add an operation "Call URL" (Вызвать URL), method GET. URL: this one, and at its end ?token=TOKEN&event=paid&id={object.id}&email={object.user.email}. For users: event=registered and email={object.email}. Start the process for paid orders (or new users) only.',
      ru: 'GetCourse → «Задачи» → «Процессы» → создайте процесс по заказам (или по пользователям) → операция «Вызвать URL», метод GET. URL: этот, а в конце ?token=ТОКЕН&event=paid&id={object.id}&email={object.user.email}. Для пользователей: event=registered и email={object.email}. Запускайте процесс только для оплаченных заказов (или новых пользователей).',
    },
    secret: {
      en: 'Invent a long random token of letters and digits, enter it here and in that URL in place of TOKEN.',
      ru: 'Придумайте длинный случайный токен из букв и цифр, впишите его сюда и в тот URL вместо слова ТОКЕН.',
    },
    note: {
      en: 'Nothing is signed: whoever sees the URL can invent events, so show the process to few. For a paid order the Tech API sends both dealPaid and dealStatusChanged: take the first only.',
      ru: 'Ничего не подписано: кто увидит URL, сможет придумывать события, поэтому не показывайте процесс лишним людям. По оплаченному заказу Tech API шлёт и dealPaid, и dealStatusChanged: берите только первое.',
    },
  },
  retries: { en: 'Not documented.', ru: 'В документации не описаны.' },
  events: [
    {
      type: 'paid',
      means: 'paid',
      label: { en: 'Order paid (process)', ru: 'Заказ оплачен (процесс)' },
      email,
      missing,
      sample: { event: 'paid', id: '{{id}}', email: 'anna@example.com' },
      sampleEmail: "$['email']",
    },
    {
      type: 'registered',
      means: 'registered',
      label: { en: 'User registered (process)', ru: 'Пользователь зарегистрировался (процесс)' },
      email,
      missing,
      sample: { event: 'registered', id: '{{id}}', email: 'vera@example.com' },
      sampleEmail: "$['email']",
    },
    {
      type: '*',
      means: 'other',
      label: { en: 'Any other event', ru: 'Любое другое событие' },
      email,
      missing,
      sample: { event: '{{type}}', id: '{{id}}', email: 'boris@example.org' },
      sampleEmail: "$['email']",
    },
  ],
}
