// What a relay looks at again and again: changed configuration, used credentials, next month's tables,
// what may be forgotten, alarms, notices, audit, people to erase.
import type { Chaining } from './access/chaining.ts'
import type { AlarmWatch } from './alarms/watch.ts'
import { tidyAccess } from './db/access/throttles.ts'
import { buildIndexes } from './db/indexes.ts'
import { tidyNotices } from './db/notices/outbox.ts'
import { ensurePartitions } from './db/upkeep.ts'
import type { Uses } from './inbound/uses.ts'
import type { Installation } from './installation.ts'
import { countingRound } from './ledger/counting.ts'
import { limits } from './limits.ts'
import type { Lookups } from './lookups/worker.ts'
import type { Notices } from './notices/round.ts'
import type { Reporter } from './ops/reporter.ts'
import type { Directory } from './partners/directory.ts'
import { forgetArchived } from './partners/forgetting.ts'
import type { Erasing } from './privacy/erasing.ts'
import type { Retaining } from './privacy/retaining.ts'

interface RoundsParts {
  directory: Directory
  uses: Uses
  reporter: Reporter
  /** Only where this relay works through what came in. */
  lookups?: Lookups
  alarms?: AlarmWatch
  notices?: Notices
  chaining?: Chaining
  privacy?: { erasing: Erasing; retaining: Retaining }
}

export function startRounds({ db }: Pick<Installation, 'db'>, parts: RoundsParts) {
  const { directory, lookups, alarms, notices, chaining, privacy, uses, reporter } = parts
  const lookAround = async () => {
    if (await directory.refresh()) await lookups?.reconsider()
    await uses.write()
  }
  const running = new Set<Promise<unknown>>()
  const ending = new AbortController()
  const begin = (doing: string, round: () => Promise<unknown>) => {
    const one = round()
      .catch((error: unknown) => reporter.failed(error, doing))
      .finally(() => running.delete(one))
    running.add(one)
  }
  const every = (ms: number, doing: string, round: () => Promise<unknown>) =>
    repeat(ms, () => begin(doing, round))
  begin('indexes', () => buildIndexes(db.work, db.direct, ending.signal))
  const endings = [
    every(limits.pollMs, 'look around', lookAround),
    every(limits.partitionsMs, 'partitions', () => ensurePartitions(db.work)),
    every(limits.tidyMs, 'tidy', () => tidyAccess(db.orm)),
    every(limits.tidyMs, 'tidy notices', () => tidyNotices(db.work)),
    every(limits.tidyMs, 'forget what was archived', () => forgetArchived(db.orm)),
    every(limits.alarmsMs, 'alarms', async () => alarms?.look()),
    every(limits.noticesMs, 'notices', async () => notices?.round()),
    every(limits.statsMs, 'statistics', () => countingRound(db.work, ending.signal)),
    every(limits.auditChainMs, 'audit chains', async () => chaining?.round()),
    every(limits.pollMs, 'erase', async () => privacy?.erasing.round()),
    every(limits.retentionMs, 'retention', async () => privacy?.retaining.round()),
  ]
  const listening = db
    .listen('moab_relay_config', directory.forget)
    .catch((error: unknown) => reporter.failed(error, 'listen'))
  return {
    stop: async () => {
      for (const end of endings) end()
      privacy?.retaining.stop()
      ending.abort()
      await Promise.all([listening, ...running])
      await notices?.finish()
      await uses.write().catch((error: unknown) => reporter.failed(error, 'last use'))
    },
  }
}

/**
 * The first time soon, at a moment of this relay's own, so that one that is restarted every hour comes to what is
 * done once an hour as well; then at its pace. What it gives ends it.
 */
function repeat(ms: number, act: () => void): () => void {
  const firstMs = Math.min(ms, (limits.firstRoundMsMax * (1 + Math.random())) / 2)
  let timer = setTimeout(() => {
    timer = setInterval(act, ms)
    act()
  }, firstMs)
  return () => clearTimeout(timer)
}
