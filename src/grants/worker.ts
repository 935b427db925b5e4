// Sends grants to MOAB: claim → attempt → decide → settle, until told to stop. Grants just recorded
// by this relay arrive by `offer`, already claimed; the rest is claimed from the database.
// It must never send without a lease that outlasts the call, and never sends for a campaign whose
// last answer said to wait.
import type { Sql } from '../db/open.ts'
import {
  claimDue,
  claimPaced,
  claimProbes,
  handBack,
  rescueLost,
  type CampaignKey,
  type ClaimedGrant,
} from '../db/claim.ts'
import { moveHeld } from '../db/held.ts'
import { limits } from '../limits.ts'
import type { Answer } from '../moab/answer.ts'
import type { MoabClient } from '../moab/client.ts'
import type { Asked } from './busy-campaigns.ts'
import { Calls } from './calls.ts'
import { Claiming } from './claiming.ts'
import { keyUnusable, type Destination } from './destination.ts'
import { decide, type Decision } from './outcome.ts'
import { Settler } from './settler.ts'
import { isLate, WaitingGrants, type WaitingGrant } from './waiting.ts'

export interface WorkerOptions {
  sql: Sql
  node: string
  moab: MoabClient
  destination(grant: ClaimedGrant): Promise<Destination>
  random(): number
  /** One line for each attempt. */
  attempted(grant: ClaimedGrant, answer: Answer, decision: Decision, ms: number): void
  failed(error: unknown, doing: string): void
}

export class Worker {
  #options: WorkerOptions
  #waiting = new WaitingGrants()
  #settler: Settler
  #calls = new Calls()
  #reserved = 0
  #running = false
  #claiming: Claiming
  #timer: NodeJS.Timeout | undefined
  #moment: NodeJS.Timeout | undefined
  #stall: NodeJS.Timeout | undefined
  #ticks = 0
  #tickRound: Promise<void> = Promise.resolve()

  constructor(options: WorkerOptions) {
    this.#options = options
    const { sql, node } = options
    const goesOn = () => this.#running
    this.#settler = new Settler({ sql, node, goesOn })
    this.#claiming = new Claiming({
      claim: (most, asked) => this.#claim(most, asked),
      room: () => this.#room(),
      isRoomy: () => this.#isRoomy(),
      goesOn,
      failed: (error) => options.failed(error, 'claim'),
    })
  }

  start(): void {
    this.#running = true
    this.#tickRound = this.#tick()
  }

  get node(): string {
    return this.#options.node
  }

  inFlight(): number {
    return this.#calls.size
  }

  /** How many grants may be born claimed now; `giveUp` must follow, also when they are offered. */
  reserve(wanted: number): number {
    const granted = this.#running ? Math.min(wanted, this.#room()) : 0
    this.#reserved += granted
    return granted
  }

  giveUp(reserved: number): void {
    this.#reserved -= reserved
  }

  /** Grants under this relay's lease, to be sent now. `since`: before the lease was asked for. */
  offer(grants: readonly ClaimedGrant[], since: number): void {
    for (const grant of grants) this.#waiting.add(grant, since + limits.leaseMs, since)
    this.#send()
  }

  /** Takes these out of what waits here to be sent; ids of those it had. A call under way goes on. */
  withdraw(ids: readonly string[]): string[] {
    return this.#waiting.withdraw(new Set(ids))
  }

  /** There may be due grants, of these campaigns or of any: look now instead of at the next poll. */
  wake(campaigns?: readonly CampaignKey[]): void {
    this.#claiming.wake(campaigns)
  }

  /** Stops claiming, lets calls in flight finish (bounded), hands the rest back. */
  async stop(graceMs: number): Promise<void> {
    this.#running = false
    clearTimeout(this.#timer)
    clearTimeout(this.#moment)
    clearTimeout(this.#stall)
    await Promise.race([
      this.#finish(),
      new Promise((resolve) => setTimeout(resolve, graceMs).unref()),
    ])
  }

  async #finish(): Promise<void> {
    // A claim that is under way still brings grants.
    await Promise.all([this.#claiming.ended(), this.#tickRound])
    const unsent = this.#waiting.dropAll()
    if (unsent.length > 0) await this.#handBack(unsent)
    await this.#calls.ended()
    await this.#settler.drained()
  }

  #room(kept = 0): number {
    const taken = this.#waiting.size + this.#calls.size + this.#reserved
    return Math.max(0, this.#waiting.capacity() + kept - taken)
  }

  #isRoomy(): boolean {
    return this.#room() > this.#waiting.capacity() / 2
  }

  #send(): void {
    const late = this.#waiting.dropLate()
    if (late.length > 0) void this.#handBack(late)
    while (this.#running && this.#calls.havePlace()) {
      const next = this.#waiting.next()
      if (next === undefined) break
      this.#begin(next)
    }
    this.#awaitMoment()
    this.#awaitStall()
  }

  #begin(next: WaitingGrant): void {
    const freed = () => {
      this.#waiting.done(next.grant)
      this.#send()
    }
    const call = this.#calls.begin((answered) => this.#serve(next, answered), freed)
    void call.then(() => {
      this.#send()
      this.#claiming.goOn()
    })
  }

  /** Where all places are taken, the next may become free without any call ending. */
  #awaitStall(): void {
    clearTimeout(this.#stall)
    const ms = this.#running && this.#waiting.size > 0 ? this.#calls.msToPlace() : null
    if (ms !== null) this.#stall = setTimeout(() => this.#send(), Math.ceil(ms))
  }

  /** Grants of a campaign with a pace have each a moment of their own. */
  #awaitMoment(): void {
    clearTimeout(this.#moment)
    const ms = this.#running ? this.#waiting.msToMoment() : null
    // Without a connection none can be sent anyway: the call that ends looks again.
    if (ms !== null && this.#calls.havePlace())
      this.#moment = setTimeout(() => this.#send(), Math.ceil(ms))
  }

  /** `answered`: nothing in the answer says that the campaign's next call should wait. */
  async #serve(waiting: WaitingGrant, answered: () => void): Promise<void> {
    const { grant } = waiting
    const to = await this.#destination(grant)
    const leaseLeft = waiting.leaseEnds - performance.now()
    const isShort = leaseLeft < limits.moabDeadlineMs + leaseMarginMs
    if (to === undefined || isShort || isLate(waiting)) return this.#handBack([grant])
    try {
      const { answer, ms } = await this.#call(grant, to)
      const decision = decide(answer, grant, this.#options.random())
      this.#waiting.answered(grant, ms, decision.health.kind === 'failure')
      this.#options.attempted(grant, answer, decision, ms)
      if (decision.health.kind === 'healthy') answered()
      const { partnerId, campaignId, id: grantId, attempt } = grant
      const result = { partnerId, campaignId, grantId, attempt, ms, answer, decision }
      for (const unwell of await this.#settler.write(result)) await this.#dropCampaign(unwell)
    } catch (error) {
      this.#options.failed(error, 'attempt')
    }
  }

  async #call(grant: ClaimedGrant, to: Destination): Promise<{ answer: Answer; ms: number }> {
    if (to === 'unusable') return { answer: keyUnusable, ms: 0 }
    return this.#options.moab.register({ ...to, email: grant.email })
  }

  /** Without it no call is made, and none is recorded as lost. */
  async #destination(grant: ClaimedGrant): Promise<Destination | undefined> {
    try {
      return await this.#options.destination(grant)
    } catch (error) {
      this.#options.failed(error, 'find destination')
      return undefined
    }
  }

  /** The campaign may not be called now: what waits here goes back, unsent. */
  async #dropCampaign(campaignId: string): Promise<void> {
    const dropped = this.#waiting.drop(campaignId)
    if (dropped.length > 0) await this.#handBack(dropped)
  }

  async #handBack(grants: readonly ClaimedGrant[]): Promise<void> {
    try {
      await handBack(this.#options.sql, grants, this.#options.node)
    } catch (error) {
      // Their leases run out by themselves.
      this.#options.failed(error, 'hand back')
    }
  }

  async #claim(most: number, asked: Asked): Promise<readonly ClaimedGrant[]> {
    this.#reserved += most
    const since = performance.now()
    const grants = await claimDue(this.#options.sql, this.#lease(most), asked).finally(
      () => (this.#reserved -= most),
    )
    this.offer(grants, since)
    return grants
  }

  /** Once a second: what no message announces. One step that fails does not keep the next from its turn. */
  async #tick(): Promise<void> {
    this.wake()
    await this.#step('claim probes', () => this.#claimRare(claimProbes, roomForRare, Infinity))
    await this.#step('claim paced', () => this.#claimPaced())
    await this.#step('move held', () => this.#moveHeld())
    if (this.#ticks++ % rescueEveryTicks === 0) await this.#step('rescue', () => this.#rescue())
    if (this.#running) {
      this.#timer = setTimeout(() => void (this.#tickRound = this.#tick()), limits.pollMs)
    }
  }

  async #step(doing: string, work: () => Promise<void>): Promise<void> {
    if (!this.#running) return
    try {
      await work()
    } catch (error) {
      this.#options.failed(error, doing)
    }
  }

  /** In room kept for it: a claim of due grants that is under way may have reserved all other. */
  async #claimRare(
    claim: typeof claimProbes | typeof claimPaced,
    kept: number,
    wanted: number,
  ): Promise<void> {
    const most = Math.min(limits.claimBatchMax, wanted, this.#room(kept))
    const since = performance.now()
    if (most === 0) return
    const known = this.#waiting.knownClock()
    this.offer(await claim(this.#options.sql, this.#lease(most), known), since)
  }

  /** No more moments than can be used: others are waiting for them. */
  #claimPaced(): Promise<void> {
    const usable = this.#waiting.sendableIn(limits.paceAheadMs)
    return this.#claimRare(claimPaced, limits.roomForPaced, usable)
  }

  async #moveHeld(): Promise<void> {
    while (this.#running && (await moveHeld(this.#options.sql, limits.moveBatchMax)) > 0)
      this.wake()
  }

  async #rescue(): Promise<void> {
    if ((await rescueLost(this.#options.sql, limits.claimBatchMax)) > 0) this.wake()
  }

  #lease(most: number) {
    return { node: this.#options.node, leaseMs: limits.leaseMs, most }
  }
}

/** Between the last moment a call may start and the end of its lease. */
const leaseMarginMs = 5_000
const rescueEveryTicks = 5
const roomForRare = limits.roomForProbes + limits.roomForPaced
