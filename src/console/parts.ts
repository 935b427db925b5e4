// What the pages work with.
import type { HttpBindings } from '@hono/node-server'
import type { Oidc } from '../access/oidc.ts'
import type { ClientAddress } from '../inbound/client-address.ts'
import type { Orm } from '../db/open.ts'
import type { Vault } from '../vault.ts'

export interface ConsoleParts {
  orm: Orm
  vault: Vault
  /** Without trailing slash; undefined: the address the page was asked for. */
  publicUrl: string | undefined
  clientAddress: ClientAddress
  /** Where else people may sign in; undefined: nowhere. */
  oidc: Oidc | undefined
  /** Unix milliseconds. */
  now(): number
}

/** Without a socket the pages work as well. */
export type ConsoleEnv = { Bindings: Partial<HttpBindings> }
