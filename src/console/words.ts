// What the pages say, in every language; a sentence that is missing in one does not compile.
import { campaigns } from './words/campaigns.ts'
import { connect } from './words/connect.ts'
import { entry } from './words/entry.ts'
import { events } from './words/events.ts'
import { frame } from './words/frame.ts'
import { grants } from './words/grants.ts'
import { overview } from './words/overview.ts'
import { people } from './words/people.ts'
import { rules } from './words/rules.ts'
import { sources } from './words/sources.ts'

const en = {
  ...entry.en,
  ...frame.en,
  campaigns: campaigns.en,
  connect: connect.en,
  events: events.en,
  grants: grants.en,
  overview: overview.en,
  people: people.en,
  rules: rules.en,
  sources: sources.en,
}
export type Words = typeof en

const ru: Words = {
  ...entry.ru,
  ...frame.ru,
  campaigns: campaigns.ru,
  connect: connect.ru,
  events: events.ru,
  grants: grants.ru,
  overview: overview.ru,
  people: people.ru,
  rules: rules.ru,
  sources: sources.ru,
}

export const words = { en, ru }
