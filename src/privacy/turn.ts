// One turn of an erasure: from where the last one left it, to where the next one takes it up.
import type { ClaimedErasure } from '../db/privacy/erasures.ts'
import type { Erased } from '../db/privacy/schema.ts'
import { limits } from '../limits.ts'

/** How far an erasure has come within this turn. */
export class Turn {
  phase
  position
  erased: Partial<Erased>
  older
  /** Nothing more can be done now. */
  waits = true
  readonly ends = performance.now() + limits.erasureTurnMs

  constructor({ phase, position, erased, older }: ClaimedErasure) {
    this.phase = phase
    this.position = position
    this.erased = erased
    this.older = older
  }

  add(changed: Partial<Erased>): void {
    const sum = { ...this.erased }
    for (const [thing, n] of Object.entries(changed) as [keyof Erased, number][])
      sum[thing] = (sum[thing] ?? 0) + n
    this.erased = sum
  }

  searched(): void {
    this.phase = 'confirming'
  }

  /**
   * Once more from there, for what transactions wrote that did not know of the request. None is left now, so
   * this search is the last, however many turns it takes: a relay that records quickly would outrun another.
   */
  begin(position: string): void {
    this.phase = 'searching'
    this.position = position
    this.older = []
    this.waits = false
  }

  progress(againMs: number) {
    const { phase, position, erased, older } = this
    return { phase, position, erased, older, againMs }
  }
}
