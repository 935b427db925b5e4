// When due grants are claimed: as soon as somebody says that there are some, and on while there are more
// and half of the room is free.
import type { CampaignKey, ClaimedGrant } from '../db/claim.ts'
import { limits } from '../limits.ts'
import { BusyCampaigns, type Asked } from './busy-campaigns.ts'

export interface ClaimingOptions {
  /** At most so many, of these campaigns; they are then the relay's to send. */
  claim(most: number, asked: Asked): Promise<readonly ClaimedGrant[]>
  /** For how many grants more there is room. */
  room(): number
  isRoomy(): boolean
  goesOn(): boolean
  failed(error: unknown): void
}

export class Claiming {
  #options: ClaimingOptions
  #busy = new BusyCampaigns()
  #wanted = false
  #claiming = false
  #round: Promise<void> = Promise.resolve()

  constructor(options: ClaimingOptions) {
    this.#options = options
  }

  /** There may be due grants, of these campaigns or of any: look now instead of at the next poll. */
  wake(campaigns?: readonly CampaignKey[]): void {
    if (campaigns === undefined) this.#busy.noteAll()
    else this.#busy.note(campaigns)
    this.#wanted = true
    this.#look()
  }

  /** There is room again. */
  goOn(): void {
    if (this.#wanted && this.#options.isRoomy()) this.#look()
  }

  /** Resolves when no claim is under way. */
  ended(): Promise<void> {
    return this.#round
  }

  #look(): void {
    if (this.#options.goesOn() && !this.#claiming) this.#round = this.#claim()
  }

  async #claim(): Promise<void> {
    const { claim, room, isRoomy, goesOn, failed } = this.#options
    this.#claiming = true
    try {
      while (goesOn() && this.#wanted) {
        const most = Math.min(limits.claimBatchMax, room())
        if (most === 0) break
        this.#wanted = false
        const asked = this.#busy.next()
        const grants = await claim(most, asked)
        // A campaign alone gets half of a claim: there may be more, but half of the room is for others.
        const isAll = grants.length === most
        this.#busy.found(asked, grants, isAll)
        const isMore = isAll || grants.length >= Math.max(1, most >> 1)
        this.#wanted ||= isMore || this.#busy.isUnfinished
        if (!isAll && !isRoomy()) break
      }
    } catch (error) {
      this.#busy.noteAll()
      failed(error)
    } finally {
      this.#claiming = false
    }
  }
}
