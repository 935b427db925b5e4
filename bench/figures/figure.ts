// What a figure of the bench is, and what it works with.
import type { Server } from '../rig/server.ts'
import type { Stub } from '../rig/drive.ts'

export interface Scene {
  /** Of this run alone, gone at its end. */
  folder: string
  /** Kept between runs: installations of peers, a past of many rows. */
  kept: string
  stub: Stub
  server: Server
  rounds: number
  /** Of one measurement. */
  seconds: number
  quick: boolean
  say(line: string): void
}

export interface Row {
  what: string
  /** One a round; the median is the figure. Absent: it was not measured, and `note` says why. */
  values?: readonly number[]
  unit: 'ratio' | 'MB' | 'ms' | 's' | '/s' | 'µs' | 'count'
  /** ≥ where more is better, ≤ where less is. Absent: reported only. */
  aim?: { atLeast: number } | { atMost: number }
  note?: string
}

export interface Figure {
  number: string
  title: string
  /** In the three minutes of --quick too. */
  quick?: boolean
  measure(scene: Scene): Promise<Row[]>
}
