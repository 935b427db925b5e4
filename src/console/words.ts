// What the pages say, in every language; a sentence that is missing in one does not compile.
import { limits } from '../limits.ts'

const en = {
  home: {
    title: 'The relay is running',
    what: 'It takes signed webhooks, proves who sent them, records each one once, and passes a bonus to MOAB for every email.',
    next: 'The console with sign-in comes next. Until then everything can be asked for through the API and the command line.',
    docs: 'API documentation',
    health: 'Is it alive?',
    ready: 'Is it ready?',
  },
  setup: {
    title: 'First operator',
    why: 'This link works once. Whoever fills in this form runs the relay.',
    email: 'Email',
    password: 'Password',
    passwordHelp: `At least ${limits.passwordCharsMin} characters`,
    submit: 'Create the operator',
    problems: {
      email: 'This is not an email address.',
      password: `The password must have ${limits.passwordCharsMin} to ${limits.passwordCharsMax} characters.`,
    },
  },
  ready: {
    title: 'The operator is there',
    token: 'An API token of the whole installation. It is shown only now: keep it safe.',
    docs: 'How to use it:',
    docsLink: 'API documentation',
    next: 'Next, describe your sources and campaigns in relay.yaml and apply it:',
    ask: 'Then ask what came in:',
  },
  gone: {
    title: 'There is nothing here',
    why: 'The link was used already, is incomplete, or never existed. A relay without an operator prints a new one when it starts.',
    home: 'To the start page',
  },
}

export type Words = typeof en

const ru: Words = {
  home: {
    title: 'Релей работает',
    what: 'Он принимает подписанные вебхуки, проверяет отправителя, записывает каждое событие один раз и передаёт в MOAB бонус для каждого email.',
    next: 'Консоль со входом появится следующей. Пока всё доступно через API и командную строку.',
    docs: 'Документация API',
    health: 'Жив ли он?',
    ready: 'Готов ли он?',
  },
  setup: {
    title: 'Первый оператор',
    why: 'Ссылка работает один раз. Кто заполнит эту форму, тот и управляет релеем.',
    email: 'Email',
    password: 'Пароль',
    passwordHelp: `Не короче ${limits.passwordCharsMin} символов`,
    submit: 'Создать оператора',
    problems: {
      email: 'Это не адрес электронной почты.',
      password: `Пароль должен быть длиной от ${limits.passwordCharsMin} до ${limits.passwordCharsMax} символов.`,
    },
  },
  ready: {
    title: 'Оператор создан',
    token:
      'Токен API для всей установки. Он показан только сейчас — сохраните его в надёжном месте.',
    docs: 'Как им пользоваться:',
    docsLink: 'документация API',
    next: 'Дальше опишите источники и кампании в relay.yaml и примените файл:',
    ask: 'А потом спросите, что пришло:',
  },
  gone: {
    title: 'Здесь ничего нет',
    why: 'Ссылка уже использована, скопирована не полностью или её никогда не было. Релей без оператора при запуске печатает новую.',
    home: 'На главную',
  },
}

export const words = { en, ru }
