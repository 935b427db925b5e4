// How a change asked for from outside is made: a piece of a config file is written of what is stored and
// what is given, under the lock of the configuration, and applied. Whoever asks may not see this machine:
// no reference to its files or environment is followed, and none is shown.
import { versionOf, type Versioned } from '../../db/ledger/versions.ts'
import { partnerNameOf, type Tx } from '../../db/partners.ts'
import type { Vault } from '../../vault.ts'
import { applyConfig, type Applied, type ApplyDeps, type ApplyResult } from '../apply.ts'
import {
  readPartner,
  type StoredCampaign,
  type StoredCredential,
  type StoredPartner,
  type StoredSource,
  type Value,
} from '../configuration.ts'

export interface Editing {
  partnerId: string
  /** For the audit. */
  actor: string
  /** Says what would change and changes nothing. */
  dryRun?: boolean
  /** The change is only made to what has one of these versions. */
  ifVersion?: readonly string[] | undefined
}

export interface Mistake {
  /** JSON Pointer into what was given. */
  pointer: string
  message: string
}

export type Edited =
  | Applied
  | { ok: false; mistakes: Mistake[] }
  | { ok: false; missing: true }
  /** Somebody else changed it meanwhile. */
  | { ok: false; stale: true }
  | { ok: false; conflict: string }

export type Fields = Readonly<Record<string, unknown>>

/** What is changed; null: it is made. */
export type Target = { kind: Versioned; id: string } | null

export interface Found extends StoredPartner {
  name: string
}

/** `at`: where in the document the given fields stand. */
export interface Piece {
  document: object
  at: string
}

/** Why there is nothing to apply. */
export class Refusal extends Error {
  readonly edited: Edited
  constructor(edited: Edited) {
    super('refused')
    this.edited = edited
  }
}

export const missing = () => new Refusal({ ok: false, missing: true })
export const mistaken = (pointer: string, message: string) =>
  new Refusal({ ok: false, mistakes: [{ pointer, message }] })
export const conflicting = (conflict: string) => new Refusal({ ok: false, conflict })

/** Names are how things are known to rules and past events: they stay. */
export function merged(item: Fields, fields: Fields, name: string): Fields {
  const all = Object.entries({ ...item, ...fields, name })
  return Object.fromEntries(all.filter(([, value]) => value !== null))
}

const lists = { campaign: 'campaigns', source: 'sources' } as const

export function live(found: Found, kind: 'campaign', id: string): StoredCampaign
export function live(found: Found, kind: 'source', id: string): StoredSource
export function live(found: Found, kind: keyof typeof lists, id: string) {
  const thing = found[lists[kind]].find((each) => each.id === id)
  if (thing !== undefined) return thing
  throw found.archived.some((each) => each.id === id) ? archivedAlready() : missing()
}

export const archivedAlready = () => conflicting('it is archived: restore it first')

/** `piece` makes the document of what is stored, or throws a Refusal. */
export async function edit(
  deps: ApplyDeps,
  editing: Editing,
  target: Target,
  piece: (found: Found, tx: Tx) => Piece | Promise<Piece>,
): Promise<Edited> {
  let at = ''
  const text = async (tx: Tx) => {
    const found = await partnerOf(tx, deps.vault, editing.partnerId)
    if (found === undefined) throw missing()
    await refuseStale(tx, editing, target)
    const made = await piece(found, tx)
    at = made.at
    return JSON.stringify(made.document)
  }
  return answered(
    () => applyConfig(deps, text, optionsOf(editing)),
    () => at,
  )
}

/** Compared when nobody else can change it any more: of two who saw the same, one is refused. */
export async function refuseStale(tx: Tx, { partnerId, ifVersion }: Editing, target: Target) {
  if (ifVersion === undefined || target === null) return
  const version = await versionOf(tx, target.kind, partnerId, target.id)
  if (!ifVersion.includes(version)) throw new Refusal({ ok: false, stale: true })
}

export const optionsOf = ({ partnerId, actor, dryRun = false }: Editing) => ({
  ...fromOutside,
  partnerId,
  actor,
  dryRun,
})

export async function answered(
  change: () => Promise<ApplyResult>,
  at: () => string = () => '',
): Promise<Edited> {
  try {
    const result = await change()
    if (result.ok) return result
    const mistakes = result.problems.map(({ path, message }) => ({
      pointer: pointerOf(path.startsWith(at()) ? path.slice(at().length) : path),
      message,
    }))
    return { ok: false, mistakes }
  } catch (error) {
    if (error instanceof Refusal) return error.edited
    throw error
  }
}

/** Stands for the file in the audit of a change that came by the API or the console. */
export const noFile = 'request'

const fromOutside = {
  file: noFile,
  env: {},
  readFile: () => Promise.reject(new Error('no file is read for a request')),
}

export async function partnerOf(
  tx: Tx,
  vault: Vault,
  partnerId: string,
): Promise<Found | undefined> {
  const name = await partnerNameOf(tx, partnerId)
  const stored = name === undefined ? undefined : await readPartner(tx, vault, name)
  return name === undefined || stored === undefined
    ? undefined
    : { name, ...withoutOrigins(stored) }
}

/** Stored values are kept as such, wherever they once came from. */
const withoutOrigins = (stored: StoredPartner): StoredPartner => ({
  ...stored,
  campaigns: stored.campaigns.map(plainCampaign),
  sources: stored.sources.map(plainSource),
})

const plain = (value: Value): Value => ({ ...value, origin: null })
const plainCampaign = (campaign: StoredCampaign): StoredCampaign => ({
  ...campaign,
  apiKey: campaign.apiKey && plain(campaign.apiKey),
})
const plainSource = (source: StoredSource): StoredSource => ({
  ...source,
  key: plain(source.key),
  credentials: source.credentials.map(plainCredential),
})
const plainCredential = (credential: StoredCredential): StoredCredential => ({
  ...credential,
  fields: new Map([...credential.fields].map(([field, value]) => [field, plain(value)])),
})

/** .rules[1].email[0] → /rules/1/email/0 */
const pointerOf = (path: string) =>
  path
    .replace(/^\.?(?=[^[.])/, '/')
    .replaceAll(/[.[]/g, '/')
    .replaceAll(']', '')
