// The console with an OpenID provider: who comes in, and what is told of it.
import { and, eq } from 'drizzle-orm'
import { createOidc } from '../../src/access/oidc.ts'
import { consoleRoutes } from '../../src/console/index.ts'
import type { ConsoleParts } from '../../src/console/parts.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { auditEntries } from '../../src/db/schema.ts'
import type { AuditAction } from '../../src/access/audit.ts'
import { uuidv7 } from '../../src/ids.ts'
import { createVault } from '../../src/vault.ts'
import { freshDatabase } from '../support/database.ts'
import { client } from './issuers.ts'
import { consoleParts } from './parts.ts'
import { home, Surfer, type Seen } from './surfer.ts'

export const callback = `${home}/signin/oidc/callback`
export const someone = () => `${uuidv7()}@example.com`

export interface Scene {
  db: Database
  /** As the relay works with it: behind its walls. */
  relayDb: Database
  /** Unix milliseconds, to be moved. */
  now: number
  /** What the operator is told of. */
  told: unknown[]
  /** A browser before a console that trusts this provider. */
  surfer(issuer: string, more?: Partial<ConsoleParts>): Surfer
  audited(action: AuditAction, subject: string): Promise<unknown[]>
  close(): Promise<void>
}

export async function openScene(): Promise<Scene> {
  const fresh = await freshDatabase()
  const db = openDatabase(fresh.options)
  const relayDb = openDatabase(fresh.options, fresh.options, true)
  const scene: Scene = {
    db,
    relayDb,
    now: Date.now(),
    told: [],
    surfer(issuer, more) {
      const { id: clientId, secret: clientSecret } = client
      const settings = { issuer, clientId, clientSecret, name: 'Acme ID' }
      const oidc = createOidc(settings, {
        vault: createVault([Buffer.alloc(32, 6)]),
        now: () => scene.now,
        failed: (error) => scene.told.push(error),
      })
      return new Surfer(consoleRoutes(consoleParts(relayDb, { oidc, ...more })))
    },
    async audited(action, subject) {
      const rows = await db.orm
        .select({ detail: auditEntries.detail })
        .from(auditEntries)
        .where(and(eq(auditEntries.action, action), eq(auditEntries.subject, subject)))
      return rows.map(({ detail }) => detail)
    },
    async close() {
      await relayDb.close()
      await db.close()
      await fresh.drop()
    },
  }
  return scene
}

export const isSignedIn = async (surfer: Surfer): Promise<boolean> =>
  (await surfer.get('/console/account')).url === `${home}/console/account`

/** The way to the provider and back, up to the callback, which is not asked yet. */
export const upToCallback = async (surfer: Surfer): Promise<URL> =>
  new URL((await surfer.post('/signin/oidc', {}, callback)).url)

export const paragraph = ({ html }: Seen): string =>
  /<p role="alert">(.*?)<\/p>/.exec(html)?.[1]?.replaceAll('&#39;', '’') ?? ''
