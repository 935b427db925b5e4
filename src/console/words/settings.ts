// What a partner's people set up about themselves: who may do what, tokens, and the configuration as text.
import { limits } from '../../limits.ts'
import { plural } from '../../plural.ts'

const en = {
  title: 'Settings',
  pages: {
    people: { title: 'People and invitations', help: 'Who may see and change what.' },
    tokens: { title: 'API tokens', help: 'For programs that ask, or that set something up.' },
    notices: { title: 'Notices', help: 'Where to call when something needs a person.' },
    retention: {
      title: 'How long data is kept',
      help: 'Payloads, events and addresses, the audit trail.',
    },
    config: { title: 'Configuration as a file', help: 'To keep, to compare, to apply elsewhere.' },
  },
  reading: { title: 'Language and time zone', help: 'How you read these pages. For you alone.' },
  more: 'There are more than are shown here.',
  people: {
    members: 'Members',
    you: 'you',
    since: 'since',
    codes: 'signs in with one-time codes',
    noCodes: 'without one-time codes',
    role: 'Role',
    roleOf: (email: string) => `Role of ${email}`,
    roles: { owner: 'Owner', editor: 'Editor', viewer: 'Viewer', auditor: 'Auditor' },
    none: 'Nobody belongs here yet. The operator of the relay sees to it until you invite an owner.',
    lastOwner:
      'This is the last owner. Make somebody else an owner first: without one nobody could invite people any more.',
    lastOwnerToOperator:
      'This is the last owner: without one only an operator can invite people here.',
    remove: 'Remove',
    removeSays: (email: string) =>
      `${email} will see nothing here any more, from the next click on. Their account stays, and so does what the audit trail says. You can invite them again.`,
    removeSelf:
      'You will see nothing here any more, from the next click on. Only another owner can invite you again.',
    removeYes: 'Remove this person',
    reset: 'New password',
    resetSays: (email: string) =>
      `You get a link to pass on, with which ${email} sets a new password. It works once, for a day. When it is used, all their sessions end and their passkeys are removed.`,
    resetCodes: 'Turn one-time codes off as well: the phone is lost',
    resetYes: 'Make the link',
    resetLink: 'The link for a new password',
    invite: 'Invite somebody',
    inviteHelp: 'You get a link to pass on. It works once, for a week, and for this email only.',
    email: 'Email',
    inviteYes: 'Make the invitation',
    link: 'The link of the invitation',
    linkOnce: 'It is shown only now. Send it to the person yourself: the relay sends no email.',
    open: 'Open invitations',
    noneOpen: 'No invitation is open.',
    until: 'works until',
    takeBack: 'Take back',
    takeBackSays: (email: string) =>
      `The link that ${email} was given stops working at once. You can invite them again.`,
    takeBackYes: 'Take the invitation back',
    done: {
      role: 'The role is changed, from the next click on.',
      removed: 'The person is removed.',
      invited: 'The invitation is there. If there was another one for this email, it is over.',
      taken_back: 'The invitation is taken back.',
      reset: 'The link is there. If there was another one for this person, it is over.',
    },
    problems: {
      email: 'This is not an email address.',
      member: 'This person is a member already.',
      role: 'Choose a role.',
      last_owner: 'The company would be left without an owner: make somebody else one first.',
      no_member: 'This person is no longer a member.',
      no_invitation: 'This invitation is no longer open: it was accepted, taken back or replaced.',
      stale: 'Somebody else changed this meanwhile.',
      elsewhere:
        'This person belongs to other companies as well, signs in without a password, or runs the relay: only the operator of the relay can make that link.',
    },
  },
  tokens: {
    title: 'API tokens',
    list: 'Tokens that work',
    none: 'There is no token yet.',
    noneHelp: 'A token is a password for a program. Give each program its own.',
    docs: 'What the API can do',
    used: 'last used',
    neverUsed: 'never used',
    made: 'made',
    until: 'works until',
    forever: 'works until it is revoked',
    over: 'over since',
    may: (count: number) => `May do ${plural.en(count, { one: 'thing', other: 'things' })}`,
    revoke: 'Revoke',
    revokeSays: (name: string) =>
      `Whatever uses “${name}” is refused at once, and for good. This cannot be undone: you would have to make a new token.`,
    revokeYes: 'Revoke this token',
    make: 'Make a token',
    name: 'Name',
    nameHelp: 'Which program is it for?',
    scopes: 'What it may do',
    scopesHelp: 'As little as the program needs. It may never do more than you.',
    days: 'How long it works',
    dayChoices: {
      30: '30 days',
      90: '90 days',
      365: 'a year',
      never: 'until it is revoked',
    },
    makeYes: 'Make the token',
    token: 'The token',
    once: 'It is shown only now: put it where the program finds it.',
    done: { made: 'The token is made.', revoked: 'The token is revoked.' },
    problems: {
      name: `A name is needed, of at most ${limits.nameCharsMax} characters.`,
      scopes: 'Tick at least one thing that it may do.',
      no_token: 'This token is revoked already.',
    },
  },
  config: {
    help: 'Everything that is set up here, in the grammar of the config file. Secrets are left out: where one stands in the database it says so, and applying the file keeps it.',
    yaml: 'The configuration',
    download: 'Download as relay.yaml',
    apply: 'Applied with',
    unusable:
      'A secret of this company does not open with the key that the relay runs with, so nothing can be shown. The operator of the relay finds out more with “moab-relay doctor”.',
  },
}

const ru: typeof en = {
  title: 'Настройки',
  pages: {
    people: { title: 'Люди и приглашения', help: 'Кто и что может смотреть и менять.' },
    tokens: {
      title: 'Токены API',
      help: 'Для программ, которые запрашивают данные или что-то настраивают.',
    },
    notices: { title: 'Уведомления', help: 'Куда сообщать, если понадобится человек.' },
    retention: {
      title: 'Сколько хранятся данные',
      help: 'Тела запросов, события и адреса, журнал действий.',
    },
    config: {
      title: 'Конфигурация файлом',
      help: 'Сохранить, сравнить или применить в другом месте.',
    },
  },
  reading: { title: 'Язык и часовой пояс', help: 'Как эти страницы читаете вы. Только для вас.' },
  more: 'Здесь показаны не все.',
  people: {
    members: 'Участники',
    you: 'это вы',
    since: 'с',
    codes: 'входит с одноразовыми кодами',
    noCodes: 'без одноразовых кодов',
    role: 'Роль',
    roleOf: (email) => `Роль: ${email}`,
    roles: {
      owner: 'Владелец',
      editor: 'Редактор',
      viewer: 'Наблюдатель',
      auditor: 'Аудитор',
    },
    none: 'Здесь пока никого нет. Пока вы не пригласили владельца, всем занимается оператор релея.',
    lastOwner:
      'Это последний владелец. Сначала сделайте владельцем кого-то ещё: иначе приглашать людей будет некому.',
    lastOwnerToOperator:
      'Это последний владелец: без него приглашать сюда людей сможет только оператор.',
    remove: 'Исключить',
    removeSays: (email) =>
      `${email}: доступ пропадёт сразу же. Учётная запись останется, как и записи в журнале действий. Пригласить этого человека можно будет снова.`,
    removeSelf:
      'Вы сразу потеряете доступ ко всему, что здесь есть. Вернуть вас сможет только другой владелец.',
    removeYes: 'Исключить этого человека',
    reset: 'Новый пароль',
    resetSays: (email) =>
      `Вы получите ссылку, которую нужно передать: по ней ${email} задаст новый пароль. Она сработает один раз, в течение суток. После этого все сеансы этого человека завершатся, а ключи доступа удалятся.`,
    resetCodes: 'Отключить и одноразовые коды: телефон потерян',
    resetYes: 'Создать ссылку',
    resetLink: 'Ссылка для нового пароля',
    invite: 'Пригласить',
    inviteHelp:
      'Вы получите ссылку, которую нужно передать. Она сработает один раз, в течение недели и только для этого email.',
    email: 'Email',
    inviteYes: 'Создать приглашение',
    link: 'Ссылка-приглашение',
    linkOnce: 'Она показана только сейчас. Отправьте её сами: релей писем с приглашениями не шлёт.',
    open: 'Действующие приглашения',
    noneOpen: 'Действующих приглашений нет.',
    until: 'действует до',
    takeBack: 'Отозвать',
    takeBackSays: (email) =>
      `Ссылка, которую получил ${email}, сразу перестанет работать. Пригласить можно будет снова.`,
    takeBackYes: 'Отозвать приглашение',
    done: {
      role: 'Роль изменена и уже действует.',
      removed: 'Человек исключён.',
      invited: 'Приглашение готово. Если для этого email было другое, оно больше не действует.',
      taken_back: 'Приглашение отозвано.',
      reset: 'Ссылка готова. Если для этого человека была другая, она больше не действует.',
    },
    problems: {
      email: 'Это не адрес электронной почты.',
      member: 'Этот человек уже участник.',
      role: 'Выберите роль.',
      last_owner: 'Компания осталась бы без владельца: сначала назначьте другого.',
      no_member: 'Этот человек уже не участник.',
      no_invitation: 'Приглашение больше не действует: его приняли, отозвали или заменили новым.',
      stale: 'Это уже изменил кто-то другой.',
      elsewhere:
        'Этот человек состоит и в других компаниях, входит без пароля или управляет релеем: такую ссылку может создать только оператор релея.',
    },
  },
  tokens: {
    title: 'Токены API',
    list: 'Действующие токены',
    none: 'Токенов пока нет.',
    noneHelp: 'Токен — это пароль для программы. Каждой программе лучше дать свой.',
    docs: 'Что умеет API',
    used: 'последнее обращение',
    neverUsed: 'ещё не использован',
    made: 'создан',
    until: 'действует до',
    forever: 'действует, пока его не отзовут',
    over: 'истёк',
    may: (count) =>
      `Разрешено: ${plural.ru(count, { one: 'действие', few: 'действия', other: 'действий' })}`,
    revoke: 'Отозвать',
    revokeSays: (name) =>
      `Все, кто пользуется токеном «${name}», сразу получат отказ. Отменить это нельзя: придётся создать новый токен.`,
    revokeYes: 'Отозвать токен',
    make: 'Создать токен',
    name: 'Название',
    nameHelp: 'Для какой он программы?',
    scopes: 'Что он разрешает',
    scopesHelp: 'Только то, что нужно программе. Больше, чем можете вы, он не сможет.',
    days: 'Сколько он действует',
    dayChoices: {
      30: '30 дней',
      90: '90 дней',
      365: 'год',
      never: 'пока не отзовут',
    },
    makeYes: 'Создать токен',
    token: 'Токен',
    once: 'Он показан только сейчас: сохраните его там, где его возьмёт программа.',
    done: { made: 'Токен создан.', revoked: 'Токен отозван.' },
    problems: {
      name: `Нужно название, не длиннее ${limits.nameCharsMax} символов.`,
      scopes: 'Отметьте хотя бы одно действие, которое он разрешает.',
      no_token: 'Этот токен уже отозван.',
    },
  },
  config: {
    help: 'Всё, что здесь настроено, по правилам конфигурационного файла. Секретов в нём нет: там, где секрет хранится в базе, это отмечено, и при применении файла он сохранится.',
    yaml: 'Конфигурация',
    download: 'Скачать relay.yaml',
    apply: 'Применить:',
    unusable:
      'Один из секретов этой компании не открывается ключом, с которым работает релей, поэтому показать нечего. Подробности оператору релея подскажет «moab-relay doctor».',
  },
}

export const settings = { en, ru }
