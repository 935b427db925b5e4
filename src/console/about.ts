// Pages about one thing of a partner, by the id in their path. What is no id, or not there for whoever
// asks, is not there.
import type { Scope } from '../access/scopes.ts'
import { isUuid } from '../ids.ts'
import { readSource } from '../ledger/setup.ts'
import { isProviderId, providers } from '../providers/index.ts'
import type { Provider } from '../providers/provider.ts'
import { notThere } from './nowhere.tsx'
import type { ConsoleParts } from './parts.ts'
import type { Source } from './ui/standing.tsx'
import { inside, type Page, type Visit } from './visit.ts'

export type Answer = Response | Promise<Response>
export type ShowsOne<One> = (c: Page, visit: Visit, one: One) => Answer

/** At …/:id…, for whoever has all of these scopes. */
export const about = <One>(
  parts: ConsoleParts,
  needed: readonly Scope[],
  find: (visit: Visit, id: string) => Promise<One | undefined>,
  shows: ShowsOne<One>,
) =>
  inside(parts, needed, async (c, visit) => {
    const id = c.req.param('id') ?? ''
    const found = isUuid(id) ? await find(visit, id) : undefined
    return found === undefined ? notThere(c) : shows(c, visit, found)
  })

export type ShowsSource = (c: Page, visit: Visit, source: Source, provider: Provider) => Answer

/** At …/sources/:id… */
export const aboutSource = (parts: ConsoleParts, scope: Scope, shows: ShowsSource) =>
  about(
    parts,
    [scope],
    async ({ asker }, id) => (await readSource(parts.ledger, asker, id))?.view,
    (c, visit, source) =>
      isProviderId(source.provider)
        ? shows(c, visit, source, providers[source.provider])
        : notThere(c),
  )
