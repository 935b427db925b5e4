// Changes of a partner's configuration asked for from outside, in the grammar of the config file: the
// same checks, the same plan, the same audit.
import { versionOf } from '../db/ledger/versions.ts'
import type { Tx } from '../db/partners.ts'
import { changing } from '../db/walls.ts'
import type { ApplyDeps } from './apply.ts'
import {
  edit,
  live,
  merged,
  mistaken,
  partnerOf,
  type Edited,
  type Editing,
  type Fields,
} from './editing/edit.ts'
import { campaignItem, partnerDocument, sourceItem } from './export.ts'
import { nameOfCampaign } from './editing/pieces.ts'

export type { Edited }
export { archiveThing, restoreThing } from './editing/archive.ts'
export { removeCredential, rotateCredential, writeCredential } from './editing/credentials.ts'
export { removeRule, writeRule } from './editing/rules.ts'

/** The whole of it, without secrets; undefined: there is no such partner. */
export async function readConfig(
  { orm, vault }: Pick<ApplyDeps, 'orm' | 'vault'>,
  partnerId: string,
): Promise<{ view: Record<string, unknown>; version: string } | undefined> {
  const snapshot = { isolationLevel: 'repeatable read', accessMode: 'read only' } as const
  const read = async (tx: Tx) => {
    const found = await partnerOf(tx, vault, partnerId)
    return (
      found && {
        view: partnerDocument(found.name, found, false),
        version: await versionOf(tx, 'partner', partnerId, partnerId),
      }
    )
  }
  return changing(orm, partnerId, read, snapshot)
}

/** Everything that the document lists; what it does not list stays, as with a config file. */
export function writeConfig(deps: ApplyDeps, editing: Editing, document: Fields): Promise<Edited> {
  const { partnerId } = editing
  return edit(deps, editing, { kind: 'partner', id: partnerId }, ({ name }) => ({
    document: { ...document, partner: name },
    at: '',
  }))
}

/** One campaign: a new one, or other values of the one with this id. `null` takes a value away. */
export function writeCampaign(
  deps: ApplyDeps,
  editing: Editing,
  id: string | null,
  fields: Fields,
): Promise<Edited> {
  const target = id === null ? null : ({ kind: 'campaign', id } as const)
  return edit(deps, editing, target, (found) => {
    const { name: partner, campaigns } = found
    const at = 'campaigns[0]'
    if (id === null) {
      refuseTaken(campaigns, fields, 'campaign')
      return { document: { partner, campaigns: [fields] }, at }
    }
    const before = live(found, 'campaign', id)
    const item = merged(campaignItem(before, false), fields, before.name)
    return { document: { partner, campaigns: [item] }, at }
  })
}

/** One source. Its rules and credentials are replaced where they are given, and stay where not. */
export function writeSource(
  deps: ApplyDeps,
  editing: Editing,
  id: string | null,
  fields: Fields,
): Promise<Edited> {
  const target = id === null ? null : ({ kind: 'source', id } as const)
  return edit(deps, editing, target, (found) => {
    const { name: partner, sources } = found
    const at = 'sources[0]'
    if (id === null) {
      refuseTaken(sources, fields, 'source')
      return { document: { partner, sources: [fields] }, at }
    }
    const before = live(found, 'source', id)
    const {
      credentials: _credentials,
      rules: _rules,
      ...item
    } = sourceItem(before, nameOfCampaign(found), false)
    return { document: { partner, sources: [merged(item, fields, before.name)] }, at }
  })
}

/** In a file a name that is there means that one; here something new was asked for. */
function refuseTaken(there: readonly { name: string }[], { name }: Fields, what: string): void {
  const wanted = typeof name === 'string' ? name.trim() : undefined
  if (there.some((each) => each.name === wanted))
    throw mistaken('/name', `there is already a ${what} with this name: names are unique`)
}
