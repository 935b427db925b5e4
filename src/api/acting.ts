// What is needed to have things done again.
import type { Sql } from '../db/open.ts'
import { asideToConsider } from '../inbound/aside.ts'
import type { ReplayDeps } from '../jobs/replay.ts'
import type { Ledger } from '../ledger/asking.ts'
import { createDirectory } from '../partners/directory.ts'
import type { Vault } from '../vault.ts'
import type { ChangingParts } from './changing.ts'

export interface ActingParts extends Ledger, ChangingParts {
  vault: Vault
  now(): number
  /** Where grants are made due, and jobs are kept. */
  sql: Sql
}

export interface Acting extends ActingParts {
  history: ReplayDeps
}

/** With a thread of its own, begun when it is first needed: whoever tries a rule takes nothing from the webhooks. */
export function createActing(parts: ActingParts): Acting {
  const { changes: orm, sql, pepper, vault, now } = parts
  // A new directory for each question: the rules of now, not those of a second ago.
  const sourceById: ReplayDeps['sourceById'] = (partnerId, id) =>
    createDirectory(orm, vault).sourceById(partnerId, id)
  return { ...parts, history: { aside: asideToConsider(), now, orm, sql, pepper, sourceById } }
}
