// Calls to MOAB under way, and whether another may begin.
// It must never let more calls be open at once than there are connections.
import { limits } from '../limits.ts'

export class Calls {
  /** Each with when it began, the oldest first. */
  #began = new Map<Promise<void>, number>()

  get size(): number {
    return this.#began.size
  }

  add(call: Promise<void>): void {
    this.#began.set(call, performance.now())
  }

  delete(call: Promise<void>): void {
    this.#began.delete(call)
  }

  async ended(): Promise<void> {
    await Promise.allSettled(this.#began.keys())
  }

  /** A call that has waited for long keeps its connection, but no place. */
  havePlace(): boolean {
    if (this.size < limits.moabConnectionsMax) return true
    const since = performance.now() - limits.moabStalledMs
    let stalled = 0
    for (const began of this.#began.values()) {
      if (began > since || stalled === limits.moabStalledMax) break
      stalled++
    }
    return this.size - stalled < limits.moabConnectionsMax
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
