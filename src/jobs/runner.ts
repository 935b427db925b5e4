// Works on confirmed jobs, batch by batch, until told to stop. It only makes grants due, or makes them:
// the worker sends, at each campaign's own pace.
import { sqlState } from '../db/open.ts'
import {
  claimJob,
  dropExpiredPlans,
  nextItems,
  releaseJob,
  settleItems,
  type ClaimedJob,
  type JobItem,
} from '../db/jobs/running.ts'
import { Busy } from '../db/group-commit.ts'
import { asideToConsider, Unconsidered } from '../inbound/aside.ts'
import { limits } from '../limits.ts'
import { deciders } from './decide.ts'
import type { ReplayDeps } from './replay.ts'

export interface JobRunnerOptions extends Omit<ReplayDeps, 'aside'> {
  node: string
  /** Grants may have become due. */
  granted(): void
  failed(error: unknown, doing: string): void
}

export class JobRunner {
  #options: JobRunnerOptions
  /** Of its own: replays take nothing from the webhooks. */
  #aside = asideToConsider()
  #running = false
  #round: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(options: JobRunnerOptions) {
    this.#options = options
  }

  start(): void {
    this.#running = true
    this.#round = this.#tick()
  }

  /** The batch under way is finished and the job handed back, or both are left to the lease. */
  async stop(graceMs: number): Promise<void> {
    this.#running = false
    clearTimeout(this.#timer)
    await Promise.race([
      this.#round,
      new Promise((resolve) => setTimeout(resolve, graceMs).unref()),
    ])
    await this.#aside.close()
  }

  async #tick(): Promise<void> {
    try {
      while (this.#running && (await this.#turn())) continue
      await dropExpiredPlans(this.#options.sql)
    } catch (error) {
      // What was under way when this ended is left for whoever takes the job up.
      if (this.#running || !(error instanceof Busy)) this.#options.failed(error, 'jobs')
    }
    if (this.#running)
      this.#timer = setTimeout(() => void (this.#round = this.#tick()), limits.pollMs)
  }

  /** One job for a while; false where there is none. */
  async #turn(): Promise<boolean> {
    const { sql, node } = this.#options
    const job = await claimJob(sql, node)
    if (job === undefined) return false
    try {
      await this.#work(job)
    } finally {
      // Where this fails, the lease runs out by itself.
      await releaseJob(sql, job, node).catch(() => {})
    }
    return true
  }

  async #work(job: ClaimedJob): Promise<void> {
    const until = performance.now() + limits.jobTurnMs
    let alone = 0
    while (this.#running && performance.now() < until) {
      const most = alone > 0 ? 1 : limits.jobBatch[job.kind]
      const items = await nextItems(this.#options.sql, job, most)
      if (items.length === 0) return
      const decided = await this.#batch(job, items)
      if (decided === 'lost') return
      alone = decided === 'failed' ? items.length : Math.max(0, alone - 1)
      if (decided !== 'failed') job.reached += items.length
    }
  }

  /** `failed`: one of several items cannot be decided; each is then tried alone. */
  async #batch(job: ClaimedJob, items: readonly JobItem[]): Promise<'done' | 'lost' | 'failed'> {
    const { sql, node, granted, failed } = this.#options
    try {
      const deps = { ...this.#options, aside: this.#aside }
      const decide = await deciders[job.kind](deps, job, items)
      const settled = await settleItems(sql, job, node, decide)
      if (settled === undefined) return 'lost'
    } catch (error) {
      if (!isOfTheItem(error)) throw error
      failed(error, 'job item')
      if (items.length > 1) return 'failed'
      const reason = error instanceof Unconsidered ? 'cannot_be_considered' : 'cannot_be_written'
      const broken = items.map(({ n }) => ({ n, state: 'failed' as const, reason, resultId: null }))
      if ((await settleItems(sql, job, node, async () => broken)) === undefined) return 'lost'
    }
    granted()
    return 'done'
  }
}

/** Trying again would not help: a value or a constraint, not the connection or a lock. */
const isOfTheItem = (error: unknown): boolean =>
  error instanceof Unconsidered || /^2[23]/.test(sqlState(error) ?? '')
