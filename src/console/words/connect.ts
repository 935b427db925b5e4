// From “I use YooKassa” to the first bonus, one page a step.
import { plural } from '../plural.ts'

const en = {
  title: 'Connect a source',
  choose: 'What do you use?',
  search: 'Search',
  kinds: {
    payment: 'Payments',
    auth: 'Sign-in',
    commerce: 'Shops',
    forms: 'Forms and sites',
    courses: 'Courses',
    crm: 'CRM',
    'no-code': 'No-code',
    code: 'Code',
    links: 'Links',
    generic: 'Anything else',
  },
  nothing:
    'Nothing of that name. Signed webhooks of any sender are taken by a source under “Anything else”, those of Make, Zapier and the like under “No-code”.',
  found: (count: number) => plural.en(count, { one: 'provider', other: 'providers' }),
  steps: {
    address: 'Address',
    secret: 'Secret',
    first: 'First event',
    email: 'Email',
    campaign: 'Campaign',
    check: 'Check',
  },
  address: {
    title: (provider: string) => `Tell ${provider} where to send`,
    paste: 'Copy this URL',
    pasteAt: 'and paste it there:',
    next: 'I have pasted it',
    snippet: 'The code to paste',
    settings: 'Settings that the provider needs',
    insecure:
      'This address is not reachable from outside, or not by https. Ask whoever runs the relay to set PUBLIC_URL.',
  },
  secret: {
    title: (provider: string) => `Paste the secret of ${provider}`,
    next: 'Save and go on',
    have: 'A credential is stored already.',
    skip: 'Go on',
  },
  first: {
    title: 'The first event',
    waiting:
      'Let something happen at the provider now: a test payment, a registration, or its “send test webhook” button. This page notices by itself.',
    refused: 'A request came in, but it was refused:',
    sample: 'Or try it with an invented event',
    sampleHelp:
      'Signed with the secret that is stored here and sent through the front door: it shows what comes of an event, not that the secret is the provider’s. No rule exists yet: nobody gets anything.',
    without: 'Go on without waiting',
    withoutHelp:
      'Until the first event is there, an invented one of this provider stands in for it.',
    came: 'Events come in. The newest:',
    next: 'Go on',
    reload: 'Look again',
    mend: 'Paste another secret',
  },
  email: {
    title: 'Where is the email?',
    help: 'Click the email in the event. Events of the same kind will be read the same way.',
    found: (hits: string, of: string) => `Events with an address there: ${hits} of ${of}.`,
    asks: 'After each event of this provider the relay asks it, and what it answers stands under $.confirmed. That is not kept, so it is not shown here.',
    next: 'Go on',
    none: 'Choose at least one place where the email stands.',
    noPath: (text: string) => `“${text}” is no place in an event: it begins with $, as in $.email.`,
  },
  campaign: {
    title: 'Which campaign gets it?',
    existing: 'A campaign that is there',
    fresh: 'A new one',
    freshHelp:
      'A sandbox for now: everything works as it will, but nobody gets anything. Switch it to live when MOAB has issued a key.',
    freshName: 'Name',
    next: 'Go on',
  },
  check: {
    title: 'This is what would happen',
    on: 'Switch it on',
    isOn: 'It is on',
    comesTo: {
      live: 'Every event that matches from then on brings its person the bonus.',
      sandbox:
        'The campaign is a sandbox: events count, but nobody gets anything. Switch it to live when MOAB has issued a key.',
      off: 'The campaign is switched off: bonuses wait in it, in order, until it is on again.',
    },
    past: (count: string) => `Also for the ${count} that came in already`,
    pastHelp: 'As a plan that you see before it is done.',
    toSource: 'To the source',
    toOverview: 'To the overview',
    back: 'Change the rule',
    noneYet: 'No event has matched so far: the right one is still to come.',
    none: 'No event would match yet. Change the rule, or switch it on and wait for the right event.',
  },
}

const ru: typeof en = {
  title: 'Подключение источника',
  choose: 'Чем вы пользуетесь?',
  search: 'Поиск',
  kinds: {
    payment: 'Платежи',
    auth: 'Вход на сайт',
    commerce: 'Магазины',
    forms: 'Формы и сайты',
    courses: 'Курсы',
    crm: 'CRM',
    'no-code': 'Без кода',
    code: 'Код',
    links: 'Ссылки',
    generic: 'Всё остальное',
  },
  nothing:
    'Такого провайдера в списке нет. Подписанные вебхуки любого отправителя примет источник из раздела «Всё остальное», а Make, Zapier и подобных — из раздела «Без кода».',
  found: (count) => plural.ru(count, { one: 'провайдер', few: 'провайдера', other: 'провайдеров' }),
  steps: {
    address: 'Адрес',
    secret: 'Секрет',
    first: 'Первое событие',
    email: 'Email',
    campaign: 'Кампания',
    check: 'Проверка',
  },
  address: {
    title: (provider) => `${provider}: куда отправлять`,
    paste: 'Скопируйте этот URL',
    pasteAt: 'и вставьте его здесь:',
    next: 'Адрес вставлен',
    snippet: 'Код, который нужно вставить',
    settings: 'Настройки, которые нужны провайдеру',
    insecure:
      'Этот адрес недоступен снаружи или без https. Попросите того, кто обслуживает релей, задать PUBLIC_URL.',
  },
  secret: {
    title: (provider) => `${provider}: вставьте секрет`,
    next: 'Сохранить и продолжить',
    have: 'Ключ уже сохранён.',
    skip: 'Продолжить',
  },
  first: {
    title: 'Первое событие',
    waiting:
      'Пусть у провайдера что-нибудь произойдёт: пробный платёж, регистрация или кнопка «отправить тестовый вебхук». Страница заметит сама.',
    refused: 'Запрос пришёл, но был отклонён:',
    sample: 'Или попробуйте с выдуманным событием',
    sampleHelp:
      'Оно подписано сохранённым здесь секретом и идёт через настоящий вход. Так видно, что выйдет из события, но не то, что секрет верный: это покажет только событие от провайдера. Правил ещё нет: никто ничего не получит.',
    without: 'Продолжить, не дожидаясь',
    withoutHelp: 'Пока первого события нет, вместо него будет показано выдуманное.',
    came: 'События приходят. Самые новые:',
    next: 'Продолжить',
    reload: 'Проверить снова',
    mend: 'Вставить другой секрет',
  },
  email: {
    title: 'Где здесь email?',
    help: 'Нажмите на email в событии. Такие же события будут читаться так же.',
    found: (hits, of) => `Событий, где там есть адрес: ${hits} из ${of}.`,
    asks: 'После каждого события релей спрашивает этого провайдера, ответ доступен как $.confirmed. Он не хранится, поэтому здесь его не видно.',
    next: 'Продолжить',
    none: 'Выберите хотя бы одно место, где стоит email.',
    noPath: (text) => `«${text}» — не место в событии: оно начинается с $, например $.email.`,
  },
  campaign: {
    title: 'По какой кампании бонус?',
    existing: 'Кампания, которая уже есть',
    fresh: 'Новая',
    freshHelp:
      'Пока песочница: всё работает как будет, но никто ничего не получает. Переключите на боевой режим, когда MOAB выдаст ключ.',
    freshName: 'Название',
    next: 'Продолжить',
  },
  check: {
    title: 'Вот что произойдёт',
    on: 'Включить',
    isOn: 'Включено',
    comesTo: {
      live: 'С этого момента каждое подходящее событие приносит человеку бонус.',
      sandbox:
        'Кампания — песочница: события засчитываются, но никто ничего не получает. Переключите её на боевой режим, когда MOAB выдаст ключ.',
      off: 'Кампания выключена: бонусы копятся в ней по порядку и уйдут, когда её включат.',
    },
    past: (count) => `И для тех, кто уже пришёл: ${count}`,
    pastHelp: 'Сначала вы увидите план и подтвердите его.',
    toSource: 'К источнику',
    toOverview: 'К обзору',
    back: 'Изменить правило',
    noneYet: 'Пока ни одно событие не подошло, нужное ещё впереди.',
    none: 'Пока не подошло бы ни одно событие. Измените правило или включите и дождитесь нужного события.',
  },
}

export const connect = { en, ru }
