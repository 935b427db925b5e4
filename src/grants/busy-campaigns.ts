// Which campaigns may have due grants, as far as this relay knows. To look at all of them costs a step in
// an index for each healthy one there is; between two such looks only those are asked that had some when
// they were last asked, or were given some by this relay since.
import type { CampaignKey, ClaimedGrant } from '../db/claim.ts'
import { limits } from '../limits.ts'

export type Asked = 'all' | readonly CampaignKey[]

export class BusyCampaigns {
  /** By their ids. */
  #known = new Map<string, CampaignKey>()
  #all = true
  /** The last look at all found more than there was room for: who was not reached waits. */
  #unfinished = false
  #lookedAtAll = -Infinity

  note(campaigns: readonly CampaignKey[]): void {
    for (const { partnerId, campaignId } of campaigns)
      this.#known.set(campaignId, { partnerId, campaignId })
  }

  /** Any may have some; also after a look whose answer was lost. */
  noteAll(): void {
    this.#all = true
  }

  /** Somebody is to be asked, without anybody saying so anew. */
  get isUnfinished(): boolean {
    return this.#unfinished
  }

  /** Whom to ask now; `found` must follow, or `noteAll` where the answer was lost. */
  next(): Asked {
    const known = [...this.#known.values()]
    this.#known.clear()
    const now = performance.now()
    const isTime = this.#unfinished && now - this.#lookedAtAll >= limits.lookAtAllMs
    if (!this.#all && !isTime && known.length > 0) return known
    this.#all = this.#unfinished = false
    this.#lookedAtAll = now
    return 'all'
  }

  /** `more`: there was no room for all that is due. */
  found(asked: Asked, grants: readonly ClaimedGrant[], more: boolean): void {
    this.note(grants)
    if (!more) return
    if (asked === 'all') this.#unfinished = true
    else this.note(asked)
  }
}
