// Looks again and again at what may need a person, and keeps the alarms in step with it. Every relay
// with a worker does so; what they find is the same, and one alarm comes of it.
import { statfs } from 'node:fs/promises'
import { hostname } from 'node:os'
import {
  campaignConditions,
  keepAlarms,
  sourceConditions,
  type Condition,
  type OpenAlarms,
} from '../db/alarms.ts'
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

/** What was looked at: of these kinds, what is not found is over. */
interface Look {
  conditions: Condition[]
  everywhere: readonly AlarmName[]
  here: readonly AlarmName[]
}

const ofCampaigns: readonly AlarmName[] = ['campaign_holding', 'moab_unreachable', 'queue_age']
const ofSources: readonly AlarmName[] = ['lookup_held', 'source_silent', 'email_missing']
const ofThisMachine: readonly AlarmName[] = ['clock_skew', 'disk']

export class AlarmWatch {
  readonly #options: WatchOptions
  readonly #machine: string
  #round = 0
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
    const withSources = this.#round++ % limits.alarmRoundsPerSourceLook === 0
    const campaigns = await campaignConditions(sql)
    const sources = withSources ? await sourceConditions(sql) : []
    const look: Look = {
      conditions: [...campaigns, ...sources, ...(await this.#ownConditions())],
      everywhere: withSources ? [...ofCampaigns, ...ofSources] : ofCampaigns,
      here: ofThisMachine,
    }
    this.#open = await keepAlarms(sql, { ...look, machine: this.#machine })
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
