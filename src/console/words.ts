// What the pages say, in every language; a sentence that is missing in one does not compile.
import { account } from './words/account.ts'
import { audit } from './words/audit.ts'
import { campaigns } from './words/campaigns.ts'
import { connect } from './words/connect.ts'
import { entry } from './words/entry.ts'
import { events } from './words/events.ts'
import { frame } from './words/frame.ts'
import { grants } from './words/grants.ts'
import { installation } from './words/installation.ts'
import { overview } from './words/overview.ts'
import { notices } from './words/notices.ts'
import { passkeys } from './words/passkeys.ts'
import { people } from './words/people.ts'
import { privacy } from './words/privacy.ts'
import { rules } from './words/rules.ts'
import { settings } from './words/settings.ts'
import { sources } from './words/sources.ts'
import { start } from './words/start.ts'

const en = {
  ...entry.en,
  ...frame.en,
  account: account.en,
  audit: audit.en,
  campaigns: campaigns.en,
  connect: connect.en,
  events: events.en,
  grants: grants.en,
  installation: installation.en,
  overview: overview.en,
  notices: notices.en,
  passkeys: passkeys.en,
  people: people.en,
  privacy: privacy.en,
  rules: rules.en,
  settings: settings.en,
  sources: sources.en,
  start: start.en,
}
export type Words = typeof en

const ru: Words = {
  ...entry.ru,
  ...frame.ru,
  account: account.ru,
  audit: audit.ru,
  campaigns: campaigns.ru,
  connect: connect.ru,
  events: events.ru,
  grants: grants.ru,
  installation: installation.ru,
  overview: overview.ru,
  notices: notices.ru,
  passkeys: passkeys.ru,
  people: people.ru,
  privacy: privacy.ru,
  rules: rules.ru,
  settings: settings.ru,
  sources: sources.ru,
  start: start.ru,
}

export const words = { en, ru }
