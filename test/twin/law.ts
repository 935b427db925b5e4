// What must hold whatever happens, said once more and without the code under test: the tables of
// docs/grants.md, and the promises about calls, leases, order, pace and probes.
import { lifecycle, type GrantState } from '../../src/grants/lifecycle.ts'
import type { Answer } from '../../src/moab/answer.ts'
import type { ModelMoab } from './moab.ts'
import type { Cause, Grant, Health, Tables } from './tables.ts'

const minute = 60_000
const hour = 60 * minute
const waits = [5_000, 30_000, 2 * minute, 10 * minute, 30 * minute, hour, 2 * hour, 4 * hour]
const waitOf = (retries: number) => waits[retries - 1] ?? (retries === 9 ? 8 * hour : 12 * hour)
const probeEvery: Record<string, number> = {
  credentials: 10 * minute,
  not_started: 15 * minute,
  ended: 6 * hour,
  limit_reached: 30 * minute,
}
const holds: Record<string, string> = {
  no_api_key: 'credentials',
  api_key_malformed: 'credentials',
  partner_not_found: 'credentials',
  not_started: 'not_started',
  ended: 'ended',
  limit_reached: 'limit_reached',
}
/** Answers after which a grant is tried again, and how often. */
const tries: Record<string, number> = {
  no_email: 1,
  no_data: 3,
  unknown: 3,
  moab_error: 99,
  no_answer: 99,
}
const failures = ['no_answer', 'moab_error']
const calming = ['ok', 'known', 'wrong_email']
const finals = new Set(['granted', 'already_known', 'refused', 'suppressed'])
const leaseMs = 60_000
const fifthOpens = 5

export interface Settled {
  grantId: string
  campaignId: string
  answer: string
}

export class Law {
  broken: string[] = []
  /** Why a grant may be called for once more although MOAB has it. */
  #excuses = new Map<string, number>()
  #extra = new Map<string, number>()
  /** Grants that the statement at hand settled: other results of it came too late, or again. */
  #counted = new Set<string>()
  #failures = new Map<string, number>()
  #opened = new Map<string, number>()
  #probeFrom = new Map<string, number>()
  /** When calls of paced campaigns left, within the last second. */
  #sent = new Map<string, number[]>()
  #tables: Tables
  #moab: ModelMoab

  constructor(tables: Tables, moab: ModelMoab) {
    this.#tables = tables
    this.#moab = moab
    tables.watch = (grant, before, cause) => this.#moved(grant, before, cause)
  }

  must(holds: boolean, what: string, about?: object): void {
    if (!holds) this.broken.push(about === undefined ? what : `${what}: ${JSON.stringify(about)}`)
  }

  /** A request is written now. */
  callLeaves(grant: Grant | undefined, attempt: number, node: string, stalled: boolean): void {
    if (stalled) return
    if (grant !== undefined) this.#keepsPace(grant.campaignId)
    const leased = grant?.state === 'sending' && grant.attempt === attempt
    this.must(leased && grant.leaseOwner === node, 'a call leaves under its lease', { grant, node })
    const left = (grant?.leaseUntil ?? 0) - this.#tables.now()
    this.must(left >= 25_000, 'the lease outlasts the call', { grant, left })
  }

  callArrives(grantId: string, answer: Answer): void {
    if (answer.class !== 'known') return
    const grant = this.#tables.grant(grantId)
    if (grant === undefined || this.#others(grant)) return
    count(this.#extra, grantId)
    const [extra, excuses] = [this.#extra.get(grantId) ?? 0, this.#excuses.get(grantId) ?? 0]
    this.must(extra <= excuses, 'a call too many', { grant, extra, excuses })
  }

  answerLost(grantId: string): void {
    count(this.#excuses, grantId)
  }

  claimed(grants: readonly Grant[], most: number): void {
    this.must(grants.length <= most, 'no more is claimed than there is room for', { most })
  }

  released(grants: readonly Grant[]): void {
    for (const { campaignId, id } of grants) {
      const earlier = this.#tables.held(campaignId)[0]
      this.must(earlier === undefined || earlier.id > id, 'released in order of arrival')
    }
  }

  /** A person stopped, started or changed the campaign: what was known is forgotten. */
  personActed(campaignId: string, forgets: boolean): void {
    this.#probeFrom.delete(campaignId)
    if (!forgets) return
    this.#failures.delete(campaignId)
    this.#opened.delete(campaignId)
  }

  /** One batch of results; `before` is the health that its campaigns had. */
  settled(results: readonly Settled[], before: ReadonlyMap<string, Health>): void {
    for (const campaignId of new Set(results.map((r) => r.campaignId))) {
      const counted = results.filter(
        (r) => r.campaignId === campaignId && this.#counted.has(r.grantId),
      )
      const answers = counted.map((r) => r.answer)
      const was = before.get(campaignId)
      const is = this.#tables.health.get(campaignId)
      if (was && is) this.#healthIs(was, is, answers)
    }
    this.#counted.clear()
  }

  #healthIs(was: Health, is: Health, answers: readonly string[]): void {
    const { campaignId } = is
    const about = { was: was.state, is: is.state, reason: is.reason, answers }
    if (was.state === 'stopped') return this.must(is.state === 'stopped', 'stopped by a person')
    const held = answers.flatMap((answer) => holds[answer] ?? [])
    const failed = answers.filter((answer) => failures.includes(answer))
    const calm = answers.some((answer) => calming.includes(answer))
    if (held.length > 0 || calm) {
      this.#failures.delete(campaignId)
      this.#opened.delete(campaignId)
    }
    if (held.length > 0) {
      this.must(is.state === 'holding' && held.includes(is.reason ?? ''), 'it holds', about)
      this.#probeFrom.set(campaignId, this.#nextProbe(campaignId, is.reason ?? ''))
    } else if (calm) this.must(is.state === 'healthy', 'it is healthy again', about)
    else if (failed.length > 0) this.#silent(was, is, failed.length, about)
    else this.must(is.state === was.state, 'other answers leave it alone', about)
  }

  #nextProbe(campaignId: string, reason: string): number {
    const now = this.#tables.now()
    const start = this.#tables.campaigns.get(campaignId)?.startsAt ?? 0
    return reason === 'not_started' && start > now ? start : now + (probeEvery[reason] ?? 0)
  }

  #silent(was: Health, is: Health, more: number, about: object): void {
    const { campaignId } = is
    const failures = (this.#failures.get(campaignId) ?? 0) + more
    this.#failures.set(campaignId, failures)
    const opens = was.state === 'healthy' && failures >= fifthOpens
    this.must(is.state === (opens ? 'unreachable' : was.state), 'five in a row open it', about)
    if (is.state === 'healthy') return
    const nth = opens ? 0 : (this.#opened.get(campaignId) ?? -1) + 1
    this.#opened.set(campaignId, nth)
    // A probe in a batch with others counts once.
    this.#probeFrom.set(campaignId, this.#tables.now() + Math.min(60_000, 5_000 * 2 ** nth))
  }

  #moved(grant: Grant, before: Grant | null, cause: Cause | 'birth'): void {
    this.#isWhole(grant)
    if (before === null) return this.#born(grant)
    this.must(legal(before, grant, cause), 'the lifecycle knows this move', {
      before,
      grant,
      cause,
    })
    this.must(grant.ambiguous || !before.ambiguous, 'what was ambiguous stays it', { grant })
    if (cause === 'lose') this.#wasLost(grant, before)
    if (cause === 'claim') this.#wasClaimed(grant, before)
    if (cause === 'probe') this.#probed(before)
    if (cause === 'settle') this.#answered(grant, before)
  }

  #wasLost(grant: Grant, before: Grant): void {
    this.must(grant.ambiguous, 'a lost call is ambiguous', { grant })
    this.must((before.leaseUntil ?? Infinity) < this.#tables.now(), 'lost after its lease')
    count(this.#excuses, grant.id)
  }

  #wasClaimed(grant: Grant, before: Grant): void {
    const { state } = this.#tables.health.get(grant.campaignId) ?? {}
    this.must(state === 'healthy', 'only healthy campaigns are called', { grant, state })
    this.must((before.dueAt ?? Infinity) <= this.#tables.now(), 'claimed when due', { before })
    const [first] = this.#tables.queued(grant.campaignId, before.dueAt ?? 0)
    const inTurn = first === undefined || (first.dueAt === before.dueAt && first.id > grant.id)
    this.must(inTurn, 'claimed in order', { before, first })
  }

  #isWhole(g: Grant): void {
    this.must((g.state === 'queued') === (g.dueAt !== null), 'due when queued', g)
    const leased = g.leaseUntil !== null && g.leaseOwner !== null
    this.must((g.state === 'sending') === leased, 'leased when sending', g)
    this.must(finals.has(g.state) === (g.settledAt !== null), 'settled when final', g)
    const waiting = g.state === 'held' || g.state === 'attention'
    this.must(!waiting || g.reason !== null, 'who waits has a reason', g)
  }

  #born(grant: Grant): void {
    if (grant.state === 'test' || grant.state === 'held') return
    const line = this.#tables.held(grant.campaignId)
    this.must(line.length === 0, 'nobody overtakes those who are held', { grant })
  }

  #probed(before: Grant): void {
    const { campaignId } = before
    const from = this.#probeFrom.get(campaignId) ?? 0
    const early = from - this.#tables.now()
    this.must(early <= 0, 'one probe an interval', { before, early })
    this.#probeFrom.set(campaignId, this.#tables.now() + leaseMs)
    const first = this.#tables.held(campaignId)[0]
    const oldest = before.state !== 'held' || first === undefined || first.id > before.id
    this.must(oldest, 'the oldest is the probe')
  }

  #answered(grant: Grant, before: Grant): void {
    this.#counted.add(grant.id)
    const { answer, state, reason } = grant
    const key = `${grant.campaignId} ${grant.email}`
    const knows = this.#moab.registered.get(key)
    if (state === 'granted') this.must(knows !== undefined, 'granted is true', { grant })
    if (state === 'already_known') this.must(knows === 'others', 'known before us', { grant })
    if (state === 'refused') this.must(knows === undefined, 'refused is not known', { grant })
    const hold = holds[answer ?? '']
    const known = before.ambiguous ? 'granted' : 'already_known'
    const expected: Record<string, string> = { ok: 'granted', known, wrong_email: 'refused' }
    if (hold) this.must(state === 'held' && reason === hold, 'held for what MOAB said', { grant })
    else if (tries[answer ?? ''] !== undefined) this.#again(grant, before)
    else this.must(state === expected[answer ?? ''], 'what MOAB said is taken for that', { grant })
  }

  /** The schedule: never shorter, at most a tenth longer, 72 hours in all. */
  #again(grant: Grant, before: Grant): void {
    const { retries } = grant
    this.must(retries === before.retries + 1, 'each try counts', { grant, before })
    let waited = 0
    for (let n = 1; n <= retries; n++) waited += waitOf(n)
    const over = waited > 72 * hour || retries >= (tries[grant.answer ?? ''] ?? 0)
    this.must(grant.state === (over ? 'attention' : 'queued'), 'tried 72 hours, no more', { grant })
    if (grant.dueAt === null) return
    const share = (grant.dueAt - this.#tables.now()) / waitOf(retries)
    this.must(share >= 1 && share <= 1.1001, 'waits as the table says', { grant, share })
  }

  /** No second is fuller than the campaign allows, wherever it begins, and whatever became of relays. */
  #keepsPace(campaignId: string): void {
    const perSecond = this.#tables.campaigns.get(campaignId)?.perSecond ?? null
    if (perSecond === null) return
    const now = this.#tables.now()
    const times = (this.#sent.get(campaignId) ?? []).filter((at) => at > now - 1000)
    times.push(now)
    this.#sent.set(campaignId, times)
    this.must(times.length <= Math.max(1, perSecond), 'the pace is kept', { perSecond, times })
  }

  #others(grant: Grant): boolean {
    return this.#moab.registered.get(`${grant.campaignId} ${grant.email}`) === 'others'
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function legal(before: Grant, after: Grant, cause: Cause | 'birth'): boolean {
  const moves: Record<string, string> = lifecycle[before.state as GrantState]
  if (cause === 'settle') return Object.values(moves).includes(after.state)
  const move = cause === 'probe' && before.state === 'queued' ? 'claim' : cause
  return moves[move] === after.state
}
