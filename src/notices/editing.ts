// Channels made, changed, removed and tested, with their audit entries. Settings are sealed and never
// shown again; a secret never follows its channel to another place unless it is given again.
import { writeAudit } from '../access/audit.ts'
import {
  countChannels,
  deleteChannel,
  insertChannel,
  insertTest,
  isNameTaken,
  lockChannel,
  partnerNameOfChannel,
  settleTest,
  updateChannel,
  type ChannelRow,
} from '../db/notices/channels.ts'
import type { Orm } from '../db/open.ts'
import { changing } from '../db/walls.ts'
import { uuidv7 } from '../ids.ts'
import { limits } from '../limits.ts'
import type { Language } from '../rules/trace.ts'
import type { Vault } from '../vault.ts'
import {
  readChannel,
  secretsOf,
  shownOf,
  withDefaults,
  type Channel,
  type ChannelKind,
  type Fields,
} from './channels.ts'
import type { Conflict } from './conflicts.ts'
import { channelPlace, openChannel, openSettings } from './opening.ts'
import type { Sent } from './outcomes.ts'
import { failed } from './post.ts'
import type { SenderOptions } from './send.ts'

export interface EditingParts extends SenderOptions {
  orm: Orm
  vault: Vault
}

export interface Values {
  name: string
  language: Language
  /** null: all kinds. */
  alarms: string[] | null
  enabled: boolean
}

/** Absent is as it was. */
export type ChangedValues = { [Name in keyof Values]?: Values[Name] | undefined } & {
  settings?: Fields | undefined
}

export interface Mistake {
  pointer: string
  message: string
}

type Mistaken = { ok: false; mistakes: Mistake[] }
type Refused = Mistaken | { ok: false; conflict: Conflict } | { ok: false; missing: true }
const missing = { ok: false, missing: true } as const
const taken = { ok: false, conflict: 'name_taken' } as const

/** Whose channels may be touched, and who does it. */
export interface Editor {
  owner: string | null
  actor: string
}

/** `secret`: what a webhook will be signed with, where it was made here; it is shown only now. */
export type Made = { ok: true; id: string; secret: string | null } | Refused

export async function makeChannel(
  { orm, vault, allowed }: EditingParts,
  { actor, partnerId }: { actor: string; partnerId: string | null },
  kind: ChannelKind,
  values: Values,
  given: Fields,
): Promise<Made> {
  const read = readSettings(kind, withDefaults(kind, given), allowed)
  if (!read.ok) return read
  const id = uuidv7()
  const sealed = await sealedSettings(vault, id, read.channel)
  return changing(orm, partnerId, async (tx) => {
    if ((await countChannels(tx, partnerId)) >= limits.noticeChannelsPerPartnerMax)
      return { ok: false, conflict: 'too_many' } as const
    if (!(await insertChannel(tx, partnerId, id, { ...values, kind, ...sealed }))) return taken
    const detail = { name: values.name, kind, ...placeIn(read.channel) }
    await writeAudit(tx, { partnerId, actor, action: 'channel.created', subject: id, detail })
    return { ok: true, id, secret: madeHere(read.channel, given) } as const
  })
}

const madeHere = (channel: Channel, given: Fields): string | null =>
  channel.kind === 'webhook' && given['secret'] === undefined ? channel.settings.secret : null

/** What is given is changed; of the settings too, where null takes one away. */
export async function changeChannel(
  { orm, vault, allowed }: EditingParts,
  { owner, actor }: Editor,
  id: string,
  { settings: given, ...values }: ChangedValues,
): Promise<{ ok: true } | Refused> {
  try {
    return await changing(orm, owner, async (tx) => {
      const before = await lockChannel(tx, owner, id)
      if (before === undefined) return missing
      const read = given && (await readChanged(vault, before, given, allowed))
      if (read?.ok === false) return read
      const sealed = read && (await sealedSettings(vault, id, read.channel))
      const changed = { ...values, ...sealed }
      if (Object.keys(changed).length === 0) return { ok: true } as const
      await updateChannel(tx, before, changed)
      const { ownerId: partnerId } = before
      const names = [...Object.keys(values), ...Object.keys(given ?? {})]
      const detail = { changed: names.join(' '), ...(read && placeIn(read.channel)) }
      await writeAudit(tx, { partnerId, actor, action: 'channel.changed', subject: id, detail })
      return { ok: true } as const
    })
  } catch (error) {
    if (isNameTaken(error)) return taken
    throw error
  }
}

/** False: there is none. */
export async function removeChannel(
  orm: Orm,
  { owner, actor }: Editor,
  id: string,
): Promise<boolean> {
  return changing(orm, owner, async (tx) => {
    const before = await lockChannel(tx, owner, id)
    if (before === undefined) return false
    await deleteChannel(tx, before)
    const { ownerId: partnerId, name, kind } = before
    const detail = { name, kind }
    await writeAudit(tx, { partnerId, actor, action: 'channel.removed', subject: id, detail })
    return true
  })
}

export type Tested = { ok: true; id: string; ms: number; sent: Sent } | Refused

/** Sends a real notice, now, and tells what came of it. It is in the audit before it leaves. */
export async function testChannel(
  parts: EditingParts,
  { owner, actor }: Editor,
  id: string,
): Promise<Tested> {
  const { orm } = parts
  const begun = await changing(orm, owner, async (tx) => {
    const channel = await lockChannel(tx, owner, id)
    if (channel === undefined) return missing
    const testId = await insertTest(tx, channel)
    if (testId === undefined) return { ok: false, conflict: 'tested_enough' } as const
    const { ownerId: partnerId } = channel
    await writeAudit(tx, { partnerId, actor, action: 'channel.tested', subject: id })
    return { ok: true, channel, testId, partner: await partnerNameOfChannel(tx, channel) } as const
  })
  if (!begun.ok) return begun
  const { channel, testId, partner } = begun
  const started = performance.now()
  const sent = await sendTest(parts, channel, testId, partner)
  await settleTest(orm, channel, testId, sent)
  return { ok: true, id: testId, ms: Math.round(performance.now() - started), sent }
}

async function sendTest(
  parts: EditingParts,
  row: ChannelRow,
  id: string,
  partner: string | null,
): Promise<Sent> {
  const channel = await openChannel(parts.vault, row)
  if (channel === undefined) return failed('secret_unusable')
  const { createSender } = await import('./send.ts')
  const notice = { id, test: true, partner, items: [], more: 0, leftOut: 0 }
  return createSender(parts)(channel, notice, row.language)
}

async function readChanged(
  vault: Vault,
  { id, kind, sealed }: ChannelRow,
  given: Fields,
  allowed: SenderOptions['allowed'],
): Promise<{ ok: true; channel: Channel } | Mistaken> {
  const stored = (await openSettings(vault, { id, sealed })) ?? {}
  const merged = Object.entries({ ...stored, ...given }).filter(([, value]) => value !== null)
  const read = readSettings(kind, Object.fromEntries(merged), allowed)
  if (!read.ok) return read
  const { leads, secret } = secretsOf[kind]
  const settings = new Map<string, unknown>(Object.entries(read.channel.settings))
  const leadsElsewhere = leads.some((name) => settings.get(name) !== stored[name])
  if (leadsElsewhere && secret !== null && secret in stored && !(secret in given)) {
    const message = 'must be given again, as it would be sent to another place'
    return { ok: false, mistakes: [{ pointer: `/settings/${secret}`, message }] }
  }
  return read
}

function readSettings(
  kind: ChannelKind,
  fields: Fields,
  allowed: SenderOptions['allowed'],
): { ok: true; channel: Channel } | Mistaken {
  const read = readChannel(kind, fields, allowed)
  if (read.ok) return read
  const mistakes = read.mistakes.map(({ path, message }) => ({
    pointer: path.map((key) => `/${String(key)}`).join(''),
    message,
  }))
  return { ok: false, mistakes }
}

async function sealedSettings(vault: Vault, id: string, channel: Channel) {
  const sealed = await vault.seal(JSON.stringify(channel.settings), channelPlace(id))
  return { sealed, shown: shownOf(channel) }
}

/** For the audit, in which no email stands. */
function placeIn(channel: Channel): { place: string } {
  switch (channel.kind) {
    case 'webhook':
    case 'slack':
      return { place: new URL(channel.settings.url).origin }
    case 'telegram':
      return { place: `chat ${channel.settings.chat_id}` }
    case 'email':
      return { place: `${channel.settings.host}:${channel.settings.port}` }
  }
}
