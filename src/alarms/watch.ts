// Looks again and again at what may need a person, and keeps the alarms in step with it. Every relay
// with a worker does so; what they find is the same, and one alarm comes of it.
import { statfs } from 'node:fs/promises'
import { hostname } from 'node:os'
import {
  healthConditions,
  keepAlarms,
  nextSources,
  sourceConditions,
  type Condition,
  type Looked,
  type OpenAlarms,
  type SourceKey,
} from '../db/alarms.ts'
import { parkedOver } from '../db/lookups/overdue.ts'
import type { Sql } from '../db/open.ts'
import { clockDifferenceMs } from '../db/upkeep.ts'
import { limits } from '../limits.ts'
import type { AlarmName } from './kinds.ts'

export interface WatchOptions {
  sql: Sql
  /** Where the embedded database lives; undefined: the database is elsewhere, and so is its disk. */
  dataDir: string | undefined
  /** This machine, for people. */
  machine?: string
}

const ofHealth: readonly AlarmName[] = [
  'campaign_holding',
  'moab_unreachable',
  'queue_age',
  'lookup_held',
  'parked_over',
  'moab_down',
  'channel_failing',
  'partition_missing',
]
const ofSources: readonly AlarmName[] = ['source_silent', 'email_missing']
const ofThisMachine: readonly AlarmName[] = ['clock_skew', 'disk']

export class AlarmWatch {
  readonly #options: WatchOptions
  readonly #machine: string
  /** The last source that was looked at. */
  #source: SourceKey | undefined
  #looking: Promise<void> | undefined
  #open: OpenAlarms = new Map()

  constructor(options: WatchOptions) {
    this.#options = options
    this.#machine = options.machine ?? hostname()
  }

  /** Open alarms of each kind, as of the last look. */
  open(): OpenAlarms {
    return this.#open
  }

  /** One look; a look that is still under way is not joined by another. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined))
    return this.#looking
  }

  async #look(): Promise<void> {
    const { sql } = this.#options
    const sources = await nextSources(sql, this.#source)
    this.#source = sources.length === limits.alarmSourcesPerLook ? sources.at(-1) : undefined
    const conditions = [
      ...(await healthConditions(sql)),
      ...(await parkedOver(sql)),
      ...(await sourceConditions(sql, sources)),
      ...(await this.#ownConditions()),
    ]
    this.#open = await keepAlarms(sql, conditions, [
      ...looked(ofHealth, null),
      ...looked(
        ofSources,
        sources.map(({ id }) => id),
      ),
      ...looked(ofThisMachine, [this.#machine]),
    ])
  }

  async #ownConditions(): Promise<Condition[]> {
    const conditions: Condition[] = []
    const apartMs = await clockDifferenceMs(this.#options.sql)
    if (Math.abs(apartMs) > limits.clockSkewMsMax) {
      conditions.push(this.#own('clock_skew', apartMs > 0 ? 'ahead' : 'behind', { ms: apartMs }))
    }
    const { dataDir } = this.#options
    if (dataDir !== undefined) {
      const { bsize, blocks, bavail } = await statfs(dataDir)
      const free = bsize * bavail
      const wanted = Math.min(limits.diskFreeBytesMin, bsize * blocks * limits.diskFreeShareMin)
      if (free < wanted) conditions.push(this.#own('disk', 'nearly_full', { free_bytes: free }))
    }
    return conditions
  }

  #own(kind: AlarmName, cause: string, detail: Condition['detail']): Condition {
    return { partnerId: null, kind, subject: this.#machine, cause, detail }
  }
}

function looked(kinds: readonly AlarmName[], subjects: Looked['subjects']): Looked[] {
  return kinds.map((kind) => ({ kind, subjects }))
}
