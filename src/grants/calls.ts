// Calls to MOAB under way, those that are answered but not yet written down, and whether another may
// begin. It must never let more calls be open at once than there are connections, nor more answers wait
// to be written than a crash may cost: each of them would be called again.
import { limits } from '../limits.ts'

export class Calls {
  /** Each with when it began, the oldest first. */
  #began = new Map<Promise<void>, number>()
  #answered = new Set<Promise<void>>()

  /** All that are not written down. */
  get size(): number {
    return this.#began.size + this.#answered.size
  }

  /**
   * `work` says when its connection is free although what it brought is not written yet; by its end it
   * is. Then `freed` is called, once.
   */
  begin(work: (answered: () => void) => Promise<void>, freed: () => void): Promise<void> {
    let isAnswered = false
    const answered = () => {
      isAnswered = true
      this.#began.delete(call)
      this.#answered.add(call)
      freed()
    }
    const call = work(answered).finally(() => {
      this.#began.delete(call)
      this.#answered.delete(call)
      if (!isAnswered) freed()
    })
    this.#began.set(call, performance.now())
    return call
  }

  async ended(): Promise<void> {
    await Promise.allSettled([...this.#began.keys(), ...this.#answered])
  }

  /** A call that has waited for long keeps its connection, but no place. */
  havePlace(): boolean {
    if (this.#answered.size >= limits.moabUnwrittenMax) return false
    if (this.#began.size < limits.moabConnectionsMax) return true
    const since = performance.now() - limits.moabStalledMs
    let stalled = 0
    for (const began of this.#began.values()) {
      if (began > since || stalled === limits.moabStalledMax) break
      stalled++
    }
    return this.#began.size - stalled < limits.moabConnectionsMax
  }

  /** Until a place may become free without any call ending; null: there is one, or it will not. */
  msToPlace(): number | null {
    if (this.havePlace()) return null
    const now = performance.now()
    for (const began of this.#began.values()) {
      const ms = began + limits.moabStalledMs - now
      if (ms > 0) return ms
    }
    return null
  }
}
