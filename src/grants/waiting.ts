// Claimed grants of this relay that wait for a connection to MOAB: one line per campaign, served in
// turn, each campaign with a bounded number of calls, so that none stops the others; and for their
// moment, where the campaign has a pace. All times are those of performance.now().
// A campaign begins with few calls at once. Each answer allows one more, each failure halves them
// (slow start, as in TCP): MOAB is not overrun when it comes back, and one that hangs takes less and less.
import type { ClaimedGrant, KnownClock, PacedGrant } from '../db/claim.ts'
import { limits } from '../limits.ts'
import { DatabaseClock } from './database-clock.ts'

export interface WaitingGrant {
  grant: ClaimedGrant
  leaseEnds: number
  /** Of a campaign with a pace: not sent before, nor much later. */
  moment: number | undefined
}

interface Line {
  campaignId: string
  grants: WaitingGrant[]
  head: number
  calls: number
  /** How many of its grants wait for a moment of their own. */
  paced: number
}

export class WaitingGrants {
  /** In the order of their turns: a line that was served moves to the end. */
  #lines = new Map<string, Line>()
  /** Calls at once that a campaign may have, as far as its answers have shown. */
  #windows = new Map<string, number>()
  #averageMs = 100
  #clock = new DatabaseClock()
  size = 0
  /** Lines with grants that wait for their moment: few of many, and looked at before every call. */
  #paced = new Set<Line>()

  /** Claimed between `asked` and now. */
  add(grant: ClaimedGrant | PacedGrant, leaseEnds: number, asked: number): void {
    const { campaignId } = grant
    let line = this.#lines.get(campaignId)
    if (line === undefined)
      this.#lines.set(campaignId, (line = { campaignId, grants: [], head: 0, calls: 0, paced: 0 }))
    let moment: number | undefined
    if ('momentMs' in grant) {
      moment = this.#momentHere(grant, asked)
      this.#countPaced(line, 1)
    }
    line.grants.push({ grant, leaseEnds, moment })
    this.size++
  }

  /** By performance.now(); over already, where the clock proves to be less known than the moment allows for. */
  #momentHere({ claimedMs, momentMs, offMsMax }: PacedGrant, asked: number): number {
    const now = performance.now()
    this.#clock.heard(claimedMs, asked, now)
    return this.#clock.offMsMax(now) <= offMsMax ? this.#clock.here(momentMs) : -Infinity
  }

  /** What moments must allow for beside the margin, as the database's clock will be known when they come. */
  knownClock(): KnownClock {
    const answered = performance.now() + limits.databaseSilenceMs
    const slackMs = this.#clock.offMsMax(answered) - limits.paceClockMsMax
    return {
      slackMs: slackMs > limits.paceSlackMsMax ? 0 : Math.max(0, slackMs),
      wayMs: Math.min(this.#clock.wayMs, limits.paceSlackMsMax),
    }
  }

  /** The next one that may be sent; it counts as a call until `done`. */
  next(): WaitingGrant | undefined {
    for (const [campaignId, line] of this.#lines) {
      const waiting = line.grants[line.head]
      if (waiting === undefined || line.calls >= this.#window(campaignId)) continue
      if (waiting.moment !== undefined && performance.now() < waiting.moment) continue
      this.#take(line)
      line.calls++
      this.#lines.delete(campaignId)
      this.#lines.set(campaignId, line)
      return waiting
    }
    return undefined
  }

  /**
   * Grants whose moment is over: sent now, they would crowd a second that belongs to others. They need
   * new moments.
   */
  dropLate(): ClaimedGrant[] {
    const late: ClaimedGrant[] = []
    for (const line of this.#paced) {
      for (;;) {
        const first = line.grants[line.head]
        if (first === undefined || !isLate(first)) break
        this.#take(line)
        late.push(first.grant)
      }
    }
    return late
  }

  #take(line: Line): void {
    if (line.grants[line.head]?.moment !== undefined) this.#countPaced(line, -1)
    line.head++
    this.size--
    if (line.head > compactAt) {
      line.grants = line.grants.slice(line.head)
      line.head = 0
    }
  }

  #countPaced(line: Line, more: number): void {
    line.paced += more
    if (line.paced === 0) this.#paced.delete(line)
    else this.#paced.add(line)
  }

  /** How long until the first moment comes for which one waits here; null when none does. */
  msToMoment(): number | null {
    let first = Infinity
    for (const { campaignId, grants, head, calls } of this.#paced) {
      // The call that ends looks again.
      if (calls < this.#window(campaignId))
        first = Math.min(first, grants[head]?.moment ?? Infinity)
    }
    return first === Infinity ? null : Math.max(0, first - performance.now())
  }

  /** How many may wait or be under way here: what is claimed must be sendable well before its lease ends. */
  capacity(): number {
    return Math.min(limits.grantsInMemoryMax, this.sendableIn(limits.grantsInMemoryMs))
  }

  /** As answers come now. */
  sendableIn(ms: number): number {
    return Math.ceil((limits.moabConnectionsMax * ms) / this.#averageMs)
  }

  /** What its call came to; `done` follows. */
  answered({ campaignId }: ClaimedGrant, ms: number, failed: boolean): void {
    // A call that waits for longer gives its place away.
    this.#averageMs += (Math.min(ms, limits.moabStalledMs) - this.#averageMs) / 32
    const window = this.#window(campaignId)
    const { moabConnectionsPerCampaignMax: most } = limits
    this.#windows.set(
      campaignId,
      failed ? Math.max(1, Math.floor(window / 2)) : Math.min(most, window + 1),
    )
  }

  done(grant: ClaimedGrant): void {
    const line = this.#lines.get(grant.campaignId)
    if (line === undefined) return
    line.calls--
    if (line.calls === 0 && line.head === line.grants.length) this.#lines.delete(grant.campaignId)
  }

  drop(campaignId: string): ClaimedGrant[] {
    const line = this.#lines.get(campaignId)
    if (line === undefined) return []
    const dropped = line.grants.slice(line.head)
    line.grants = []
    line.head = 0
    this.size -= dropped.length
    this.#countPaced(line, -line.paced)
    return dropped.map(({ grant }) => grant)
  }

  /** Takes out those of these that wait here; ids of them. */
  withdraw(ids: ReadonlySet<string>): string[] {
    const taken: WaitingGrant[] = []
    for (const line of this.#lines.values()) {
      const waiting = line.grants.slice(line.head)
      const theirs = waiting.filter(({ grant }) => ids.has(grant.id))
      if (theirs.length === 0) continue
      taken.push(...theirs)
      this.#countPaced(line, -theirs.filter(({ moment }) => moment !== undefined).length)
      line.grants = waiting.filter(({ grant }) => !ids.has(grant.id))
      line.head = 0
    }
    this.size -= taken.length
    return taken.map(({ grant }) => grant.id)
  }

  #window(campaignId: string): number {
    return this.#windows.get(campaignId) ?? limits.moabConnectionsAtFirst
  }

  dropAll(): ClaimedGrant[] {
    return [...this.#lines.keys()].flatMap((campaignId) => this.drop(campaignId))
  }
}

/** Its moment is over: it needs another. */
export function isLate({ moment = Infinity }: WaitingGrant): boolean {
  return performance.now() > moment + limits.paceLateMsMax
}

const compactAt = 256
