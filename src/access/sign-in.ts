// Signing in with email and password, and a one-time code where the person uses them. Whoever guesses
// learns nothing: an unknown email, a wrong password and an account without one take as long and are
// answered alike; wrong tries cost more and more waiting, counted by all relays together.
import { z } from 'zod'
import { findUser, useTotpStep } from '../db/access/people.ts'
import type { Orm } from '../db/open.ts'
import { limits } from '../limits.ts'
import type { Vault } from '../vault.ts'
import { accountEmail } from './account.ts'
import { writeAudit } from './audit.ts'
import { nobodysHash } from './passwords.ts'
import { sealedStep } from './sealed-step.ts'
import { startSession, type From } from './sessions.ts'
import { totpPlace, totpStepOf } from './totp.ts'
import { checkPassword, countAll, triesOf, uncountAll } from './tries.ts'

export interface SignInDeps {
  orm: Orm
  vault: Vault
  /** Unix milliseconds. */
  now(): number
}

export interface SignInTry extends From {
  email: string
  password: string
}

export interface CodeTry extends From {
  /** From the first step. */
  step: string
  /** Of the authenticator app. */
  code: string
}

export type SignedIn =
  | { ok: true; session: string }
  | { ok: false; problem: 'refused' | 'over' }
  /** The password was right; `step` proves that to the second step, for a few minutes. */
  | { ok: false; problem: 'code_needed'; step: string }
  | { ok: false; problem: 'wait'; waitMs: number }

export async function signIn(deps: SignInDeps, given: SignInTry): Promise<SignedIn> {
  const email = accountEmail(given.email) ?? ''
  const keys = triesOf(email, given.ip)
  const waitMs = await countAll(deps.orm, keys)
  if (waitMs > 0) return { ok: false, problem: 'wait', waitMs }
  const user = await findUser(deps.orm, email)
  const isRight = await checkPassword(user?.passwordHash ?? nobodysHash(), given.password)
  if (isRight === 'full') return { ok: false, problem: 'wait', waitMs: busyWaitMs }
  if (user === undefined || user.passwordHash === null || !isRight) {
    if (user !== undefined) await noteRefusal(deps.orm, user.id, given, 'password')
    return { ok: false, problem: 'refused' }
  }
  // The try still counts until the code is right, too: else codes could be guessed without end.
  if (user.totpSealed !== null) return codeNeeded(deps, email)
  await uncountAll(deps.orm, keys)
  return { ok: true, session: await startSession(deps.orm, user.id, given, 'password') }
}

/** The second step, where the person uses one-time codes. */
export async function signInWithCode(deps: SignInDeps, given: CodeTry): Promise<SignedIn> {
  const email = await emailIn(deps, given.step)
  if (email === undefined) return { ok: false, problem: 'over' }
  const keys = triesOf(email, given.ip)
  const waitMs = await countAll(deps.orm, keys)
  if (waitMs > 0) return { ok: false, problem: 'wait', waitMs }
  const user = await findUser(deps.orm, email)
  // Turned off meanwhile, or gone: begin again.
  if (user === undefined || user.totpSealed === null) return { ok: false, problem: 'over' }
  const secret = await deps.vault.open(user.totpSealed, totpPlace(user.id))
  const step = totpStepOf(secret, given.code, deps.now())
  if (step === undefined || !(await useTotpStep(deps.orm, user.id, step))) {
    await noteRefusal(deps.orm, user.id, given, 'code')
    return { ok: false, problem: 'refused' }
  }
  await uncountAll(deps.orm, keys)
  return { ok: true, session: await startSession(deps.orm, user.id, given, 'password and code') }
}

/** Sealed, so that it proves that the password was right, and to nobody but us whose it was. */
async function codeNeeded({ vault, now }: SignInDeps, email: string): Promise<SignedIn> {
  const step = await steps.seal(vault, { email, until: now() + limits.signInStepMs })
  return { ok: false, problem: 'code_needed', step }
}

async function emailIn({ vault, now }: SignInDeps, step: string): Promise<string | undefined> {
  return (await steps.open(vault, step, now()))?.email
}

const steps = sealedStep('sign-in step', z.object({ email: z.string(), until: z.number() }))

const busyWaitMs = 2000

export function noteRefusal(
  orm: Pick<Orm, 'insert'>,
  userId: string,
  { ip }: From,
  wrong: string,
): Promise<void> {
  return writeAudit(orm, {
    partnerId: null,
    // Whoever it was, it was not proven to be that user.
    actor: 'sign-in form',
    action: 'signin.refused',
    subject: userId,
    detail: { wrong, ip: ip ?? '' },
  })
}
