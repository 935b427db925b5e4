// Signing in with email and password, and a one-time code where the person uses them. Whoever guesses
// learns nothing: an unknown email, a wrong password and an account without one take as long and are
// answered alike; wrong tries cost more and more waiting, counted by all relays together.
import { createHash } from 'node:crypto'
import { countTry, uncountTry } from '../db/access/throttles.ts'
import { findUser, useTotpStep } from '../db/access/people.ts'
import type { Orm } from '../db/open.ts'
import { limits } from '../limits.ts'
import type { Vault } from '../vault.ts'
import { accountEmail } from './account.ts'
import { writeAudit } from './audit.ts'
import { Gate } from './gate.ts'
import { hashPassword, verifyPassword } from './passwords.ts'
import { startSession, type From } from './sessions.ts'
import { totpPlace, totpStepOf } from './totp.ts'

export interface SignInDeps {
  orm: Orm
  vault: Vault
  /** Unix milliseconds. */
  now(): number
}

export interface SignInTry extends From {
  email: string
  password: string
  /** Of the authenticator app; empty at the first try. */
  code: string
}

export type SignedIn =
  | { ok: true; session: string }
  | { ok: false; problem: 'refused' | 'code_needed' | 'code_refused' }
  | { ok: false; problem: 'wait'; waitMs: number }

export async function signIn(deps: SignInDeps, given: SignInTry): Promise<SignedIn> {
  const email = accountEmail(given.email) ?? ''
  const keys = keysOf(email, given.ip)
  const waitMs = await countAll(deps.orm, keys)
  if (waitMs > 0) return { ok: false, problem: 'wait', waitMs }
  const user = await findUser(deps.orm, email)
  const checked = await checks.run(async () =>
    verifyPassword(user?.passwordHash ?? (await nobodysHash), given.password),
  )
  if (checked === 'full') return { ok: false, problem: 'wait', waitMs: busyWaitMs }
  if (user === undefined || user.passwordHash === null || !checked) {
    if (user !== undefined) await noteRefusal(deps.orm, user.id, given, 'password')
    return { ok: false, problem: 'refused' }
  }
  if (user.totpSealed !== null) {
    // Asked for only now, and the try still counts: else codes could be guessed without end.
    if (given.code === '') return { ok: false, problem: 'code_needed' }
    const secret = await deps.vault.open(user.totpSealed, totpPlace(user.id))
    const step = totpStepOf(secret, given.code, deps.now())
    if (step === undefined || !(await useTotpStep(deps.orm, user.id, step))) {
      await noteRefusal(deps.orm, user.id, given, 'code')
      return { ok: false, problem: 'code_refused' }
    }
  }
  for (const { key, forget } of keys) await uncountTry(deps.orm, key, forget)
  return { ok: true, session: await startSession(deps.orm, user.id, given, 'password') }
}

/** Checked in place of the hash of somebody who is not there. */
const nobodysHash = hashPassword('nobody has this password')
const checks = new Gate(limits.passwordChecksMax, limits.passwordChecksWaitingMax)
const busyWaitMs = 2000

interface Throttled {
  key: Buffer
  freeTries: number
  /** Signing in proves that the email's owner is there; of the network it proves nothing. */
  forget: boolean
}

function keysOf(email: string, ip: string | null): Throttled[] {
  const { email: freeOfEmail, network: freeOfNetwork } = limits.signInFreeTries
  const key = (text: string) => createHash('sha256').update(text).digest()
  return [
    { key: key(`email ${email}`), freeTries: freeOfEmail, forget: true },
    ...(ip === null
      ? []
      : [{ key: key(`network ${networkOf(ip)}`), freeTries: freeOfNetwork, forget: false }]),
  ]
}

/** Of IPv6 the first half: the rest is anybody's to choose. */
function networkOf(ip: string): string {
  return ip.includes(':') ? ip.split(':').slice(0, 4).join(':') : ip
}

async function countAll(orm: Orm, keys: readonly Throttled[]): Promise<number> {
  for (const { key, freeTries } of keys) {
    const waitMs = await countTry(orm, key, freeTries)
    if (waitMs > 0) return waitMs
  }
  return 0
}

function noteRefusal(orm: Orm, userId: string, { ip }: From, wrong: string): Promise<void> {
  return writeAudit(orm, {
    partnerId: null,
    actor: `user:${userId}`,
    action: 'signin.refused',
    subject: userId,
    detail: { wrong, ip: ip ?? '' },
  })
}
