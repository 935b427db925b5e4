// The source that a page is about, as its reader may see it.
import { isUuid } from '../../../ids.ts'
import { readSource } from '../../../ledger/setup.ts'
import { isProviderId, providers } from '../../../providers/index.ts'
import type { Provider } from '../../../providers/provider.ts'
import type { Scope } from '../../../access/scopes.ts'
import { notThere } from '../../nowhere.tsx'
import type { ConsoleParts } from '../../parts.ts'
import { inside, type Page, type Visit } from '../../visit.ts'
import type { Source } from './sources.tsx'

export type ShowsSource = (
  c: Page,
  visit: Visit,
  source: Source,
  provider: Provider,
) => Response | Promise<Response>

/** At …/sources/:id/…, for whoever has the scope. */
export const aboutSource = (parts: ConsoleParts, scope: Scope, shows: ShowsSource) =>
  inside(parts, [scope], async (c, visit) => {
    const id = c.req.param('id') ?? ''
    const found = isUuid(id) ? await readSource(parts.ledger, visit.asker, id) : undefined
    if (found === undefined || !isProviderId(found.view.provider)) return notThere(c)
    return shows(c, visit, found.view, providers[found.view.provider])
  })

/** Where the relay is reached from outside. */
export const outside = (c: Page, { publicUrl }: ConsoleParts) =>
  publicUrl ?? new URL(c.req.url).origin

export const needsCredential = ({ credentials }: Source, provider: Provider) =>
  provider.credentials.length > 0 && !credentials.some(({ state }) => state !== 'ended')
