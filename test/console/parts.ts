// What the pages work with, in tests: real database, no proxy.
import type { ConsoleParts } from '../../src/console/parts.ts'
import type { Database } from '../../src/db/open.ts'
import { createExports } from '../../src/ledger/exports.ts'
import { createHistory } from '../../src/jobs/again.ts'
import { createVault } from '../../src/vault.ts'
import { toPublic } from '../support/outgoing.ts'

const pepper = Buffer.alloc(32, 6)

export function consoleParts(db: Database, more: Partial<ConsoleParts> = {}): ConsoleParts {
  const vault = createVault([Buffer.alloc(32, 5)])
  const { orm, work: sql } = db
  return {
    orm,
    ledger: { orm: db.questions, changes: orm, pepper },
    openExport: createExports({ orm: db.questions, changes: orm, pepper, exports: db.exports }),
    sql,
    history: createHistory({ orm, sql, pepper, vault, now: Date.now }),
    allowed: [],
    outgoing: toPublic,
    vault,
    publicUrl: undefined,
    clientAddress: (socket) => socket ?? '',
    oidc: undefined,
    ownUrl: () => '',
    now: Date.now,
    ...more,
  }
}
