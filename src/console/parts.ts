// What the pages work with.
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { Oidc } from '../access/oidc.ts'
import type { ClientAddress } from '../inbound/client-address.ts'
import type { Orm, Sql } from '../db/open.ts'
import type { ReplayDeps } from '../jobs/replay.ts'
import type { Ledger } from '../ledger/asking.ts'
import type { createExports } from '../ledger/exports.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'
import type { Range } from '../schemes/ip.ts'
import type { Vault } from '../vault.ts'

export interface ConsoleParts {
  orm: Orm
  /** Where questions about the past are asked. */
  ledger: Ledger
  /** Everything that fits a question, line by line. */
  openExport: ReturnType<typeof createExports>
  /** Where grants are made due again, and jobs are kept. */
  sql: Sql
  history: ReplayDeps
  /** Where a partner may send the relay. */
  outgoing: Outgoing
  /** Addresses that notices may be sent to although they are not public. */
  allowed: readonly Range[]
  vault: Vault
  /** Without trailing slash; undefined: the address the page was asked for. */
  publicUrl: string | undefined
  clientAddress: ClientAddress
  /** Where this relay listens, as this machine reaches it. */
  ownUrl(): string
  /** Where else people may sign in; undefined: nowhere. */
  oidc: Oidc | undefined
  /** Unix milliseconds. */
  now(): number
}

/** Without a socket the pages work as well. */
export type ConsoleEnv = { Bindings: Partial<HttpBindings> }

/** Where the relay is reached from outside. */
export const outside = (c: Context, { publicUrl }: ConsoleParts) =>
  publicUrl ?? new URL(c.req.url).origin
