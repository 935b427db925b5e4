// Who looks at a partner's pages, and what they may do there. Whoever is not signed in is asked to; a
// partner that is not theirs is not there; what their role does not allow says so.
import type { Context } from 'hono'
import { allScopes, roles, type Scope } from '../access/scopes.ts'
import type { SignedInPerson } from '../access/sessions.ts'
import { partnerNamed } from '../db/ledger/names.ts'
import { reading } from '../db/ledger/reading.ts'
import type { Asker } from '../ledger/asking.ts'
import { forbidden, notThere } from './nowhere.tsx'
import type { ConsoleEnv, ConsoleParts } from './parts.ts'
import { languageOf, timeZoneOf, type Language } from './reader.ts'
import { keepWish, personAsking } from './session.ts'

export type Page = Context<ConsoleEnv>

export interface Visit {
  person: SignedInPerson
  partner: { id: string; name: string }
  may(scope: Scope): boolean
  /** Masked, unless the page is asked to reveal and the reader may. */
  asker: Asker
  /** For the audit. */
  actor: string
  language: Language
  timeZone: string
  /** Where this partner's pages begin. */
  base: string
}

export type Shows = (c: Page, visit: Visit) => Response | Promise<Response>

/** A page of one partner, at /console/p/:partner/…, for whoever has all of these scopes. */
export const inside =
  (parts: ConsoleParts, needed: readonly Scope[], shows: Shows) =>
  async (c: Page): Promise<Response> => {
    const person = await personAsking(c, parts)
    if (person === undefined) {
      keepWish(c, parts)
      return c.redirect('/signin', 303)
    }
    const visit = await visitOf(c, parts, person)
    if (visit === undefined) return notThere(c)
    return needed.every((scope) => visit.may(scope)) ? shows(c, visit) : forbidden(c, visit)
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
  const may = (scope: Scope) => scopes.includes(scope)
  const actor = `user:${person.userId}`
  const reveal = c.req.query('reveal') === 'true' && may('people:reveal')
  return {
    person,
    partner,
    may,
    actor,
    asker: { owner: partner.id, actor, reveal },
    language: languageOf(c),
    timeZone: timeZoneOf(c),
    base: baseOf(name),
  }
}

export const baseOf = (partner: string) => `/console/p/${encodeURIComponent(partner)}`
