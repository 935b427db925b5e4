// Two relays on one database, asked over HTTP: for what must hold whichever of them is asked.
import { createHmac } from 'node:crypto'
import { vi } from 'vitest'
import { z } from 'zod'
import { allScopes, type Scope } from '../../src/access/scopes.ts'
import { createToken } from '../../src/access/tokens.ts'
import type { Database } from '../../src/db/open.ts'
import { findPartnerId } from '../../src/db/names.ts'
import { freshDatabase } from '../support/database.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'

// Many requests, one after the other, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

export interface Nodes {
  a: TestRelay
  b: TestRelay
  db: Database
  partnerId: string
  token(scopes?: readonly Scope[], partnerId?: string | null): Promise<string>
  close(): Promise<void>
}

const yaml = `partner: acme
campaigns: [{ name: spring, mode: sandbox }]
sources:
  - name: shop
    provider: stripe
    key: shopshopshopshopshopsh
    credentials: [{ name: first, secret: whsec_first }]
    rules: [{ name: paid, events: [invoice.paid], email: [$.data.object.customer_email], campaign: spring }]
`

export async function startNodes(): Promise<Nodes> {
  const database = await freshDatabase()
  const env = { DATABASE_URL: database.url }
  const a = await startTestRelay(yaml, env)
  const b = await startTestRelay(yaml, env)
  const { db } = a
  const partnerId = (await findPartnerId(db.orm, 'acme')) ?? ''
  return {
    a,
    b,
    db,
    partnerId,
    async token(scopes = allScopes, owner = partnerId) {
      const wanted = { partnerId: owner, name: 'test', scopes, expiresAt: null, actor: 'test' }
      return (await createToken(db.orm, wanted)).token
    },
    async close() {
      await Promise.all([a.close(), b.close()])
      await database.drop()
    },
  }
}

export interface Ask {
  method?: string
  body?: object | string
  headers?: Record<string, string>
}

/** A connection that waits for long is closed by the relay: none is used twice. */
const alone = { connection: 'close' }

/** Over HTTP; a body is JSON. */
export function ask(node: TestRelay, token: string, path: string, wanted: Ask = {}) {
  const { method = 'GET', body, headers } = wanted
  return fetch(`${node.url}/api/v1${path}`, {
    method,
    headers: {
      ...alone,
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
}

/** A Stripe event to the source "shop", signed with this secret. */
export async function sendEvent(
  node: TestRelay,
  secret: string,
  id: string,
  key = 'shopshopshopshopshopsh',
): Promise<number> {
  const object = { customer_email: `${id}@example.com` }
  const body = JSON.stringify({ id, type: 'invoice.paid', livemode: true, data: { object } })
  const at = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
  const headers = {
    ...alone,
    'stripe-signature': `t=${at},v1=${mac}`,
    'content-type': 'application/json',
  }
  const answer = await fetch(`${node.url}/in/${key}`, { method: 'POST', headers, body })
  await answer.arrayBuffer()
  return answer.status
}

const Any = z.record(z.string(), z.unknown())
export const told = async (answer: Response) => Any.parse(await answer.json())
export const items = async (answer: Response) =>
  z.object({ items: z.array(Any) }).parse(await answer.json()).items

/** Ids of what a change was about, by kind. */
export async function idOf(answer: Response, kind: string): Promise<string> {
  const Changed = z.object({ changes: z.array(z.object({ kind: z.string(), id: z.string() })) })
  const { changes } = Changed.parse(await answer.json())
  return changes.find((change) => change.kind === kind)?.id ?? ''
}
