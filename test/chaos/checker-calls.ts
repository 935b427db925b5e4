// Every call to MOAB after the first for the same person must have its cause: the answer before it was
// lost on the way, or told to come again, or its relay was broken before it could write the answer
// down. Nothing else excuses one.
import { pairOf, type Evidence, type FaultLine } from './evidence.ts'
import type { Call } from './moab.ts'
import type { Violation } from './checker.ts'

export interface CallsJudged {
  calls: number
  pairs: number
  /** Why there were more calls than pairs. */
  causes: { answerLost: number; toldToWait: number; relayBroken: number }
  /** What the breaks of relays could excuse at most: calls they had in hand. */
  inHandAtBreaks: number
  violations: Violation[]
}

/** A living relay whose database answers has written an answer down within this. */
const settleMsMax = 2000
/** Between the cutting of a connection and its call's line in the log: the harness may be busy. */
const lagMsMax = 3000
/** Between a relay's last words and their being read here. */
const unreadMsMax = 1000
/** A connection that fell silent is given up within this, and what waited on it is done again. */
const silenceMsMax = 12_000
/** A relay whose database is away keeps an answer for as long as its lease; then it is lost to it. */
const leaseMs = 60_000

const breaking = /^(relay|all relays|clock)/
const ofDatabase = /^(postmaster|database|sessions|connections|wire database)/

export function callViolations(evidence: Evidence): CallsJudged {
  const breaks = evidence.faults.filter(({ kind }) => breaking.test(kind))
  const troubles = evidence.faults.filter(({ kind }) => ofDatabase.test(kind))
  const judged: CallsJudged = {
    calls: evidence.calls.length,
    pairs: 0,
    causes: { answerLost: 0, toldToWait: 0, relayBroken: 0 },
    inHandAtBreaks: inHand(evidence.calls, breaks),
    violations: [],
  }
  for (const [pair, calls] of byPair(evidence.calls)) {
    judged.pairs++
    for (const [n, next] of calls.entries()) {
      const before = calls[n - 1]
      if (before === undefined) continue
      const wasTouched = isTouched(evidence, before, next.at)
      const broken = () => isBroken(before, next, breaks, troubles)
      if (next.at < before.ended && !wasTouched && !broken()) {
        judged.violations.push(violation('one call at a time for each person', pair, before, next))
      } else if (before.said === null || wasTouched) judged.causes.answerLost++
      else if (!isFinal(before)) judged.causes.toldToWait++
      else if (broken()) judged.causes.relayBroken++
      else
        judged.violations.push(
          violation('nobody is sent again after a final answer', pair, before, next),
        )
    }
  }
  return judged
}

const isFinal = ({ said }: Call) => said === 'ok' || said === 10 || said === 5

function isTouched({ touched }: Evidence, { port, at, ended }: Call, nextAt: number): boolean {
  const until = Math.min(ended + lagMsMax, nextAt)
  return touched.get(port)?.some((time) => time >= at - lagMsMax && time <= until) ?? false
}

/**
 * The relay that made the first call was killed, stopped or frozen before its answer can have been
 * written: at once after it, or later while its database was in trouble.
 */
function isBroken(
  before: Call,
  next: Call,
  breaks: readonly FaultLine[],
  troubles: readonly FaultLine[],
): boolean {
  const inTrouble = (until: number) =>
    troubles.some(
      (each) =>
        concerns(each, before.node) && each.from <= until && each.to + silenceMsMax >= before.at,
    )
  const isOwn = breaks.some(
    (each) =>
      concerns(each, before.node) &&
      each.from <= next.at &&
      each.to + unreadMsMax >= before.at &&
      (each.from <= before.ended + settleMsMax || inTrouble(each.from)),
  )
  return isOwn || (next.at - before.at > leaseMs - 5000 && inTrouble(next.at))
}

/** A fault that names no relay concerns all. */
const concerns = ({ params }: FaultLine, node: string) =>
  params.node === undefined || params.node === node

function inHand(calls: readonly Call[], breaks: readonly FaultLine[]): number {
  return breaks.reduce(
    (sum, each) =>
      sum +
      calls.filter(
        (call) =>
          concerns(each, call.node) &&
          call.at <= each.from &&
          call.ended + settleMsMax >= each.from,
      ).length,
    0,
  )
}

function byPair(calls: readonly Call[]): Map<string, Call[]> {
  const found = new Map<string, Call[]>()
  for (const call of calls) {
    const pair = pairOf(call.key, call.email)
    const same = found.get(pair)
    if (same === undefined) found.set(pair, [call])
    else same.push(call)
  }
  return found
}

const violation = (promise: string, pair: string, before: Call, next: Call): Violation => ({
  promise,
  what: `${before.email}: ${before.said} to ${before.node} (${before.ended - before.at} ms), again by ${next.node} ${next.at - before.at} ms later`,
  pair,
})
