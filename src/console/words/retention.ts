// How long what is kept.
import { retentionRules, type Kept } from '../../privacy/retention.ts'
import { plural } from '../plural.ts'

const bounds = (kept: Kept) => retentionRules[kept]

const en = {
  help: 'What is older goes by itself, within an hour. An empty field means: kept without end.',
  kept: {
    bodies: 'Exact requests as they came',
    ledger: 'Events, calls and what can be read of bonuses',
    audit: 'The audit trail',
  },
  keptHelp: {
    bodies: 'They may hold personal data. Without them rules cannot be tried on past events.',
    ledger: 'That a bonus was given stays known for ever, so that nobody gets it twice.',
    audit: 'Who did or looked at what.',
  },
  days: (kept: Kept) => `Days, from ${bounds(kept).min} to ${bounds(kept).max}`,
  now: (days: number | null) =>
    days === null ? 'without end' : plural.en(days, { one: 'day', other: 'days' }),
  sure: 'I know that what is older than that is deleted within an hour, and that nobody can bring it back.',
  unsure: 'This deletes what is older, for good. Say below that this is what you want.',
  wrong: (kept: Kept) =>
    `It must be a whole number from ${bounds(kept).min} to ${bounds(kept).max}, or empty.`,
  mistaken: 'Nothing is changed yet: please look at what is marked.',
  done: 'The periods are changed.',
}

const ru: typeof en = {
  help: 'Всё, что старше, удаляется само в течение часа. Пустое поле — хранить бессрочно.',
  kept: {
    bodies: 'Запросы целиком, как они пришли',
    ledger: 'События, обращения к MOAB и читаемая часть бонусов',
    audit: 'Журнал действий',
  },
  keptHelp: {
    bodies: 'В них могут быть личные данные. Без них правила не проверить на прошлых событиях.',
    ledger: 'О том, что бонус выдан, известно всегда: дважды его никто не получит.',
    audit: 'Кто что делал или смотрел.',
  },
  days: (kept) => `Дней, от ${bounds(kept).min} до ${bounds(kept).max}`,
  now: (days) =>
    days === null ? 'бессрочно' : plural.ru(days, { one: 'день', few: 'дня', other: 'дней' }),
  sure: 'Я понимаю: всё, что старше, удалится в течение часа, и вернуть это не сможет никто.',
  unsure: 'То, что старше, будет удалено навсегда. Подтвердите ниже, что вам это и нужно.',
  wrong: (kept) =>
    `Нужно целое число от ${bounds(kept).min} до ${bounds(kept).max} или пустое поле.`,
  mistaken: 'Ничего ещё не изменено: посмотрите на отмеченное.',
  done: 'Сроки изменены.',
}

export const retention = { en, ru }
