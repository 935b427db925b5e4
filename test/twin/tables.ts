// The tables that delivery lives on, in memory, and what each statement of src/db does to them, one
// step at a time as PostgreSQL would. tables.test.ts holds them against a real PostgreSQL, row by row.
import { limits } from '../../src/limits.ts'

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
  #once = new Map<string, Grant>()
  #byId = new Map<string, Grant>()

  constructor(now: () => number, random: () => number) {
    this.now = now
    this.random = random
  }

  addCampaign(campaign: Campaign): void {
    const { partnerId, id: campaignId } = campaign
    this.campaigns.set(campaignId, campaign)
    this.health.set(campaignId, {
      partnerId,
      campaignId,
      state: 'healthy',
      reason: null,
      since: this.now(),
      failures: 0,
      probes: 0,
      probeAt: null,
      paceAt: this.now(),
    })
  }

  grant(id: string): Grant | undefined {
    return this.#byId.get(id)
  }

  addGrant(grant: Grant): boolean {
    const once = `${grant.campaignId} ${grant.mode} ${grant.emailKey} ${grant.state === 'test'}`
    if (this.#once.has(once)) return false
    this.#once.set(once, grant)
    this.#byId.set(grant.id, grant)
    let n = this.grants.length
    while (n > 0 && (this.grants[n - 1]?.id ?? '') > grant.id) n--
    this.grants.splice(n, 0, grant)
    this.watch(grant, null, 'birth')
    return true
  }

  change(grant: Grant, change: Partial<Grant>, cause: Cause): void {
    const before = { ...grant }
    Object.assign(grant, change)
    this.watch(grant, before, cause)
  }

  held(campaignId: string): Grant[] {
    return this.grants.filter((g) => g.campaignId === campaignId && g.state === 'held')
  }

  /** By due_at, id. */
  queued(campaignId: string, dueBefore = Infinity): Grant[] {
    return this.grants
      .filter((g) => g.campaignId === campaignId && g.state === 'queued' && due(g) <= dueBefore)
      .sort((a, b) => due(a) - due(b) || (a.id < b.id ? -1 : 1))
  }

  /** The first instant at which a poll will find something to do. */
  nextWork(): number {
    const waits = new Set<string>()
    let next = Infinity
    for (const grant of this.grants) {
      next = Math.min(next, this.#nextWorkOf(grant))
      if (grant.state === 'queued' || grant.state === 'held') waits.add(grant.campaignId)
    }
    for (const { state, campaignId, probeAt } of this.health.values()) {
      const probes = state === 'holding' || state === 'unreachable'
      if (probes && waits.has(campaignId)) next = Math.min(next, probeAt ?? Infinity)
    }
    return next
  }

  #nextWorkOf(grant: Grant): number {
    const state = this.health.get(grant.campaignId)?.state ?? 'healthy'
    const open = state === 'healthy' || state === 'unreachable'
    if (grant.state === 'sending') return (grant.leaseUntil ?? 0) + 1
    if (grant.state === 'held') return open ? 0 : Infinity
    if (grant.state !== 'queued') return Infinity
    if (state === 'healthy') return due(grant)
    return open ? Infinity : 0
  }
}

const due = (grant: Grant) => grant.dueAt ?? 0

interface Lease {
  leaseMs: number
  node: string
  most: number
}

type Claimed = Grant & { due: string | null }

function take(
  t: Tables,
  grant: Grant,
  lease: Lease,
  cause: 'claim' | 'probe',
  change = {},
): Claimed {
  const due = grant.dueAt === null ? null : new Date(grant.dueAt).toISOString()
  const leased = {
    state: 'sending',
    dueAt: null,
    attempt: grant.attempt + 1,
    leaseUntil: t.now() + lease.leaseMs,
    leaseOwner: lease.node,
  }
  t.change(grant, { ...leased, ...change }, cause)
  return { ...grant, due }
}

function shuffled<T>(t: Tables, list: T[]): T[] {
  return list
    .map((item) => ({ item, at: t.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

const healthy = (t: Tables, paced: boolean) =>
  [...t.health.values()].filter(
    (h) => h.state === 'healthy' && (t.campaigns.get(h.campaignId)?.perSecond !== null) === paced,
  )

export function claimDue(t: Tables, lease: Lease): Claimed[] {
  const each = Math.max(1, Math.floor(lease.most / 2))
  return shuffled(t, healthy(t, false))
    .flatMap((h) => t.queued(h.campaignId, t.now()).slice(0, each))
    .slice(0, lease.most)
    .map((grant) => take(t, grant, lease, 'claim'))
}

export function claimPaced(
  t: Tables,
  lease: Lease,
): (Claimed & { momentMs: number; claimedMs: number })[] {
  let room = lease.most
  return shuffled(t, healthy(t, true)).flatMap((h) => {
    const rows = t.queued(h.campaignId, t.now())
    const paceMs = (limits.paceMargin * 1000) / (t.campaigns.get(h.campaignId)?.perSecond ?? 0)
    const waitMs = Math.max(0, h.paceAt - t.now())
    if (rows.length === 0 || waitMs >= limits.paceAheadMs) return []
    const most = 1 + Math.floor((limits.paceAheadMs - waitMs) / paceMs)
    const taken = rows.slice(0, Math.min(room, most))
    room -= taken.length
    if (taken.length > 0) h.paceAt = t.now() + waitMs + taken.length * paceMs
    return taken.map((grant, n) => ({
      ...take(t, grant, lease, 'claim'),
      claimedMs: t.now(),
      momentMs: t.now() + waitMs + n * paceMs,
    }))
  })
}

const perSecondOf = (t: Tables, h: Health) => t.campaigns.get(h.campaignId)?.perSecond ?? null

const odd = (grant: Grant) => grant.answer === 'unknown' || grant.answer === 'no_data'

export function claimProbes(t: Tables, lease: Lease): Claimed[] {
  const unwell = [...t.health.values()]
    .filter((h) => h.state === 'holding' || h.state === 'unreachable')
    .filter((h) => h.probeAt !== null && h.probeAt <= t.now())
    .filter((h) => perSecondOf(t, h) === null || h.paceAt <= t.now())
    .sort((a, b) => (a.probeAt ?? 0) - (b.probeAt ?? 0))
  return unwell.slice(0, lease.most).flatMap((h) => {
    const first = t.held(h.campaignId)[0] ?? t.queued(h.campaignId)[0]
    if (first === undefined) return []
    h.probeAt = t.now() + lease.leaseMs
    const perSecond = perSecondOf(t, h)
    if (perSecond !== null) h.paceAt = t.now() + (limits.paceMargin * 1000) / perSecond
    const counts = odd(first) || first.createdAt < t.now() - limits.retryForMsMax
    const retries = counts ? first.retries : 0
    return [take(t, first, lease, 'probe', { reason: null, retries })]
  })
}

const unleased = { leaseUntil: null, leaseOwner: null }

export function rescueLost(t: Tables, most: number): Grant[] {
  const gone = t.grants
    .filter((g) => g.state === 'sending' && (g.leaseUntil ?? 0) < t.now())
    .sort((a, b) => (a.leaseUntil ?? 0) - (b.leaseUntil ?? 0))
    .slice(0, most)
  for (const g of gone) {
    const row = { grantId: g.id, attempt: g.attempt, node: g.leaseOwner ?? '', fenced: false }
    const lost = { ...row, answer: 'no_answer', failure: 'relay_lost', ambiguous: true }
    if (!t.attempts.has(keyOf(row))) t.attempts.set(keyOf(row), lost)
    t.change(g, { state: 'queued', dueAt: t.now(), ambiguous: true, ...unleased }, 'lose')
  }
  return gone
}

interface Returned {
  id: string
  attempt: number
  due: string | null
}

export function handBack(t: Tables, returned: Returned[], node: string): void {
  returned.forEach(({ id, attempt, due }) => {
    const g = t.grant(id)
    if (!holdsLease(g, attempt, node)) return
    const dueAt = due === null ? g.createdAt : Date.parse(due)
    t.change(g, { state: 'queued', dueAt, ...unleased }, 'hand_back')
  })
}

export function holdQueued(t: Tables, most: number): Grant[] {
  const stuck = [...t.health.values()]
    .filter((h) => h.state === 'holding' || h.state === 'stopped')
    .flatMap((h) => t.queued(h.campaignId).map((g) => ({ g, reason: h.reason })))
    .slice(0, most)
  for (const { g, reason } of stuck) {
    const retries = odd(g) ? g.retries : 0
    t.change(g, { state: 'held', reason, dueAt: null, retries }, 'hold')
  }
  return stuck.map(({ g }) => g)
}

export function releaseHeld(t: Tables, most: number): Grant[] {
  const free = [...t.health.values()]
    .filter((h) => h.state === 'healthy' || h.state === 'unreachable')
    .flatMap((h) => t.held(h.campaignId))
    .slice(0, most)
  for (const g of free) t.change(g, { state: 'queued', reason: null, dueAt: t.now() }, 'release')
  return free
}

export function holdsLease(
  g: Grant | undefined,
  attempt: number | undefined,
  node: string,
): g is Grant {
  return g?.state === 'sending' && g.attempt === attempt && g.leaseOwner === node
}

export const keyOf = (row: { grantId: string; attempt: number; node: string }) =>
  `${row.grantId} ${row.attempt} ${row.node}`

export { unleased }
