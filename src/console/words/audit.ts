// Who did what: the trail that nobody can change.
type Thing = 'partner' | 'campaign' | 'source' | 'credential' | 'rule'

const endings = {
  partner: '',
  campaign: 'а',
  source: '',
  credential: '',
  rule: 'о',
} as const satisfies Record<Thing, string>

/** `stem`: before an ending, where it is written otherwise: «изменён», «изменена». */
const agreeing =
  (word: string, stem = word) =>
  (thing: Thing): string =>
    endings[thing] === '' ? word : stem + endings[thing]

const en = {
  title: 'Audit trail',
  help: 'Who did or looked at what. Entries are chained: nobody can change or remove one unnoticed.',
  action: 'What',
  actor: 'Who',
  any: 'any',
  anybody: 'anybody',
  none: 'Nothing was done yet.',
  further: 'Nothing so far. Older entries were not looked at yet: go on below.',
  about: (what: string) => `Only about ${what}`,
  onlyThis: 'all about this',
  actors: {
    user: 'somebody who is no member (the operator, or a former one)',
    token: 'a token of the operator',
    CONFIG_FILE: 'the config file that the relay starts with',
    demo: 'the demo',
    relay: 'the relay itself',
    'command line': 'the command line',
    'set-up link': 'the set-up link',
  },
  byToken: (name: string) => `the token “${name}”`,
  subjects: {
    event: 'the event',
    grant: 'the bonus',
    source: 'the source',
    person: 'person',
  },
  things: {
    partner: (name: string) => `The partner “${name}”`,
    campaign: (name: string) => `The campaign “${name}”`,
    source: (name: string) => `The source “${name}”`,
    credential: (name: string) => `The credential “${name}”`,
    rule: (name: string) => `The rule “${name}”`,
  },
  did: {
    created: (_thing: Thing) => 'was created',
    updated: (_thing: Thing) => 'was changed',
    removed: (_thing: Thing) => 'was removed',
    archived: (_thing: Thing) => 'was archived',
    restored: (_thing: Thing) => 'was brought back',
    forgotten: (_thing: Thing) => 'is gone: it was archived long ago and had no past',
  },
  details: {
    changed: 'Changed',
    role: 'Role',
    name: 'Name',
    kind: 'Kind',
    place: 'Where to',
    scopes: 'May do',
    items: 'Items',
    count: 'How many',
    campaign: 'Campaign',
    source: 'Source',
    state: 'State',
    reason: 'Reason',
    made: 'New bonuses',
    file: 'File',
    before: 'Before',
    did: 'Now',
  },
}

const ru: typeof en = {
  title: 'Журнал действий',
  help: 'Кто что делал или смотрел. Записи связаны в цепочку: незаметно изменить или убрать хоть одну нельзя.',
  action: 'Что',
  actor: 'Кто',
  any: 'что угодно',
  anybody: 'кто угодно',
  none: 'Пока никто ничего не делал.',
  further: 'Пока ничего не нашлось. Более старые записи ещё не просмотрены: продолжите ниже.',
  about: (what) => `Только о: ${what}`,
  onlyThis: 'всё об этом',
  actors: {
    user: 'не участник (оператор или бывший участник)',
    token: 'токен оператора',
    CONFIG_FILE: 'конфигурационный файл, с которым запускается релей',
    demo: 'демонстрация',
    relay: 'сам релей',
    'command line': 'командная строка',
    'set-up link': 'ссылка первоначальной настройки',
  },
  byToken: (name) => `токен «${name}»`,
  subjects: {
    event: 'событие',
    grant: 'бонус',
    source: 'источник',
    person: 'человек',
  },
  things: {
    partner: (name) => `Партнёр «${name}»`,
    campaign: (name) => `Кампания «${name}»`,
    source: (name) => `Источник «${name}»`,
    credential: (name) => `Ключ «${name}»`,
    rule: (name) => `Правило «${name}»`,
  },
  did: {
    created: agreeing('создан'),
    updated: agreeing('изменён', 'изменен'),
    removed: agreeing('удалён', 'удален'),
    archived: (thing) => `${agreeing('отправлен')(thing)} в архив`,
    restored: (thing) => `${agreeing('возвращён', 'возвращен')(thing)} из архива`,
    forgotten: (thing) => `${agreeing('удалён', 'удален')(thing)}: давно в архиве и без истории`,
  },
  details: {
    changed: 'Изменено',
    role: 'Роль',
    name: 'Название',
    kind: 'Вид',
    place: 'Куда',
    scopes: 'Разрешено',
    items: 'Всего',
    count: 'Сколько',
    campaign: 'Кампания',
    source: 'Источник',
    state: 'Состояние',
    reason: 'Причина',
    made: 'Новых бонусов',
    file: 'Файл',
    before: 'Было',
    did: 'Стало',
  },
}

export const audit = { en, ru }
