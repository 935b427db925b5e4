// Who looks at pages, whose they are, and what they may do there. Whoever is not signed in is asked to; a
// partner that is not theirs is not there, nor, but for operators, the installation; what their role does not
// allow says so.
import type { Context } from 'hono'
import { allScopes, roles, type Scope } from '../access/scopes.ts'
import type { SignedInPerson } from '../access/sessions.ts'
import { partnerNamed } from '../db/ledger/names.ts'
import { reading, type Owner } from '../db/ledger/reading.ts'
import type { Asker } from '../ledger/asking.ts'
import { installation } from './doors.ts'
import { forbidden, notThere } from './nowhere.tsx'
import type { ConsoleEnv, ConsoleParts } from './parts.ts'
import { languageOf, timeZoneOf, type Language } from './reader.ts'
import { keepWish, personAsking } from './session.ts'
import { words } from './words.ts'

export type Page = Context<ConsoleEnv>

export interface Standing {
  person: SignedInPerson
  /** Whose pages these are: a partner's, or (null) the whole installation's. */
  owner: Owner
  /** The partner's name, or what the installation is called. */
  name: string
  may(scope: Scope): boolean
  /** Masked, unless the page is asked to reveal and the reader may. */
  asker: Asker
  /** For the audit. */
  actor: string
  language: Language
  timeZone: string
  /** Where these pages begin. */
  base: string
}

/** At a partner's pages. */
export interface Visit extends Standing {
  partner: { id: string; name: string }
}

type Shows<At extends Standing> = (c: Page, at: At) => Response | Promise<Response>

/** A page of one partner, at /console/p/:partner/…, for whoever has all of these scopes. */
export const inside =
  (parts: ConsoleParts, needed: readonly Scope[], shows: Shows<Visit>) =>
  (c: Page): Promise<Response> =>
    enter(c, parts, needed, (person) => visitOf(c, parts, person), shows)

/** A page of the installation, at /console/installation/…, for operators. */
export const atInstallation =
  (parts: ConsoleParts, shows: Shows<Standing>) =>
  (c: Page): Promise<Response> =>
    enter(c, parts, [], (person) => Promise.resolve(operating(c, person)), shows)

/** Where the pages begin that a partner and the installation both have. */
export const places = ['/console/p/:partner', installation] as const

/** A page of either. */
export const inEither =
  (parts: ConsoleParts, needed: readonly Scope[], shows: Shows<Standing>) =>
  (c: Page): Promise<Response> =>
    c.req.param('partner') === undefined
      ? atInstallation(parts, shows)(c)
      : inside(parts, needed, shows)(c)

async function enter<At extends Standing>(
  c: Page,
  parts: ConsoleParts,
  needed: readonly Scope[],
  where: (person: SignedInPerson) => Promise<At | undefined>,
  shows: Shows<At>,
): Promise<Response> {
  const person = await personAsking(c, parts)
  if (person === undefined) {
    keepWish(c, parts)
    return c.redirect('/signin', 303)
  }
  const at = await where(person)
  if (at === undefined) return notThere(c)
  return needed.every((scope) => at.may(scope)) ? shows(c, at) : forbidden(c, at)
}

/** Undefined for whoever is no operator: to them it is not there. */
function operating(c: Page, person: SignedInPerson): Standing | undefined {
  if (!person.operator) return undefined
  const language = languageOf(c)
  const name = words[language].installation.name
  return standing(c, person, { owner: null, name, scopes: allScopes, base: installation })
}

interface At {
  owner: Owner
  name: string
  scopes: readonly Scope[]
  base: string
}

function standing(c: Page, person: SignedInPerson, { scopes, ...at }: At): Standing {
  const may = (scope: Scope) => scopes.includes(scope)
  const actor = `user:${person.userId}`
  const reveal = c.req.query('reveal') === 'true' && may('people:reveal')
  return {
    ...at,
    person,
    may,
    actor,
    asker: { owner: at.owner, actor, reveal },
    language: languageOf(c),
    timeZone: timeZoneOf(c),
  }
}

async function visitOf(
  c: Page,
  { ledger }: ConsoleParts,
  person: SignedInPerson,
): Promise<Visit | undefined> {
  const name = c.req.param('partner') ?? ''
  const own = person.memberships.find(({ partner }) => partner === name)
  const partner = own
    ? { id: own.partnerId, name }
    : person.operator
      ? await reading(ledger.orm, null, (tx) => partnerNamed(tx, name))
      : undefined
  if (partner === undefined) return undefined
  const scopes: readonly Scope[] =
    person.operator || own === undefined ? allScopes : roles[own.role].scopes
  const at = { owner: partner.id, name, scopes, base: baseOf(name) }
  return { ...standing(c, person, at), partner }
}

export const baseOf = (partner: string) => `/console/p/${encodeURIComponent(partner)}`
