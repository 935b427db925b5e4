// What must hold in every simulation, said without the code under test. The twin's law says more
// (test/twin/law.ts); this is what can be afforded at every one of a million calls.
import type { Grant, Tables } from '../../test/twin/tables.ts'

const leaseLeftMs = 25_000

export class Checks {
  broken: string[] = []
  #tables: Tables
  #doubts = new Map<string, number>()
  #repeated = new Map<string, number>()
  #sent = new Map<string, number[]>()

  constructor(tables: Tables) {
    this.#tables = tables
  }

  /** A call leaves a relay now. */
  leaves(grant: Grant | undefined, attempt: number, node: string): void {
    const leased = grant?.state === 'sending' && grant.attempt === attempt
    this.#must(leased && grant.leaseOwner === node, 'a call leaves under its lease', grant)
    const left = (grant?.leaseUntil ?? 0) - this.#tables.now()
    this.#must(left >= leaseLeftMs, 'the lease outlasts the call', grant)
    if (grant !== undefined) this.#keepsPace(grant)
  }

  /** Its relay will never know what became of it. */
  lost(grantId: string): void {
    this.#doubts.set(grantId, (this.#doubts.get(grantId) ?? 0) + 1)
  }

  /** MOAB has this email already. */
  again(grantId: string): void {
    const times = (this.#repeated.get(grantId) ?? 0) + 1
    this.#repeated.set(grantId, times)
    const grant = this.#tables.grant(grantId)
    this.#must(times <= (this.#doubts.get(grantId) ?? 0), 'a call too many', grant)
  }

  repeated(): number {
    return [...this.#repeated.values()].reduce((sum, times) => sum + times, 0)
  }

  /** Whatever was acknowledged is a grant, each of them granted, each at MOAB, and nothing else is. */
  ended(acknowledged: number, registered: ReadonlySet<string>): void {
    const { grants } = this.#tables
    this.#must(grants.length === acknowledged, `${acknowledged} told, ${grants.length} there`)
    this.#must(registered.size === grants.length, `${registered.size} registered once each`)
    for (const grant of grants) {
      const there = registered.has(`${grant.campaignId} ${grant.email}`)
      this.#must(grant.state === 'granted' && there, 'granted, and at MOAB', grant)
    }
  }

  /** No second is fuller than the campaign allows, wherever it begins. */
  #keepsPace({ campaignId }: Grant): void {
    const perSecond = this.#tables.campaigns.get(campaignId)?.perSecond ?? null
    if (perSecond === null) return
    const now = this.#tables.now()
    const times = (this.#sent.get(campaignId) ?? []).filter((at) => at > now - 1000)
    times.push(now)
    this.#sent.set(campaignId, times)
    if (times.length > Math.ceil(perSecond)) this.broken.push(`${campaignId}: faster than its pace`)
  }

  #must(holds: boolean, what: string, about?: object): void {
    if (!holds) this.broken.push(about === undefined ? what : `${what}: ${JSON.stringify(about)}`)
  }
}
