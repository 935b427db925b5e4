// What all changes of the set-up have in common: they are asked for in the grammar of the config file, may
// be tried first, and may be bound to the version that somebody saw.
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { liveSources } from '../db/ledger/names.ts'
import { reading } from '../db/ledger/reading.ts'
import type { Versed } from '../ledger/listing.ts'
import { limits } from '../limits.ts'
import { isChange } from '../partners/changes.ts'
import { problemText } from '../partners/config/problem.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'
import type { ApplyDeps } from '../partners/apply.ts'
import type { Edited } from '../partners/editing.ts'
import type { Editing } from '../partners/editing/edit.ts'
import type { Vault } from '../vault.ts'
import { askerOf, needs } from './asking.ts'
import {
  actorOf,
  baseOf,
  noSuchPartner,
  partnerMeant,
  unfitBody,
  type ChangingParts,
} from './changing.ts'
import type { Asking } from './env.ts'
import { ifMatch, versionsMeant } from './etags.ts'
import * as parameters from './parameters.ts'
import { ifChanged, inConflict, problem, refusedOne, tooLarge } from './problems.ts'
import { Changes } from './setup-schemas.ts'
import { json } from './schemas.ts'

export interface SetupParts extends ChangingParts {
  vault: Vault
  outgoing: Outgoing
  now(): number
}

/** When somebody first changes something: reading YAML is much code, and a start does without. */
export const loaded = () => import('../partners/editing.ts')

const large = bodyLimit({
  maxSize: limits.configFileBytesMax,
  onError: (c) => problem(c, 'too_large'),
})

export const reads = {
  tags: ['Set-up'],
  security: [{ token: ['config:read'] }],
  middleware: [needs('config:read')],
}
export const writes = {
  tags: ['Set-up'],
  security: [{ token: ['config:write'] }],
  middleware: [needs('config:write'), large],
}

interface Asked {
  dry_run: boolean
}
export const dryRun = z.strictObject({
  dry_run: parameters.flag('Says what would change, and changes nothing.'),
})
export const one = { params: parameters.byId, query: parameters.nothing }
export const page = z.strictObject({
  ...parameters.page,
  partner: parameters.mentions.partner,
  archived: parameters.flag('Those that were archived.'),
})
export const ofPage = page.omit({ archived: true }).extend({ source: parameters.mentions.source })
/** Of one thing. */
export const change = { params: parameters.byId, query: dryRun, headers: ifMatch }
export const changed = {
  200: json(Changes, 'What changed'),
  ...refusedOne,
  ...inConflict,
  ...ifChanged,
  ...tooLarge,
}

export const asking = (c: Context<Asking>) => askerOf(c.get('holder'), false)

type Work = (
  editor: Awaited<ReturnType<typeof loaded>>,
  deps: ApplyDeps,
  editing: Editing,
) => Promise<Edited>

/** A new thing, for the partner that is meant. */
export async function makeOne(
  c: Context<Asking>,
  parts: SetupParts,
  partner: string | undefined,
  asked: Asked,
  work: Work,
) {
  const partnerId = await partnerMeant(c, parts.changes, partner)
  if (partnerId === undefined) return noSuchPartner(c)
  if (partnerId === null)
    return unfitBody(c, '/partner', 'is missing: this token sees several, say for which it is')
  return changeFor(c, parts, partnerId, asked, work)
}

/** A thing that is there; whose it is, is asked first. */
export async function changeOne(
  c: Context<Asking>,
  parts: SetupParts,
  found: Versed<{ partner: { id: string } }> | undefined,
  asked: Asked,
  work: Work,
) {
  if (found === undefined) return problem(c, 'not_found')
  return changeFor(c, parts, found.view.partner.id, asked, work)
}

export async function changeFor(
  c: Context<Asking>,
  parts: SetupParts,
  partnerId: string,
  { dry_run: isDryRun }: Asked,
  work: Work,
) {
  const { changes: orm, vault, outgoing, now } = parts
  const editing = { partnerId, actor: actorOf(c), dryRun: isDryRun, ifVersion: versionsMeant(c) }
  return edited(c, parts, await work(await loaded(), { orm, vault, outgoing, now }, editing))
}

/** By name or id, of the partner that is meant or the only one that has it; undefined: none, or several. */
export async function sourceMeant(
  c: Context<Asking>,
  { changes }: SetupParts,
  partner: string | undefined,
  named: string,
): Promise<{ partnerId: string; id: string } | undefined> {
  const owner = await partnerMeant(c, changes, partner)
  if (owner === undefined) return undefined
  const [only, ...others] = await reading(changes, owner, (tx) => liveSources(tx, owner, named))
  return others.length > 0 ? undefined : only
}

function edited(c: Context<Asking>, parts: SetupParts, result: Edited) {
  if (result.ok) {
    const changes = result.changes
      .filter(isChange)
      .map(({ action, kind, name, id, detail, path }) => ({
        action,
        kind,
        name,
        id: id ?? null,
        changed: detail ?? null,
        url: path === undefined ? null : baseOf(c, parts) + path,
      }))
    return c.json(
      { dry_run: result.dryRun, changes, warnings: result.warnings.map(problemText) },
      200,
    )
  }
  if ('missing' in result) return problem(c, 'not_found')
  if ('stale' in result) return problem(c, 'precondition_failed')
  if ('conflict' in result) return problem(c, 'conflict', { detail: result.conflict })
  const errors = result.mistakes.map(({ pointer, message }) => ({
    in: 'body' as const,
    pointer,
    detail: message,
  }))
  return problem(c, 'invalid_request', { errors })
}
