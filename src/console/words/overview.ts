// What is going on, at a glance.
import { plural } from '../../plural.ts'

const en = {
  title: 'Overview',
  first: 'Connect where your events come from',
  firstHelp:
    'Payments, registrations, forms: choose what you use, paste one address and one secret, click the email in the first real event. Five minutes, no code.',
  connect: 'Connect a source',
  needs: 'Needs a person',
  calm: 'Nothing needs you.',
  today: 'Today',
  month: 'The last 30 days',
  received: 'Events received',
  matched: 'Matched a rule',
  granted: 'Bonuses given',
  held: 'Held',
  attention: 'Need attention',
  refused: 'Refused by MOAB',
  rejected: 'Requests refused',
  chart: {
    events: 'Events per day',
    grants: 'Bonuses per day',
    bar: (day: string, count: string) => `${day}: ${count}`,
    most: (count: string) => `busiest day: ${count}`,
    empty: 'Nothing in these days.',
    counting: 'Some hours are still being counted.',
  },
  sources: 'Sources',
  campaigns: 'Campaigns',
  quiet: 'last event',
  never: 'nothing came yet',
  found: (share: string) => `${share} of events lead to a bonus`,
  act: {
    campaign: 'To the campaign',
    source: 'To the source',
    grants: 'Look at them',
    channel: 'To the notices',
    relay: '',
  },
  attentionTold: (count: number) =>
    `${plural.en(count, { one: 'bonus needs', other: 'bonuses need' })} somebody to look: MOAB did not take them.`,
  since: 'since',
}

const ru: typeof en = {
  title: 'Обзор',
  first: 'Подключите то, откуда приходят события',
  firstHelp:
    'Платежи, регистрации, формы: выберите, чем пользуетесь, вставьте один адрес и один секрет и нажмите на email в первом настоящем событии. Пять минут, без кода.',
  connect: 'Подключить источник',
  needs: 'Требует вашего внимания',
  calm: 'Ничего делать не нужно.',
  today: 'Сегодня',
  month: 'Последние 30 дней',
  received: 'Получено событий',
  matched: 'Подошло под правила',
  granted: 'Передано бонусов',
  held: 'Отложено',
  attention: 'Требует внимания',
  refused: 'Отклонено MOAB',
  rejected: 'Отклонено запросов',
  chart: {
    events: 'События по дням',
    grants: 'Бонусы по дням',
    bar: (day, count) => `${day}: ${count}`,
    most: (count) => `максимум за день: ${count}`,
    empty: 'За эти дни ничего не было.',
    counting: 'Некоторые часы ещё подсчитываются.',
  },
  sources: 'Источники',
  campaigns: 'Кампании',
  quiet: 'последнее событие',
  never: 'ещё ничего не приходило',
  found: (share) => `${share} событий ведут к бонусу`,
  act: {
    campaign: 'К кампании',
    source: 'К источнику',
    grants: 'Посмотреть',
    channel: 'К уведомлениям',
    relay: '',
  },
  attentionTold: (count) =>
    `${plural.ru(count, { one: 'бонус требует', few: 'бонуса требуют', other: 'бонусов требуют' })} внимания: MOAB их не принял.`,
  since: 'с',
}

export const overview = { en, ru }
