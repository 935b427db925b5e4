// Signing in with a passkey: in the place of password and code, for the device has seen its owner. Whoever
// tries learns nothing: a key that is unknown, somebody else's, forged or copied is answered alike, and
// costs more and more waiting.
import { z } from 'zod'
import { lockUser } from '../db/access/people.ts'
import { findPasskey, takeChallenge, usePasskey } from '../db/access/passkeys.ts'
import { limits } from '../limits.ts'
import type { Answered, PasskeyDeps } from './passkeys.ts'
import { sealedStep } from './sealed-step.ts'
import { startSession, type From } from './sessions.ts'
import { noteRefusal } from './sign-in.ts'
import { countAll, triesWithKey, uncountAll } from './tries.ts'
import {
  answerOptions,
  counterOf,
  isHandleOf,
  readAnswer,
  type Answer,
  type Site,
} from './webauthn.ts'

export async function beginPasskey({ vault, now }: PasskeyDeps, site: Site) {
  const options = await answerOptions(site)
  const until = now() + limits.passkeyStepMs
  return { options, step: await steps.seal(vault, { challenge: options.challenge, until }) }
}

const steps = sealedStep(
  'passkey sign-in',
  z.strictObject({ challenge: z.string(), until: z.number() }),
)

export type PasskeySignedIn =
  | { ok: true; session: string }
  | { ok: false; problem: 'unknown' }
  | { ok: false; problem: 'over' }
  | { ok: false; problem: 'wait'; waitMs: number }

export async function signInWithPasskey(
  deps: PasskeyDeps,
  site: Site,
  given: Answered & From,
): Promise<PasskeySignedIn> {
  const { orm, vault, now } = deps
  const step = await steps.open(vault, given.step, now())
  if (step === undefined) return { ok: false, problem: 'over' }
  const answer = readAnswer(given.answer)
  const keys = triesWithKey(answer?.id ?? '', given.ip)
  const waitMs = await countAll(orm, keys)
  if (waitMs > 0) return { ok: false, problem: 'wait', waitMs }
  if (!(await takeChallenge(orm, Buffer.from(step.challenge, 'base64url'))))
    return { ok: false, problem: 'over' }
  const session = answer && (await sessionFor(deps, site, { ...given, ...step, answer }))
  if (session === undefined) return { ok: false, problem: 'unknown' }
  await uncountAll(orm, keys)
  return { ok: true, session }
}

type Proof = { answer: Answer; challenge: string } & From

/** Nothing for an answer that proves nobody. */
async function sessionFor(
  { orm }: PasskeyDeps,
  site: Site,
  { answer, challenge, ...from }: Proof,
): Promise<string | undefined> {
  const passkey = await findPasskey(orm, Buffer.from(answer.id, 'base64url'))
  if (passkey === undefined) return undefined
  const { id, userId, publicKey } = passkey
  const counter = await counterOf(answer, publicKey, site, challenge)
  const isTheirs = isHandleOf(userId, answer.response.userHandle) && passkey.rpId === site.rpId
  if (counter === undefined || !isTheirs) {
    await noteRefusal(orm, userId, from, 'passkey')
    return undefined
  }
  return orm.transaction(async (tx) => {
    // Whoever ends all ways in waits for this, or this for them: no session comes of a key that is gone.
    await lockUser(tx, userId)
    if (await usePasskey(tx, id, counter)) return startSession(tx, userId, from, 'passkey')
    await noteRefusal(tx, userId, from, 'passkey counter')
    return undefined
  })
}
