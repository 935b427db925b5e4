// One person: did they get the bonus, and if not, why?
import { limits } from '../../limits.ts'
import { numberIn } from '../moments.ts'

const count = {
  en: numberIn('en', limits.namingEventsSearchedMax),
  ru: numberIn('ru', limits.namingEventsSearchedMax),
}

const en = {
  title: 'People',
  help: 'Type an email and read what happened, in plain words.',
  email: 'Email',
  ask: 'Tell the story',
  unusable: 'This is not an email address.',
  unknown: (email: string) => `Nothing is known about ${email}.`,
  unknownHelp: `No rule found this address, no bonus was made for it, and it stands neither in the newest ${count.en} events nor in refused requests. Is it written differently there?`,
  notSearched:
    'No rule found this address, and no bonus was made for it. There was no time to look for it in all requests: ask again in a minute.',
  named: (email: string) => `No rule has found ${email}, so there is no bonus.`,
  namedHelp:
    'The address stands in requests that came, though. Perhaps the rules look for it in another place, or are for other events: open an event to see where the address is, and the rules to see where they look.',
  namedEvents: 'Events in which it stands',
  namedRefused: 'Refused requests in which it stands',
  namedCut: 'Only the newest are listed.',
  rulesOf: (source: string) => `Rules of ${source}`,
  story: 'What happened',
  bonuses: 'Bonuses',
  cut: 'The story is longer than what is told here.',
  receipt: 'Download receipt',
  receiptHelp:
    'A signed proof of what MOAB answered, and when. Anyone can check it with the public key of this relay:',
  noReceipt: 'There is nothing to prove yet.',
  events: 'Events',
}

const ru: typeof en = {
  title: 'Люди',
  help: 'Введите email и прочитайте простыми словами, что произошло.',
  email: 'Email',
  ask: 'Показать историю',
  unusable: 'Это не адрес электронной почты.',
  unknown: (email) => `О ${email} ничего не известно.`,
  unknownHelp: `Ни одно правило не нашло этот адрес, бонуса на него не было. Нет его и в последних ${count.ru} событиях, и среди отклонённых запросов. Может быть, там он записан иначе?`,
  notSearched:
    'Ни одно правило не нашло этот адрес, бонуса на него не было. Поискать его во всех запросах не хватило времени: спросите ещё раз через минуту.',
  named: (email) => `Ни одно правило не нашло ${email}, поэтому бонуса нет.`,
  namedHelp:
    'Но сам адрес в запросах встречается. Возможно, правила ищут его не там или рассчитаны на другие события: откройте событие и посмотрите, где записан адрес, а потом сверьтесь с правилами.',
  namedEvents: 'События, где он встречается',
  namedRefused: 'Отклонённые запросы, где он встречается',
  namedCut: 'Показаны только самые новые.',
  rulesOf: (source) => `Правила источника ${source}`,
  story: 'Что произошло',
  bonuses: 'Бонусы',
  cut: 'История длиннее того, что здесь рассказано.',
  receipt: 'Скачать подтверждение',
  receiptHelp:
    'Подписанное доказательство того, что и когда ответил MOAB. Проверить его может любой по открытому ключу этого релея:',
  noReceipt: 'Подтверждать пока нечего.',
  events: 'События',
}

export const people = { en, ru }
