// Claimed grants of this relay that wait for a connection to MOAB: one line per campaign, served in
// turn, each campaign with a bounded number of calls, so that none stops the others.
import type { ClaimedGrant } from '../db/claim.ts'
import { limits } from '../limits.ts'

export interface WaitingGrant {
  grant: ClaimedGrant
  /** On the clock of performance.now(). */
  leaseEnds: number
}

interface Line {
  grants: WaitingGrant[]
  head: number
  calls: number
}

export class WaitingGrants {
  /** In the order of their turns: a line that was served moves to the end. */
  #lines = new Map<string, Line>()
  size = 0

  add(grant: ClaimedGrant, leaseEnds: number): void {
    let line = this.#lines.get(grant.campaignId)
    if (line === undefined)
      this.#lines.set(grant.campaignId, (line = { grants: [], head: 0, calls: 0 }))
    line.grants.push({ grant, leaseEnds })
    this.size++
  }

  /** The next one that may be sent; it counts as a call until `done`. */
  next(): WaitingGrant | undefined {
    for (const [campaignId, line] of this.#lines) {
      const waiting = line.grants[line.head]
      if (waiting === undefined || line.calls >= limits.moabConnectionsPerCampaignMax) continue
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

  done(grant: ClaimedGrant): void {
    const line = this.#lines.get(grant.campaignId)
    if (line === undefined) return
    line.calls--
    if (line.calls === 0 && line.head === line.grants.length) this.#lines.delete(grant.campaignId)
  }

  drop(campaignId: string): ClaimedGrant[] {
    const line = this.#lines.get(campaignId)
    if (line === undefined) return []
    const dropped = line.grants.slice(line.head).map((waiting) => waiting.grant)
    line.grants = []
    line.head = 0
    this.size -= dropped.length
    return dropped
  }

  dropAll(): ClaimedGrant[] {
    return [...this.#lines.keys()].flatMap((campaignId) => this.drop(campaignId))
  }
}

const compactAt = 256
