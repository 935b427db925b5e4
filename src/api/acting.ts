// What is needed to have things done again. What considers events is loaded when somebody first asks.
import type { Sql } from '../db/open.ts'
import type { ReplayDeps } from '../jobs/replay.ts'
import type { Ledger } from '../ledger/asking.ts'
import type { Vault } from '../vault.ts'
import type { ChangingParts } from './changing.ts'

export interface ActingParts extends Ledger, ChangingParts {
  vault: Vault
  now(): number
  /** Where grants are made due, and jobs are kept. */
  sql: Sql
}

export interface Acting extends ActingParts {
  history(): Promise<ReplayDeps>
}

export function createActing(parts: ActingParts): Acting {
  let loaded: Promise<ReplayDeps> | undefined
  return { ...parts, history: () => (loaded ??= load(parts)) }
}

/** A thread of its own: whoever tries a rule takes nothing from the webhooks. */
async function load({ changes, sql, pepper, vault, now }: ActingParts): Promise<ReplayDeps> {
  const [{ asideToConsider }, { createDirectory }] = await Promise.all([
    import('../inbound/aside.ts'),
    import('../partners/directory.ts'),
  ])
  // A new directory for each question: the rules of now, not those of a second ago.
  const sourceById: ReplayDeps['sourceById'] = (partnerId, id) =>
    createDirectory(changes, vault).sourceById(partnerId, id)
  return { aside: asideToConsider(), now, orm: changes, sql, pepper, sourceById }
}
