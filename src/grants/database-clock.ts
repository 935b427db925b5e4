// The database's clock as seen from here: when, by performance.now(), a moment of it comes. Known from
// the answers that carry its time, each good to half the time the answer took; the best one counts,
// until clocks may have drifted further apart than a newer one could be wrong.
export class DatabaseClock {
  /** What to take from the database's time; how far that may be off; since when it is known. */
  #aheadMs = 0
  #offMsMax = Infinity
  #at = 0
  /** The slowest of the last ones, roughly. */
  #wayMs = 0

  /** An answer with the database's time (Unix ms); asked and received by performance.now(). */
  heard(databaseMs: number, asked: number, received: number): void {
    const aheadMs = databaseMs - (asked + received) / 2
    const offMsMax = (received - asked) / 2
    const known = this.offMsMax(received)
    // Further apart than both can be wrong: another server, or its clock was set.
    const contradicts = Math.abs(aheadMs - this.#aheadMs) > offMsMax + known
    if (offMsMax <= known || contradicts) {
      this.#aheadMs = aheadMs
      this.#offMsMax = offMsMax
      this.#at = received
    }
    this.#wayMs = Math.max(received - this.here(databaseMs), this.#wayMs * wayKept)
  }

  /** How long an answer is under way, from the time it carries until it is here: as the last ones were, or less. */
  get wayMs(): number {
    return this.#wayMs
  }

  /** How far off `here` may be; Infinity before the first answer. */
  offMsMax(now: number): number {
    return this.#offMsMax + (now - this.#at) * driftMax
  }

  /** By performance.now(). */
  here(databaseMs: number): number {
    return databaseMs - this.#aheadMs
  }
}

/** Cheap quartz, twice. */
const driftMax = 2e-4
/** After seven quicker answers a slow one counts for half. */
const wayKept = 0.9
