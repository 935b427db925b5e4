// Passkeys of whoever is signed in: added once the password was given, on whichever device they are; listed;
// removed. The relay keeps the public half, which opens nothing.
import { z } from 'zod'
import { lockUser } from '../db/access/people.ts'
import { deletePasskey, insertPasskey, listPasskeys, takeChallenge } from '../db/access/passkeys.ts'
import { isSignedIn } from '../db/access/sessions.ts'
import { isUuid, uuidv7 } from '../ids.ts'
import { limits } from '../limits.ts'
import type { Orm } from '../db/open.ts'
import type { Vault } from '../vault.ts'
import { sealedStep } from './sealed-step.ts'
import { noteOwn, unconfirmedBy, type SignedInPerson, type Unconfirmed } from './sessions.ts'
import { newKeyOptions, readNewKey, type Site } from './webauthn.ts'

export interface PasskeyDeps {
  orm: Orm
  vault: Vault
  /** Unix milliseconds. */
  now(): number
}

export const passkeysOf = (orm: Orm, { userId }: SignedInPerson) => listPasskeys(orm, userId)

type Options = Awaited<ReturnType<typeof newKeyOptions>>
export type AddingBegun =
  /** `step`: what the browser must bring back, readable to us alone. */
  | { ok: true; options: Options; step: string }
  | { ok: false; problem: 'name' | 'many' }
  | Unconfirmed

/** Needs the password, where there is one: an open session alone must not make a way in of its own. */
export async function beginAdding(
  { orm, vault, now }: PasskeyDeps,
  person: SignedInPerson,
  site: Site,
  given: { name: string; current: string },
): Promise<AddingBegun> {
  const name = given.name.trim()
  if (!isName(name)) return { ok: false, problem: 'name' }
  const unconfirmed = await unconfirmedBy(orm, person, given.current)
  if (unconfirmed) return unconfirmed
  const known = await listPasskeys(orm, person.userId)
  if (known.length >= limits.passkeysPerUserMax) return { ok: false, problem: 'many' }
  const ids = known.filter(({ rpId }) => rpId === site.rpId).map((each) => each.credentialId)
  const options = await newKeyOptions(site, person, ids)
  const { userId, sessionId } = person
  const { challenge } = options
  const until = now() + limits.passkeyStepMs
  const step = await steps.seal(vault, { userId, sessionId, name, challenge, until })
  return { ok: true, options, step }
}

const isName = (name: string) =>
  name !== '' && name.length <= limits.nameCharsMax && name.isWellFormed() && !/\p{Cc}/u.test(name)

const steps = sealedStep(
  'passkey to add',
  z.strictObject({
    userId: z.string(),
    sessionId: z.string(),
    name: z.string(),
    challenge: z.string(),
    until: z.number(),
  }),
)

export interface Answered {
  step: string
  /** As the browser wrote it. */
  answer: string
}

export type Added =
  | { ok: true }
  /** `known`: this device's key is somebody's already. */
  | { ok: false; problem: 'over' | 'unfit' | 'known' | 'many' }

export async function finishAdding(
  { orm, vault, now }: PasskeyDeps,
  person: SignedInPerson,
  site: Site,
  { step: sealed, answer }: Answered,
): Promise<Added> {
  const step = await steps.open(vault, sealed, now())
  const isTheirs = step?.userId === person.userId && step.sessionId === person.sessionId
  if (!isTheirs || !(await takeChallenge(orm, Buffer.from(step.challenge, 'base64url'))))
    return { ok: false, problem: 'over' }
  const key = await readNewKey(answer, site, step.challenge)
  if (key === undefined) return { ok: false, problem: 'unfit' }
  return orm.transaction(async (tx) => {
    const { userId, sessionId } = person
    // A link for a new password ends sessions and passkeys: what it has ended adds none any more.
    await lockUser(tx, userId)
    if (!(await isSignedIn(tx, sessionId))) return { ok: false, problem: 'over' } as const
    const { length } = await listPasskeys(tx, userId)
    if (length >= limits.passkeysPerUserMax) return { ok: false, problem: 'many' } as const
    const id = uuidv7()
    const { rpId } = site
    if (!(await insertPasskey(tx, { id, userId, rpId, name: step.name, ...key })))
      return { ok: false, problem: 'known' } as const
    await noteOwn(tx, person, 'passkey.added', { passkey: id, name: step.name })
    return { ok: true } as const
  })
}

/** One of one's own; false when it is none. */
export async function removePasskey(
  orm: Orm,
  person: SignedInPerson,
  id: string,
): Promise<boolean> {
  if (!isUuid(id)) return false
  return orm.transaction(async (tx) => {
    const name = await deletePasskey(tx, person.userId, id)
    if (name === undefined) return false
    await noteOwn(tx, person, 'passkey.removed', { passkey: id, name })
    return true
  })
}
