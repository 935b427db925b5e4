// What the pages work with, in tests: real database, no proxy.
import type { ConsoleParts } from '../../src/console/parts.ts'
import type { Database } from '../../src/db/open.ts'
import { createVault } from '../../src/vault.ts'

export const consoleParts = (db: Database, more: Partial<ConsoleParts> = {}): ConsoleParts => ({
  orm: db.orm,
  vault: createVault([Buffer.alloc(32, 5)]),
  publicUrl: undefined,
  clientAddress: (socket) => socket ?? '',
  oidc: undefined,
  now: Date.now,
  ...more,
})
