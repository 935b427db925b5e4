// What each statement of src/db does to the tables, one step at a time as PostgreSQL would.
// tables.test.ts holds it against a real PostgreSQL, row by row.
import { limits } from '../../src/limits.ts'
import { due, type Grant, type Health, type Tables } from './tables.ts'

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

/** Drawn one by one: few of many are wanted. */
function* inAnyOrder<T>(t: Tables, list: T[]): Generator<T> {
  for (let left = list.length; left > 0; left--) {
    const at = Math.floor(t.random() * left)
    const [drawn, last] = [list[at], list[left - 1]]
    if (drawn === undefined || last === undefined) return
    list[at] = last
    yield drawn
  }
}

/** `these`: ids of the campaigns that are asked; null: all are. */
export function claimDue(
  t: Tables,
  lease: Lease,
  these: ReadonlySet<string> | null = null,
): Claimed[] {
  const each = Math.max(1, Math.floor(lease.most / 2))
  const claimed: Claimed[] = []
  const ready = t.ready('unpaced')
  const asked = these ? ready.filter(({ campaign: { id } }) => these.has(id)) : ready
  for (const { queued } of inAnyOrder(t, asked)) {
    const room = lease.most - claimed.length
    if (room === 0) break
    const first = queued.while((g) => due(g) <= t.now(), Math.min(each, room))
    claimed.push(...first.map((grant) => take(t, grant, lease, 'claim')))
  }
  return claimed
}

type Paced = Claimed & { momentMs: number; claimedMs: number }

export function claimPaced(t: Tables, lease: Lease, slackMs: number, soonestMs: number): Paced[] {
  const claimed: Paced[] = []
  for (const { campaign, health, queued } of inAnyOrder(t, t.ready('paced'))) {
    const room = lease.most - claimed.length
    if (room === 0) break
    const paceMs = (limits.paceMargin * 1000) / (campaign.perSecond ?? 0)
    const waitMs = Math.max(soonestMs - slackMs, health.paceAt - t.now())
    if (health.paceAt - t.now() >= limits.paceAheadMs) continue
    const most = 1 + Math.floor((limits.paceAheadMs - waitMs) / paceMs)
    const first = queued.while((g) => due(g) <= t.now(), Math.min(room, most))
    health.paceAt = t.now() + waitMs + 2 * slackMs + first.length * paceMs
    first.forEach((grant, n) =>
      claimed.push({
        ...take(t, grant, lease, 'claim'),
        claimedMs: t.now(),
        momentMs: t.now() + waitMs + slackMs + n * paceMs,
      }),
    )
  }
  return claimed
}

const perSecondOf = (t: Tables, h: Health) => t.campaigns.get(h.campaignId)?.perSecond ?? null

const odd = (grant: Grant) => grant.answer === 'unknown' || grant.answer === 'no_data'

export function claimProbes(t: Tables, lease: Lease, slackMs: number, soonestMs: number): object[] {
  const unwell = t.toProbe().filter((h) => perSecondOf(t, h) === null || h.paceAt <= t.now())
  return unwell.slice(0, lease.most).flatMap((h) => {
    const first = t.oldest(h.campaignId)
    if (first === undefined) return []
    t.changeHealth(h, { probeAt: t.now() + lease.leaseMs })
    const perSecond = perSecondOf(t, h)
    const momentMs = perSecond === null ? null : t.now() + soonestMs
    if (momentMs !== null && perSecond !== null)
      h.paceAt = momentMs + slackMs + (limits.paceMargin * 1000) / perSecond
    const counts = odd(first) || first.createdAt < t.now() - limits.retryForMsMax
    const retries = counts ? first.retries : 0
    const taken = take(t, first, lease, 'probe', { reason: null, retries })
    return [{ ...taken, claimedMs: t.now(), momentMs }]
  })
}

const unleased = { leaseUntil: null, leaseOwner: null }

export function rescueLost(t: Tables, most: number): Grant[] {
  const gone = t.lost(most)
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
  const stuck = t
    .shut()
    .flatMap((h) => t.queued(h.campaignId).map((g) => ({ g, reason: h.reason })))
    .slice(0, most)
  for (const { g, reason } of stuck) {
    const retries = odd(g) ? g.retries : 0
    t.change(g, { state: 'held', reason, dueAt: null, retries }, 'hold')
  }
  return stuck.map(({ g }) => g)
}

export function releaseHeld(t: Tables, most: number): Grant[] {
  const free = t
    .withHeld()
    .filter(({ health }) => health.state === 'healthy' || health.state === 'unreachable')
    .flatMap(({ held }) => held.while(() => true, most))
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
