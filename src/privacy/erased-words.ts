// What went with a person, table by table, in a few words.
import type { ErasedThing } from '../db/privacy/schema.ts'

const en: Record<ErasedThing, string> = {
  grants: 'bonuses: the address',
  suppressed: 'bonuses that are not sent any more',
  calls: 'calls to MOAB',
  events: 'events',
  bodies: 'requests as they came',
  contacts: 'addresses learnt from earlier events',
  lookups: 'answers of providers that were asked',
  rejections: 'refused requests',
  listed: 'lines of uploaded lists',
  answers: 'stored answers of the API',
}

const ru: typeof en = {
  grants: 'адреса бонусов',
  suppressed: 'бонусы, которые больше не уйдут',
  calls: 'обращения к MOAB',
  events: 'события',
  bodies: 'тела запросов',
  contacts: 'адреса, известные из прежних событий',
  lookups: 'ответы провайдеров на вопросы',
  rejections: 'отклонённые запросы',
  listed: 'строки загруженных списков',
  answers: 'сохранённые ответы API',
}

export const erasedWords = { en, ru }
