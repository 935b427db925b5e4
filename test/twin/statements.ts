// The statements that the relay sends, told apart by their text and done to the model's tables: so the
// real src/db is driven, with the parameters that it really sends.
import { limits } from '../../src/limits.ts'
import { arrayIn, withArrays } from './array-in.ts'
import * as moves from './moves.ts'
import { holdsLease, keyOf, unleased } from './moves.ts'
import type { Campaign, Health, Tables } from './tables.ts'

type Run = (t: Tables, parameters: readonly unknown[]) => object[]

const number = (value: unknown) => Number(value)
const text = (value: unknown) => String(value)
/** As 0 or 1. */
const flag = (value: unknown) => number(value) === 1
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const texts = (value: unknown) => list(value).map(text)
const orNull = <T>(value: unknown, as: (value: unknown) => T) =>
  value === null || value === undefined ? null : as(value)

const lease = ([leaseMs, node, most]: readonly unknown[]) => ({
  leaseMs: number(leaseMs),
  node: text(node),
  most: number(most),
})

/** $5, where only some are asked. */
const campaignsOf = ({ 4: ids }: readonly unknown[]) =>
  ids === undefined ? null : new Set(arrayIn(ids).map(text))

const intents = {
  due: { begins: 'with due as', run: (t, p) => moves.claimDue(t, lease(p), campaignsOf(p)) },
  paced: {
    begins: 'with turn as',
    run: (t, p) => moves.claimPaced(t, lease(p), number(p[3]), number(p[4])),
  },
  probes: {
    begins: 'with unwell as',
    run: (t, p) => moves.claimProbes(t, lease(p), number(p[3]), number(p[4])),
  },
  rescue: { begins: 'with gone as', run: (t, p) => copies(moves.rescueLost(t, number(p[0]))) },
  handBack: {
    begins: "update grants g set state = 'queued'",
    run: (t, [ids, attempts, node, dues]) => {
      const returned = texts(ids).map((id, n) => ({
        id,
        attempt: number(list(attempts)[n]),
        due: list(dues)[n] as string | null,
      }))
      moves.handBack(t, returned, text(node))
      return []
    },
  },
  hold: { begins: 'with stuck as', run: (t, p) => copies(moves.holdQueued(t, number(p[0]))) },
  release: { begins: 'with free as', run: (t, p) => copies(moves.releaseHeld(t, number(p[0]))) },
  settle: { begins: 'with result as', run: settle },
  record: { begins: 'with bodies as', run: record },
} as const satisfies Record<string, { begins: string; run: Run }>

type Intent = keyof typeof intents
const known = new Map<string, Intent>()

export function intentOf(statement: string): Intent {
  const intent = known.get(statement) ?? find(statement.trimStart())
  known.set(statement, intent)
  return intent
}

function find(statement: string): Intent {
  for (const [intent, { begins }] of Object.entries(intents))
    if (statement.startsWith(begins)) return intent as Intent
  throw new Error(`the twin does not know this statement: ${statement.slice(0, 60)}`)
}

export function execute(t: Tables, statement: string, parameters: readonly unknown[]): object[] {
  return intents[intentOf(statement)].run(t, parameters)
}

const copies = (rows: object[]) => rows.map((row) => ({ ...row }))

/** $1 to $19 of settleStatement. */
function settle(t: Tables, given: readonly unknown[]): object[] {
  const p = withArrays(given, (n) => n !== 15)
  const node = text(p[15])
  const fenced: string[] = []
  const effects = new Map<string, Effect>()
  texts(p[1]).forEach((grantId, n) => {
    const at = (column: number) => list(p[column])[n]
    const attempt = number(at(2))
    const grant = t.grant(grantId)
    const settled = holdsLease(grant, attempt, node)
    if (settled) {
      t.change(grant, changeOf(t, at), 'settle')
      addEffect(effects, at)
    }
    const row = { grantId, attempt, node, fenced: !settled, answer: text(at(10)) }
    const said = { ...row, failure: orNull(at(12), text), ambiguous: flag(at(13)) }
    const before = t.attempts.get(keyOf(row))
    if (before !== undefined && before.failure !== 'relay_lost') return
    t.attempts.set(keyOf(row), before ? { ...said, fenced: true } : said)
    if (!settled || before) fenced.push(grantId)
  })
  return [
    ...fenced.map((id) => ({ id, what: 'fenced' })),
    ...applied(t, effects).map((h) => ({ id: h.campaignId, what: h.state })),
  ]
}

type Column = (column: number) => unknown

function changeOf(t: Tables, at: Column) {
  const state = text(at(3))
  return {
    state,
    reason: orNull(at(4), text),
    retries: number(at(6)),
    ...unleased,
    ambiguous: flag(at(7)),
    answer: text(at(10)),
    dueAt: state === 'queued' ? t.now() + number(at(5)) : null,
    settledAt: ['granted', 'already_known', 'refused'].includes(state) ? t.now() : null,
  }
}

interface Effect {
  /** Whose reason counts: the smallest. */
  grantId: string
  kind: string
  reason: string | null
  probeMs: number | null
  failures: number
}

const rank: Record<string, number> = { failure: 0, healthy: 1, hold: 2 }

function addEffect(effects: Map<string, Effect>, at: Column): void {
  const [campaignId, kind] = [text(at(16)), text(at(17))]
  if (kind === 'none') return
  const one: Effect = {
    grantId: text(at(1)),
    kind,
    reason: kind === 'hold' ? orNull(at(4), text) : null,
    probeMs: orNull(at(18), number),
    failures: Number(kind === 'failure'),
  }
  const sofar = effects.get(campaignId)
  if (sofar === undefined) return void effects.set(campaignId, one)
  const failures = sofar.failures + one.failures
  effects.set(campaignId, { ...(outranks(one, sofar) ? one : sofar), failures })
}

function outranks(one: Effect, other: Effect): boolean {
  const more = (rank[one.kind] ?? 0) - (rank[other.kind] ?? 0)
  return more === 0 ? one.grantId < other.grantId : more > 0
}

/** Campaigns that are unwell afterwards. */
function applied(t: Tables, effects: ReadonlyMap<string, Effect>): Health[] {
  return [...effects].flatMap(([campaignId, effect]) => {
    const h = t.health.get(campaignId)
    const campaign = t.campaigns.get(campaignId)
    if (h === undefined || campaign === undefined || h.state === 'stopped') return []
    if (effect.kind === 'healthy' && h.state === 'healthy' && h.failures === 0) return []
    t.changeHealth(h, healthAfter(h, effect, campaign, t.now()))
    return h.state === 'healthy' ? [] : [h]
  })
}

function healthAfter(h: Health, e: Effect, campaign: Campaign, now: number): Partial<Health> {
  const state = stateAfter(h, e)
  const said = e.reason ?? h.reason
  const waiting = state === 'unreachable' ? 'no_answer' : said
  const same = state === h.state
  const probes = same ? h.probes + 1 : 0
  return {
    state,
    reason: state === 'healthy' ? null : waiting,
    since: same && said === h.reason ? h.since : now,
    failures: e.kind === 'failure' ? h.failures + e.failures : 0,
    probes: state === 'healthy' ? 0 : probes,
    probeAt: state === 'healthy' ? null : probeAfter(probes, e, campaign, now),
  }
}

function stateAfter(h: Health, e: Effect): Health['state'] {
  if (e.kind === 'healthy') return 'healthy'
  if (e.kind === 'hold') return 'holding'
  const open = h.state === 'healthy' && h.failures + e.failures >= limits.breakerFailures
  return open ? 'unreachable' : h.state
}

function probeAfter(probes: number, e: Effect, { startsAt }: Campaign, now: number): number | null {
  if (e.kind !== 'hold') return now + Math.min(60_000, 5000 * 2 ** Math.min(probes, 10))
  if (e.reason === 'not_started' && startsAt !== null && startsAt > now) return startsAt
  return e.probeMs === null ? null : now + e.probeMs
}

const isRecordedArray = (n: number) => (n >= 7 && n <= 20) || (n >= 23 && n <= 33)

/** Events at $8 of recordStatement, grants at $24. */
function record(t: Tables, given: readonly unknown[]): object[] {
  const p = withArrays(given, isRecordedArray)
  const fresh: string[] = []
  texts(p[7]).forEach((id, n) => {
    const key = `${text(list(p[9])[n])} ${text(list(p[11])[n])}`
    const copies = number(list(p[19])[n])
    const seen = t.events.get(key)
    if (seen === undefined) {
      t.events.set(key, { id, copies })
      fresh.push(id)
    } else seen.copies += copies
  })
  const made = texts(p[23]).flatMap((_, n) => born(t, p, n, fresh))
  return [...fresh.map((id) => ({ id, state: null })), ...made]
}

function born(t: Tables, p: readonly unknown[], n: number, fresh: string[]): object[] {
  const at = (column: number) => list(p[23 + column])[n]
  const campaignId = text(at(3))
  if (!fresh.includes(text(at(2)))) return []
  const { state, reason } = stateAtBirth(t, campaignId, flag(at(9)), flag(at(10)))
  const sending = state === 'sending'
  const grant = {
    id: text(at(0)),
    partnerId: text(at(1)),
    campaignId,
    mode: text(at(5)),
    email: text(at(8)),
    emailKey: text(at(6)),
    state,
    reason,
    createdAt: t.now(),
    dueAt: state === 'queued' ? t.now() : null,
    attempt: Number(sending),
    retries: 0,
    ambiguous: false,
    settledAt: null,
    answer: null,
    leaseUntil: sending ? t.now() + number(p[34]) : null,
    leaseOwner: sending ? text(p[35]) : null,
  }
  return t.addGrant(grant) ? [{ id: grant.id, state }] : []
}

function stateAtBirth(t: Tables, campaignId: string, test: boolean, claim: boolean) {
  if (test) return { state: 'test', reason: null }
  const h = t.health.get(campaignId)
  if (h?.state === 'holding' || h?.state === 'stopped') return { state: 'held', reason: h.reason }
  if (t.hasHeld(campaignId)) return { state: 'held', reason: 'in_line' }
  const paced = t.campaigns.get(campaignId)?.perSecond !== null
  const now = claim && h?.state === 'healthy' && !paced
  return { state: now ? 'sending' : 'queued', reason: null }
}
