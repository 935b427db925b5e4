// Guesses of passwords and codes, counted by all relays together: wrong ones cost more and more waiting.
// Each check of a password costs memory and time, so few are made at once.
import { createHash } from 'node:crypto'
import { countTry, uncountTry } from '../db/access/throttles.ts'
import type { Orm } from '../db/open.ts'
import { limits } from '../limits.ts'
import { parseAddress } from '../schemes/ip.ts'
import { Gate } from './gate.ts'
import { verifyPassword } from './passwords.ts'

export interface Tries {
  key: Buffer
  freeTries: number
  /** Signing in proves that the email's owner is there; of the network it proves nothing. */
  forget: boolean
}

/** The network comes first: one that has to wait cannot make others wait by trying their emails. */
export const triesOf = (email: string, ip: string | null): Tries[] => triesAt(`email ${email}`, ip)

/** With a passkey, by what its device calls it: nobody has said whose it is. */
export const triesWithKey = (credentialId: string, ip: string | null): Tries[] =>
  triesAt(`passkey ${credentialId}`, ip)

function triesAt(door: string, ip: string | null): Tries[] {
  const { email: freeOfDoor, network: freeOfNetwork } = limits.signInFreeTries
  const ofDoor = { key: keyOf(door), freeTries: freeOfDoor, forget: true }
  if (ip === null) return [ofDoor]
  const key = keyOf(`network ${networkOf(ip)}`)
  return [{ key, freeTries: freeOfNetwork, forget: false }, ofDoor]
}

const keyOf = (text: string) => createHash('sha256').update(text).digest()

/** Of IPv6 the first half: the rest is anybody's to choose. */
function networkOf(ip: string): string {
  const address = parseAddress(ip)
  return address?.bits === 128 ? `${(address.value >> 64n).toString(16)}::/64` : ip
}

/** Milliseconds to wait before a try may be made; then it does not count. */
export async function countAll(orm: Orm, tries: readonly Tries[]): Promise<number> {
  for (const { key, freeTries } of tries) {
    const waitMs = await countTry(orm, key, freeTries)
    if (waitMs > 0) return waitMs
  }
  return 0
}

export async function uncountAll(orm: Orm, tries: readonly Tries[]): Promise<void> {
  for (const { key, forget } of tries) await uncountTry(orm, key, forget)
}

/** Whoever sets a new password need not wait for the tries with the old one. */
export const forgetTries = (orm: Orm, email: string): Promise<void> =>
  uncountTry(orm, keyOf(`email ${email}`), true)

const checks = new Gate(limits.passwordChecksMax, limits.passwordChecksWaitingMax)

/** `full`: too many are being checked. */
export const checkPassword = (hash: string, password: string): Promise<boolean | 'full'> =>
  checks.run(() => verifyPassword(hash, password))

/** Of somebody who is signed in: guessed no faster than at the door. */
export async function confirmPassword(
  orm: Orm,
  email: string,
  hash: string,
  password: string,
): Promise<'right' | 'wrong' | 'wait'> {
  const tries = triesOf(email, null)
  if ((await countAll(orm, tries)) > 0) return 'wait'
  const isRight = await checkPassword(hash, password)
  if (isRight === 'full') return 'wait'
  if (!isRight) return 'wrong'
  await uncountAll(orm, tries)
  return 'right'
}
