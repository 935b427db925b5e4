// What is needed to apply rules to the past, for whoever asks: API and console.
import type { Orm, Sql } from '../db/open.ts'
import { asideToConsider } from '../inbound/aside.ts'
import { createDirectory } from '../partners/directory.ts'
import type { Vault } from '../vault.ts'
import type { ReplayDeps } from './replay.ts'

export interface HistoryParts {
  orm: Orm
  sql: Sql
  pepper: Buffer
  vault: Vault
  now(): number
}

/** With a thread of its own, begun when it is first needed: whoever tries a rule takes nothing from the webhooks. */
export function createHistory({ orm, sql, pepper, vault, now }: HistoryParts): ReplayDeps {
  // A new directory for each question: the rules of now, not those of a second ago.
  const sourceById: ReplayDeps['sourceById'] = (partnerId, id) =>
    createDirectory(orm, vault).sourceById(partnerId, id)
  return { aside: asideToConsider(), now, orm, sql, pepper, sourceById }
}
