// A channel as it is stored, with its settings unsealed.
import { parseRanges } from '../schemes/ip.ts'
import { VaultError, type Vault } from '../vault.ts'
import { readChannel, type Channel, type ChannelKind } from './channels.ts'

export const channelPlace = (id: string): string => `notice_channels.sealed:${id}`

interface Stored {
  id: string
  kind: ChannelKind
  sealed: string
}

/** The settings as they were entered; undefined: they do not open. */
export async function openSettings(
  vault: Vault,
  { id, sealed }: Omit<Stored, 'kind'>,
): Promise<Record<string, unknown> | undefined> {
  try {
    return JSON.parse(await vault.open(sealed, channelPlace(id)))
  } catch (error) {
    if (error instanceof VaultError) return undefined
    throw error
  }
}

/** Whether it may be reached is judged when it is. */
const anywhere = parseRanges('0.0.0.0/0 ::/0') ?? []

/** Undefined: it cannot be used, and must be entered again. */
export async function openChannel(vault: Vault, stored: Stored): Promise<Channel | undefined> {
  const settings = await openSettings(vault, stored)
  const read = settings && readChannel(stored.kind, settings, anywhere)
  return read?.ok === true ? read.channel : undefined
}
