// When a cause is told, and told again: at once, after an hour, six hours, a day, then daily until the
// seventh day, then no more until it is over. Pure; times are the database's, Unix milliseconds.
const hour = 3_600_000
const day = 24 * hour

/** Since the first notice. */
const rungsMs: readonly number[] = [0, hour, 6 * hour, ...[1, 2, 3, 4, 5, 6, 7].map((n) => n * day)]

/** Somebody's open cause, as far as it was told. */
export interface Ladder {
  /** Notices so far. */
  rung: number
  /** When the first one was written; null: none was. */
  beganAt: number | null
}

export interface Step extends Ladder {
  beganAt: number
  /** Of the next notice; null: silence until it is over. */
  dueAt: number | null
}

/** After a notice is written now. What was missed meanwhile is not made up for. */
export function climb({ rung, beganAt }: Ladder, now: number): Step {
  const began = beganAt ?? now
  const next = rungsMs.findIndex((ms, index) => index > rung && began + ms > now)
  return {
    rung: next === -1 ? rungsMs.length : next,
    beganAt: began,
    dueAt: next === -1 ? null : began + (rungsMs[next] ?? 0),
  }
}

const retriesMs = [10_000, 60_000, 5 * 60_000]
const laterMs = 15 * 60_000
/** Longer is not worth it: what is still open is told again by its ladder. */
const keptMs = 6 * hour
const jitterShare = 0.2

export interface Retry {
  /** Failures in a row, this one included. */
  retries: number
  /** Since the notice was written. */
  ageMs: number
  /** What the receiver asked for. */
  afterMs?: number | undefined
  /** In [0, 1); only ever adds. */
  random: number
}

/** Milliseconds until the next try of the same notice; null: it is given up. */
export function retryDelayMs({ retries, ageMs, afterMs = 0, random }: Retry): number | null {
  const own = retriesMs[retries - 1] ?? laterMs
  const delay = Math.round(Math.max(own, Math.min(afterMs, hour)) * (1 + jitterShare * random))
  return ageMs + delay > keptMs ? null : delay
}
