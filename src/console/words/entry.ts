// What is said to whoever is on the way in, and about their own account.
import { limits } from '../../limits.ts'
import { plural } from '../../plural.ts'

const en = {
  home: {
    title: 'The relay is running',
    what: 'It takes signed webhooks, proves who sent them, records each one once, and passes a bonus to MOAB for every email.',
    signIn: 'Sign in',
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
    on: 'To the console',
    signedIn:
      'You are signed in. Next, name the first partner and connect what sends its webhooks.',
    files: 'Or set everything up from a file',
    next: 'Describe sources and campaigns in relay.yaml and apply it:',
    ask: 'Then ask what came in:',
  },
  gone: {
    title: 'There is nothing here',
    why: 'The link was used already, is incomplete, or never existed. A relay without an operator prints a new one when it starts.',
    home: 'To the start page',
  },
  nobodyYet: {
    title: 'Nobody can sign in yet',
    why: 'This relay has no operator. When it starts it prints a set-up link where its output goes (the terminal, the logs of the container): open it, and make the account. Each start prints a new one until somebody has used it.',
  },
  signIn: {
    title: 'Sign in',
    email: 'Email',
    password: 'Password',
    submit: 'Sign in',
    elsewhere: (name: string) => `Sign in with ${name}`,
    forgotten:
      'Forgot the password, or lost the phone? An owner of your company, or the operator of the relay, makes you a link for a new one.',
    done: 'The new password is set. Sign in with it.',
    wait: (seconds: number) =>
      `Too many tries. Please wait ${plural.en(seconds, { one: 'second', other: 'seconds' })}.`,
    problems: {
      refused: 'Email or password is not right.',
      over: 'That took too long. Please begin again.',
      passkey:
        'This passkey is not known here, or was removed. Sign in with another one or with your password, and add it again in your account.',
    },
  },
  signInCode: {
    title: 'One-time code',
    why: 'The password is right. Now the six digits that your app shows.',
    code: 'Code',
    submit: 'Sign in',
    problems: { refused: 'This code is not right, or was used already. Wait for the next one.' },
  },
  join: {
    title: 'Invitation',
    why: (email: string, partner: string) => `${email} is invited to ${partner}.`,
    asOperator: (email: string) => `${email} is invited to run this relay, as an operator.`,
    password: 'Choose a password',
    passwordHelp: `At least ${limits.passwordCharsMin} characters`,
    submit: 'Accept',
    elsewhere: (name: string) => `Accept with ${name}`,
    haveAccount: 'You have an account already. Sign in, then open this link again.',
    signIn: 'Sign in',
    problems: {
      password: `The password must have ${limits.passwordCharsMin} to ${limits.passwordCharsMax} characters.`,
      sign_in: 'Please sign in as the invited person first.',
    },
  },
  joinGone: {
    title: 'This invitation is over',
    why: 'It was used, taken back or replaced by a newer one, or it is older than a week. Ask for another.',
    signIn: 'Sign in',
  },
  reset: {
    title: 'A new password',
    why: (email: string) => `For ${email}. The old password stops working, and all sessions end.`,
    codes: 'One-time codes are turned off as well. Turn them on again once you are signed in.',
    passkeys: 'Your passkeys are removed as well. Add them again once you are signed in.',
    password: 'Choose a password',
    passwordHelp: `At least ${limits.passwordCharsMin} characters`,
    submit: 'Set the password',
    problem: `The password must have ${limits.passwordCharsMin} to ${limits.passwordCharsMax} characters.`,
  },
  resetGone: {
    title: 'This link is over',
    why: 'It was used or replaced by a newer one, or it is older than a day. Ask for another.',
    signIn: 'Sign in',
  },
  oidcLeave: {
    title: 'One moment',
    goOn: (name: string) => `On to ${name}`,
  },
  oidcRefused: {
    title: 'You are not signed in',
    signIn: 'Back to sign-in',
    problems: {
      over: () => 'That took too long, or was begun in another window. Please begin again.',
      foreign: (name: string) =>
        `The answer that came from ${name} cannot be trusted. Please begin again; if it happens twice, tell the operator of this relay.`,
      cancelled: (name: string) => `The sign-in was cancelled at ${name}. You can begin again.`,
      unverified: (name: string) =>
        `${name} does not confirm that your email is yours. Confirm it there and begin again, or sign in with your password.`,
      unknown: (name: string) =>
        `Nobody here has the email that you use at ${name}. Ask an owner of your company, or the operator, for an invitation.`,
      sign_in: (name: string) =>
        `The invitation is for another email than the one you use at ${name}. Choose the invited account there, or ask for an invitation to yours.`,
      unavailable: (name: string) =>
        `${name} does not answer as it should. Try again in a few minutes, or sign in with your password.`,
    },
  },
}

const ru: typeof en = {
  home: {
    title: 'Релей работает',
    what: 'Он принимает подписанные вебхуки, проверяет отправителя, записывает каждое событие один раз и передаёт в MOAB бонус для каждого email.',
    signIn: 'Войти',
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
    on: 'В консоль',
    signedIn:
      'Вы вошли. Дальше назовите первого партнёра и подключите то, что присылает его вебхуки.',
    files: 'Или настройте всё из файла',
    next: 'Опишите источники и кампании в relay.yaml и примените файл:',
    ask: 'А потом спросите, что пришло:',
  },
  gone: {
    title: 'Здесь ничего нет',
    why: 'Ссылка уже использована, скопирована не полностью или её никогда не было. Релей без оператора при запуске печатает новую.',
    home: 'На главную',
  },
  nobodyYet: {
    title: 'Войти пока некому',
    why: 'У этого релея ещё нет оператора. При запуске он печатает ссылку первоначальной настройки — в терминал или журнал контейнера. Откройте её и создайте учётную запись. Пока ссылкой не воспользовались, при каждом запуске печатается новая.',
  },
  signIn: {
    title: 'Вход',
    email: 'Email',
    password: 'Пароль',
    submit: 'Войти',
    elsewhere: (name) => `Войти через ${name}`,
    forgotten:
      'Забыли пароль или потеряли телефон? Владелец вашей компании или оператор релея создаст вам ссылку для нового пароля.',
    done: 'Новый пароль задан. Войдите с ним.',
    wait: (seconds) =>
      `Слишком много попыток. Подождите ${plural.ru(seconds, { one: 'секунду', few: 'секунды', other: 'секунд' })}.`,
    problems: {
      refused: 'Неверный email или пароль.',
      over: 'Прошло слишком много времени. Начните сначала.',
      passkey:
        'Этот ключ доступа здесь неизвестен или удалён. Войдите с другим ключом или с паролем и добавьте его заново в учётной записи.',
    },
  },
  signInCode: {
    title: 'Одноразовый код',
    why: 'Пароль верный. Теперь введите шесть цифр из приложения.',
    code: 'Код',
    submit: 'Войти',
    problems: { refused: 'Код неверный или уже использован. Дождитесь следующего.' },
  },
  join: {
    title: 'Приглашение',
    why: (email, partner) => `${email}: вас приглашают в «${partner}».`,
    asOperator: (email) => `${email}: вас приглашают управлять этим релеем как оператора.`,
    password: 'Придумайте пароль',
    passwordHelp: `Не короче ${limits.passwordCharsMin} символов`,
    submit: 'Принять',
    elsewhere: (name) => `Принять через ${name}`,
    haveAccount: 'У вас уже есть учётная запись. Войдите и откройте эту ссылку ещё раз.',
    signIn: 'Войти',
    problems: {
      password: `Пароль должен быть длиной от ${limits.passwordCharsMin} до ${limits.passwordCharsMax} символов.`,
      sign_in: 'Сначала войдите под приглашённым адресом.',
    },
  },
  joinGone: {
    title: 'Приглашение больше не действует',
    why: 'Его уже приняли, отозвали или заменили новым, либо прошла неделя. Попросите прислать другое.',
    signIn: 'Войти',
  },
  reset: {
    title: 'Новый пароль',
    why: (email) => `Для ${email}. Прежний пароль перестанет действовать, все сеансы завершатся.`,
    codes: 'Одноразовые коды тоже отключатся. Включите их снова, когда войдёте.',
    passkeys: 'Ваши ключи доступа тоже удалятся. Добавьте их снова, когда войдёте.',
    password: 'Придумайте пароль',
    passwordHelp: `Не короче ${limits.passwordCharsMin} символов`,
    submit: 'Задать пароль',
    problem: `Пароль должен быть длиной от ${limits.passwordCharsMin} до ${limits.passwordCharsMax} символов.`,
  },
  resetGone: {
    title: 'Ссылка больше не действует',
    why: 'Ею уже воспользовались, её заменили новой, либо прошли сутки. Попросите прислать другую.',
    signIn: 'Войти',
  },
  oidcLeave: {
    title: 'Секунду',
    goOn: (name) => `Перейти к ${name}`,
  },
  oidcRefused: {
    title: 'Войти не получилось',
    signIn: 'Вернуться ко входу',
    problems: {
      over: () => 'Прошло слишком много времени, или вход начат в другом окне. Начните сначала.',
      foreign: (name) =>
        `Ответу, который пришёл от ${name}, нельзя доверять. Начните сначала, а если это повторится, сообщите оператору релея.`,
      cancelled: (name) => `Вы отменили вход на стороне ${name}. Можно начать сначала.`,
      unverified: (name) =>
        `${name} не подтверждает, что этот email ваш. Подтвердите его там и начните сначала — или войдите с паролем.`,
      unknown: (name) =>
        `Email, который указан у вас в ${name}, здесь никому не принадлежит. Попросите владельца вашей компании или оператора прислать приглашение.`,
      sign_in: (name) =>
        `Приглашение отправлено на другой email, не на тот, что указан у вас в ${name}. Выберите там приглашённую учётную запись или попросите пригласить эту.`,
      unavailable: (name) =>
        `${name} сейчас не отвечает как следует. Попробуйте через несколько минут или войдите с паролем.`,
    },
  },
}

export const entry = { en, ru }
