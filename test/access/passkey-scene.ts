// People with passkeys on devices, before a relay that is reached at one address.
import { eq } from 'drizzle-orm'
import { expect } from 'vitest'
import { beginAdding, finishAdding, type Added } from '../../src/access/passkeys.ts'
import { beginPasskey, signInWithPasskey } from '../../src/access/passkey-sign-in.ts'
import { personOf, startSession, type SignedInPerson } from '../../src/access/sessions.ts'
import { siteOf, type Site } from '../../src/access/webauthn.ts'
import { openDatabase } from '../../src/db/open.ts'
import { auditEntries } from '../../src/db/schema.ts'
import { uuidv7 } from '../../src/ids.ts'
import { createVault } from '../../src/vault.ts'
import { freshDatabase } from '../support/database.ts'
import { Authenticator, type Bent } from './authenticator.ts'
import { makeUser, password } from './people.ts'

export const from = { ip: '203.0.113.7', agent: 'a browser' }
export const origin = 'https://relay.example.com'
export const here = site(origin)

export function site(url: string): Site {
  const found = siteOf(url)
  if (found === undefined) throw new Error(`no passkeys at ${url}`)
  return found
}

export type PasskeyScene = Awaited<ReturnType<typeof openPasskeyScene>>

export async function openPasskeyScene() {
  const fresh = await freshDatabase()
  const db = openDatabase(fresh.options)
  /** As the relay works with it: behind its walls. */
  const relayDb = openDatabase(fresh.options, fresh.options, true)
  const vault = createVault([Buffer.alloc(32, 5)])

  const scene = {
    db,
    orm: relayDb.orm,
    /** Unix milliseconds, to be moved. */
    now: Date.now(),

    deps: () => ({ orm: relayDb.orm, vault, now: () => scene.now }),

    async somebody(): Promise<SignedInPerson> {
      return scene.signedIn(await makeUser(db, `${uuidv7()}@example.com`))
    },

    async signedIn(userId: string): Promise<SignedInPerson> {
      const session = await startSession(relayDb.orm, userId, from, 'test')
      const person = await personOf(relayDb.orm, session)
      if (person === undefined) throw new Error('not signed in')
      return person
    },

    async begun(person: SignedInPerson) {
      const given = { name: 'phone', current: password }
      const made = await beginAdding(scene.deps(), person, here, given)
      if (!made.ok) throw new Error(made.problem)
      return made
    },

    async add(person: SignedInPerson, device: Authenticator, bent?: Bent): Promise<Added> {
      const { options, step } = await scene.begun(person)
      const answer = device.create(options, bent)
      return finishAdding(scene.deps(), person, here, { step, answer })
    },

    /** Somebody with a device that has a passkey. */
    async holder(more?: { counts?: boolean }) {
      const person = await scene.somebody()
      const device = new Authenticator(origin, more)
      expect(await scene.add(person, device)).toEqual({ ok: true })
      return { person, device }
    },

    async enter(device: Authenticator, bent?: Bent, at = here) {
      const { options, step } = await beginPasskey(scene.deps(), at)
      const answer = device.get(options, bent)
      return signInWithPasskey(scene.deps(), at, { step, answer, ...from })
    },

    async auditOf(subject: string) {
      const rows = await db.orm.select().from(auditEntries).where(eq(auditEntries.subject, subject))
      return rows.map(({ action, actor, detail }) => ({ action, actor, detail }))
    },

    async close() {
      await relayDb.close()
      await db.close()
      await fresh.drop()
    },
  }
  return scene
}
