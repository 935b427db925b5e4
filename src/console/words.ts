// What the pages say, in every language; a sentence that is missing in one does not compile.
import { account } from './words/account.ts'
import { audit } from './words/audit.ts'
import { entry } from './words/entry.ts'
import { events } from './words/events.ts'
import { frame } from './words/frame.ts'
import { notices } from './words/notices.ts'
import { people } from './words/people.ts'
import { settings } from './words/settings.ts'
import { start } from './words/start.ts'

const en = {
  ...entry.en,
  ...frame.en,
  events: events.en,
  people: people.en,
  settings: settings.en,
  notices: notices.en,
  audit: audit.en,
  account: account.en,
  start: start.en,
}
export type Words = typeof en
const ru: Words = {
  ...entry.ru,
  ...frame.ru,
  events: events.ru,
  people: people.ru,
  settings: settings.ru,
  notices: notices.ru,
  audit: audit.ru,
  account: account.ru,
  start: start.ru,
}

export const words = { en, ru }
