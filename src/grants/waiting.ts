// Claimed grants of this relay that wait for a connection to MOAB: one line per campaign, served in
// turn, each campaign with a bounded number of calls, so that none stops the others; and for their
// moment, where the campaign has a pace. All times are those of performance.now().
import type { ClaimedGrant, PacedGrant } from '../db/claim.ts'
import { limits } from '../limits.ts'

export interface WaitingGrant {
  grant: ClaimedGrant
  leaseEnds: number
  /** Not sent before. */
  from: number
  /** Between this one and the next of its campaign; 0: none. */
  paceMs: number
}

interface Line {
  grants: WaitingGrant[]
  head: number
  calls: number
  /** The pace allows no call before. */
  from: number
}

export class WaitingGrants {
  /** In the order of their turns: a line that was served moves to the end. */
  #lines = new Map<string, Line>()
  size = 0
  /** Of these, how many wait for a moment of their own. */
  #paced = 0

  add(grant: ClaimedGrant | PacedGrant, leaseEnds: number): void {
    let line = this.#lines.get(grant.campaignId)
    if (line === undefined)
      this.#lines.set(grant.campaignId, (line = { grants: [], head: 0, calls: 0, from: -Infinity }))
    const [from, paceMs] =
      'waitMs' in grant ? [performance.now() + grant.waitMs, grant.paceMs] : [-Infinity, 0]
    line.grants.push({ grant, leaseEnds, from, paceMs })
    this.size++
    if (paceMs > 0) this.#paced++
  }

  /** The next one that may be sent; it counts as a call until `done`. */
  next(): WaitingGrant | undefined {
    for (const [campaignId, line] of this.#lines) {
      const waiting = line.grants[line.head]
      if (waiting === undefined || line.calls >= limits.moabConnectionsPerCampaignMax) continue
      if (waiting.paceMs > 0) {
        const now = performance.now()
        if (now < momentOf(waiting, line)) continue
        line.from = Math.max(line.from, now - limits.paceJitterMs) + waiting.paceMs
        this.#paced--
      }
      line.head++
      line.calls++
      this.size--
      if (line.head > compactAt) {
        line.grants = line.grants.slice(line.head)
        line.head = 0
      }
      this.#lines.delete(campaignId)
      this.#lines.set(campaignId, line)
      return waiting
    }
    return undefined
  }

  /** How long until the first moment comes for which one waits here; null when none does. */
  msToMoment(): number | null {
    if (this.#paced === 0) return null
    let first = Infinity
    for (const line of this.#lines.values()) {
      const waiting = line.grants[line.head]
      const mayCall = line.calls < limits.moabConnectionsPerCampaignMax
      if (waiting !== undefined && waiting.paceMs > 0 && mayCall)
        first = Math.min(first, momentOf(waiting, line))
    }
    return first === Infinity ? null : Math.max(0, first - performance.now())
  }

  done(grant: ClaimedGrant): void {
    const line = this.#lines.get(grant.campaignId)
    if (line === undefined) return
    line.calls--
    // What a pace allows next must be remembered until then.
    const isOver = line.calls === 0 && line.head === line.grants.length
    if (isOver && line.from <= performance.now()) this.#lines.delete(grant.campaignId)
  }

  drop(campaignId: string): ClaimedGrant[] {
    const line = this.#lines.get(campaignId)
    if (line === undefined) return []
    const dropped = line.grants.slice(line.head)
    line.grants = []
    line.head = 0
    this.size -= dropped.length
    this.#paced -= dropped.filter(({ paceMs }) => paceMs > 0).length
    return dropped.map(({ grant }) => grant)
  }

  dropAll(): ClaimedGrant[] {
    return [...this.#lines.keys()].flatMap((campaignId) => this.drop(campaignId))
  }
}

function momentOf({ from }: WaitingGrant, line: Line): number {
  return Math.max(from, line.from)
}

const compactAt = 256
