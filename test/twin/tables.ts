// The tables that delivery lives on, in memory, with the indexes that moves.ts needs to carry hundreds of
// thousands of grants. tables.test.ts holds them against a real PostgreSQL, row by row.
import { Ordered } from './ordered.ts'

export interface Campaign {
  partnerId: string
  id: string
  perSecond: number | null
  startsAt: number | null
}

export interface Health {
  partnerId: string
  campaignId: string
  state: 'healthy' | 'holding' | 'unreachable' | 'stopped'
  reason: string | null
  since: number
  failures: number
  probes: number
  probeAt: number | null
  paceAt: number
}

export interface Grant {
  partnerId: string
  campaignId: string
  id: string
  mode: string
  email: string | null
  emailKey: string
  state: string
  reason: string | null
  createdAt: number
  dueAt: number | null
  attempt: number
  retries: number
  ambiguous: boolean
  leaseUntil: number | null
  leaseOwner: string | null
  settledAt: number | null
  answer: string | null
}

export interface Attempt {
  grantId: string
  attempt: number
  node: string
  answer: string
  failure: string | null
  ambiguous: boolean
  fenced: boolean
}

/** Why a grant went from one state to another: a row of the lifecycle's table, or the outcome of a call. */
export type Cause =
  'claim' | 'probe' | 'settle' | 'lose' | 'hand_back' | 'hold' | 'release' | 'erase' | 'retry'
export type Watch = (grant: Grant, before: Grant | null, cause: Cause | 'birth') => void

/** A campaign's open grants. */
export interface Line {
  campaign: Campaign
  health: Health
  n: number
  queued: Ordered<Grant>
  held: Ordered<Grant>
  dueFrom: number | null
}

export class Tables {
  campaigns = new Map<string, Campaign>()
  health = new Map<string, Health>()
  /** In the order of their ids. */
  grants: Grant[] = []
  attempts = new Map<string, Attempt>()
  events = new Map<string, { id: string; copies: number }>()
  now: () => number
  random: () => number
  watch: Watch = () => {}
  #once = new Set<string>()
  #byId = new Map<string, Grant>()
  #lines = new Map<string, Line>()
  /** Lines of healthy campaigns with queued grants, by when the first is due. */
  #due = { paced: new Ordered<Line>(dueBefore), unpaced: new Ordered<Line>(dueBefore) }
  #withHeld = new Set<Line>()
  #leased = new Ordered<Grant>(
    (a, b) => leaseOf(a) < leaseOf(b) || (leaseOf(a) === leaseOf(b) && a.id < b.id),
  )
  /** Of `holding` and `unreachable`, by when; of `holding` and `stopped`. */
  #toProbe = new Ordered<Health>(probeBefore)
  #shut = new Set<Health>()

  constructor(now: () => number, random: () => number) {
    this.now = now
    this.random = random
  }

  addCampaign(campaign: Campaign): void {
    const { partnerId, id: campaignId } = campaign
    this.campaigns.set(campaignId, campaign)
    const health: Health = {
      partnerId,
      campaignId,
      state: 'healthy',
      reason: null,
      since: this.now(),
      failures: 0,
      probes: 0,
      probeAt: null,
      paceAt: this.now(),
    }
    this.health.set(campaignId, health)
    this.#lines.set(campaignId, {
      campaign,
      health,
      n: this.#lines.size,
      queued: new Ordered((a, b) => due(a) < due(b) || (due(a) === due(b) && a.id < b.id)),
      held: new Ordered((a, b) => a.id < b.id),
      dueFrom: null,
    })
  }

  grant(id: string): Grant | undefined {
    return this.#byId.get(id)
  }

  addGrant(grant: Grant): boolean {
    const once = `${grant.campaignId} ${grant.mode} ${grant.emailKey} ${grant.state === 'test'}`
    if (this.#once.has(once)) return false
    this.#once.add(once)
    this.#byId.set(grant.id, grant)
    let n = this.grants.length
    while (n > 0 && (this.grants[n - 1]?.id ?? '') > grant.id) n--
    if (n === this.grants.length) this.grants.push(grant)
    else this.grants.splice(n, 0, grant)
    this.#enter(grant)
    this.watch(grant, null, 'birth')
    return true
  }

  change(grant: Grant, change: Partial<Grant>, cause: Cause): void {
    const before = { ...grant }
    this.#leave(grant)
    Object.assign(grant, change)
    this.#enter(grant)
    this.watch(grant, before, cause)
  }

  changeHealth(health: Health, change: Partial<Health>): void {
    if (isProbed(health)) this.#toProbe.delete(health)
    Object.assign(health, change)
    if (isProbed(health)) this.#toProbe.add(health)
    if (health.state === 'holding' || health.state === 'stopped') this.#shut.add(health)
    else this.#shut.delete(health)
    const line = this.#lines.get(health.campaignId)
    if (line) this.#mark(line)
  }

  held(campaignId: string): Grant[] {
    return this.#lines.get(campaignId)?.held.all() ?? []
  }

  hasHeld(campaignId: string): boolean {
    return this.#lines.get(campaignId)?.held.first !== undefined
  }

  /** By due_at, id. */
  queued(campaignId: string, dueBefore = Infinity): Grant[] {
    return this.#lines.get(campaignId)?.queued.while((g) => due(g) <= dueBefore) ?? []
  }

  /** The oldest that is held, else the first of the queue. */
  oldest(campaignId: string): Grant | undefined {
    const line = this.#lines.get(campaignId)
    return line?.held.first ?? line?.queued.first
  }

  /** Lines of healthy campaigns with due grants. */
  ready(of: 'paced' | 'unpaced'): Line[] {
    const now = this.now()
    return this.#due[of].while(({ dueFrom }) => (dueFrom ?? Infinity) <= now)
  }

  withHeld(): Line[] {
    return [...this.#withHeld]
  }

  toProbe(): Health[] {
    const now = this.now()
    return this.#toProbe.while(({ probeAt }) => (probeAt ?? Infinity) <= now)
  }

  /** How many campaigns are probed, or wait for it. */
  get probed(): number {
    return this.#toProbe.size
  }

  /** Whose queued grants are to be held. */
  shut(): Health[] {
    return [...this.#shut]
  }

  lost(most: number): Grant[] {
    const now = this.now()
    return this.#leased.while((g) => leaseOf(g) < now, most)
  }

  /** The first instant at which a poll will find something to do. */
  nextWork(): number {
    let next = (this.#leased.first?.leaseUntil ?? Infinity) + 1
    for (const list of Object.values(this.#due))
      next = Math.min(next, list.first?.dueFrom ?? Infinity)
    for (const { health } of this.#withHeld) {
      if (health.state === 'healthy' || health.state === 'unreachable') return 0
    }
    return Math.min(next, this.#nextOfUnwell())
  }

  #nextOfUnwell(): number {
    for (const { campaignId } of this.#shut) {
      if (this.#lines.get(campaignId)?.queued.first) return 0
    }
    const none = this.#toProbe.while(({ campaignId }) => !this.oldest(campaignId)).length
    return this.#toProbe.while(() => true, none + 1)[none]?.probeAt ?? Infinity
  }

  #leave(grant: Grant): void {
    const line = this.#lines.get(grant.campaignId)
    if (grant.state === 'sending') this.#leased.delete(grant)
    if (grant.state === 'queued') line?.queued.delete(grant)
    if (grant.state === 'held') line?.held.delete(grant)
    if (line) this.#mark(line)
  }

  #enter(grant: Grant): void {
    const line = this.#lines.get(grant.campaignId)
    if (grant.state === 'sending') this.#leased.add(grant)
    if (grant.state === 'queued') line?.queued.add(grant)
    if (grant.state === 'held') line?.held.add(grant)
    if (line) this.#mark(line)
  }

  /** Puts it where its first grants belong. */
  #mark(line: Line): void {
    if (line.held.first) this.#withHeld.add(line)
    else this.#withHeld.delete(line)
    const { campaign, health, queued } = line
    const from = health.state === 'healthy' ? (queued.first?.dueAt ?? null) : null
    if (from === line.dueFrom) return
    const list = this.#due[campaign.perSecond === null ? 'unpaced' : 'paced']
    if (line.dueFrom !== null) list.delete(line)
    line.dueFrom = from
    if (from !== null) list.add(line)
  }
}

export const due = (grant: Grant) => grant.dueAt ?? 0
const leaseOf = (grant: Grant) => grant.leaseUntil ?? 0

const isProbed = ({ state, probeAt }: Health) =>
  (state === 'holding' || state === 'unreachable') && probeAt !== null

function probeBefore(a: Health, b: Health): boolean {
  const [one, other] = [a.probeAt ?? 0, b.probeAt ?? 0]
  return one < other || (one === other && a.campaignId < b.campaignId)
}

function dueBefore(a: Line, b: Line): boolean {
  const [one, other] = [a.dueFrom ?? 0, b.dueFrom ?? 0]
  return one < other || (one === other && a.n < b.n)
}
