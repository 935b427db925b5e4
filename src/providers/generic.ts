// What the presets for bodies of unknown shape share: where the event is named, and samples.
import type { ProviderEvent, Setting } from './provider.ts'

export const genericSettings: Readonly<Record<'key_path' | 'type_path', Setting>> = {
  key_path: {
    label: { en: 'Path of the event’s id', ru: 'Путь к номеру события' },
    help: {
      en: 'JSONPath of what is different for each event and the same when one is repeated. An order or user id is wrong here if it may come twice. $ stands for the whole content.',
      ru: 'JSONPath того, что у каждого события своё, а при повторе то же. Номер заказа или пользователя не годится, если может прийти дважды. $ значит всё содержимое.',
    },
    default: '$.id',
    form: 'path',
  },
  type_path: {
    label: { en: 'Path of the event’s type', ru: 'Путь к типу события' },
    help: {
      en: 'JSONPath of the event’s name, for example $.event.',
      ru: 'JSONPath названия события, например $.event.',
    },
    default: '$.type',
    form: 'path',
  },
}

const email = ['$.email', '$.data.email', '$.user.email', '$.customer.email', '$.data.user.email']

const missing = {
  en: 'The sender decides what it sends: capture one real event and click the email in it.',
  ru: 'Что присылать, решает отправитель: поймайте одно настоящее событие и щёлкните в нём почту.',
}

export const genericEvents: readonly ProviderEvent[] = [
  {
    type: 'user.registered',
    means: 'registered',
    label: { en: 'User registered', ru: 'Пользователь зарегистрировался' },
    email,
    missing,
    sample: {
      id: '{{id}}',
      type: 'user.registered',
      timestamp: '{{now:iso}}',
      email: 'anna@example.com',
      name: 'Anna Sample',
    },
    sampleEmail: "$['email']",
  },
  {
    type: 'invoice.paid',
    means: 'paid',
    label: { en: 'Invoice paid', ru: 'Счёт оплачен' },
    email,
    missing,
    sample: {
      id: '{{id}}',
      type: 'invoice.paid',
      timestamp: '{{now:iso}}',
      amount: '4900.00',
      currency: 'RUB',
      customer: { email: 'boris@example.org', name: 'Boris Sample' },
    },
    sampleEmail: "$['customer']['email']",
  },
  {
    type: 'link.clicked',
    means: 'clicked',
    label: { en: 'Link clicked', ru: 'Переход по ссылке' },
    email,
    missing,
    sample: {
      id: '{{id}}',
      type: 'link.clicked',
      timestamp: '{{now:iso}}',
      link: 'https://example.com/bonus',
      email: 'vera@example.com',
    },
    sampleEmail: "$['email']",
  },
  {
    type: 'form.submitted',
    means: 'submitted',
    label: { en: 'Form submitted', ru: 'Форма отправлена' },
    email,
    missing,
    sample: {
      id: '{{id}}',
      type: 'form.submitted',
      timestamp: '{{now:iso}}',
      data: { name: 'Vera Sample', email: 'vera@example.com' },
    },
    sampleEmail: "$['data']['email']",
  },
  {
    type: '*',
    means: 'other',
    label: { en: 'Any other event', ru: 'Любое другое событие' },
    email,
    missing,
    sample: {
      id: '{{id}}',
      type: '{{type}}',
      timestamp: '{{now:iso}}',
      email: 'anna@example.com',
    },
    sampleEmail: "$['email']",
  },
]
