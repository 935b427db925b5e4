// The API under a roof that gives requests their ids, asked without a network.
import { Hono } from 'hono'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { allScopes, type Scope } from '../../src/access/scopes.ts'
import { createToken } from '../../src/access/tokens.ts'
import { createApi } from '../../src/api/index.ts'
import { uuidv7 } from '../../src/ids.ts'
import type { Database } from '../../src/db/open.ts'
import { claimErasure, erasureById } from '../../src/db/privacy/erasures.ts'
import { campaigns, sources } from '../../src/db/schema.ts'
import { erase } from '../../src/privacy/erasing.ts'
import { requestErasures } from '../../src/privacy/erasures.ts'
import { apiKeyPlace, ingestKeyPlace } from '../../src/partners/directory.ts'
import { parseRanges } from '../../src/schemes/ip.ts'
import { createVault, type Vault } from '../../src/vault.ts'
import type { TestPartner } from '../support/partner.ts'
import { until } from '../support/sending.ts'
import { openScene, pepper, type Scene } from '../ledger/scene.ts'
import { toPublic } from '../support/outgoing.ts'

/** Where the receivers of a test's notices listen. */
const loopback = parseRanges('127.0.0.1 ::1') ?? []

export const now = 1_796_000_000_000

export interface ApiScene extends Scene {
  api: ReturnType<typeof createApi>
  /** `token` null: without the header. */
  get(path: string, token: string | null, init?: RequestInit): Promise<Response>
  /** With a JSON body, where one is given. */
  change(path: string, token: string | null, method: string, body?: object): Promise<Response>
  /** A person is erased to the end. Resolves with the erasure's id. */
  erased(email: string, partnerId: string): Promise<string>
  token(partnerId: string | null, scopes?: readonly Scope[], expiresAt?: Date): Promise<string>
}

export async function openApiScene(): Promise<ApiScene> {
  const scene = await openScene()
  const vault = createVault([Buffer.alloc(32, 7)])
  const api = createApi({
    orm: scene.relayDb.questions,
    exports: scene.relayDb.exports,
    changes: scene.relayDb.orm,
    sql: scene.relayDb.work,
    pepper,
    vault,
    publicUrl: 'https://relay.example.com',
    allowed: loopback,
    outgoing: toPublic,
    now: () => now,
  })
  const app = new Hono<{ Variables: { requestId: string } }>()
  app.use(async (c, next) => {
    c.set('requestId', uuidv7())
    await next()
  })
  app.route('/', api)
  return {
    ...scene,
    api,
    async makePartner(ruleNames) {
      const partner = await scene.makePartner(ruleNames)
      await sealSecrets(scene.db, vault, partner)
      return partner
    },
    get: async (path, token, init = {}) =>
      app.request(path, {
        ...init,
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
      }),
    change: async (path, token, method, body) =>
      app.request(path, {
        method,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(token !== null && { authorization: `Bearer ${token}` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    async erased(email, partnerId) {
      const db = scene.relayDb
      const parts = { db, orm: db.orm, vault, pepper, publicUrl: undefined }
      const ids = await requestErasures(parts, { email, partnerIds: [partnerId], actor: 'test' })
      const [id = ''] = ids === 'unusable' ? [] : ids
      await until(async () => {
        const claimed = await claimErasure(db.work, id)
        if (claimed !== undefined) await erase(parts, claimed)
        return (await erasureById(scene.db.orm, null, id))?.phase === 'done'
      }, 15_000)
      return id
    },
    async token(partnerId, scopes = allScopes, expiresAt) {
      const made = await createToken(scene.db.orm, {
        partnerId,
        name: 'test',
        scopes,
        expiresAt: expiresAt ?? null,
        actor: 'test',
      })
      return made.token
    },
  }
}

/** As set up for real: what is sealed can be opened. */
async function sealSecrets(db: Database, vault: Vault, { partnerId, sourceId }: TestPartner) {
  const ingestKeySealed = await vault.seal(`key-${sourceId}`, ingestKeyPlace(sourceId))
  await db.orm.update(sources).set({ ingestKeySealed }).where(eq(sources.id, sourceId))
  const mine = await db.orm.select().from(campaigns).where(eq(campaigns.partnerId, partnerId))
  for (const { id } of mine) {
    const apiKeySealed = await vault.seal(uuidv7(), apiKeyPlace(id))
    await db.orm.update(campaigns).set({ apiKeySealed }).where(eq(campaigns.id, id))
  }
}

export const Page = z.object({
  items: z.array(z.looseObject({ id: z.string() })),
  next: z.string().nullable(),
})

export const Document = z.object({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({ security: z.array(z.record(z.string(), z.array(z.string()))) }),
    ),
  ),
})
