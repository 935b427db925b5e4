// What is needed to have things done again.
import type { Sql } from '../db/open.ts'
import { createHistory } from '../jobs/again.ts'
import type { ReplayDeps } from '../jobs/replay.ts'
import type { Ledger } from '../ledger/asking.ts'
import type { Vault } from '../vault.ts'
import type { ChangingParts } from './changing.ts'

export interface ActingParts extends Ledger, ChangingParts {
  vault: Vault
  now(): number
  /** Where grants are made due, and jobs are kept. */
  sql: Sql
  /** Shared with whoever else tries rules; without it a new one is made. */
  history?: ReplayDeps
}

export interface Acting extends ActingParts {
  history: ReplayDeps
}

export function createActing(parts: ActingParts): Acting {
  return { ...parts, history: parts.history ?? createHistory({ ...parts, orm: parts.changes }) }
}
