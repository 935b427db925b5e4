// One thing that happened, as read from an authentic request: what rules are applied to.
import type { JsonValue } from '../json.ts'
import type { Trust } from '../schemes/scheme.ts'

/** Why the body, or one part of it, is not an event. Recorded all the same, and answered 2xx. */
export const unreadableReasons = {
  not_json: 'the body is not JSON',
  not_utf8: 'the body is not UTF-8',
  too_deep: 'the body is nested too deeply',
  too_many_events: 'the request holds too many events',
  empty: 'the body holds no event',
  not_an_object: 'an event must be an object',
} as const
export type UnreadableReason = keyof typeof unreadableReasons

export interface ReadEvent {
  /** Unique within its source; from proven material, else `sha256:` and the hash of the bytes. */
  key: string
  /** '' where the sender names none. */
  type: string
  /** Unix milliseconds, as the sender says. */
  occurredAt: number | null
  /** The provider marked it as a test. */
  test: boolean
  /** Which part of the request, counted from 0. */
  part: number
  value: JsonValue
  unreadable: UnreadableReason | null
  /** Trust of the fields … */
  trust: Trust
  /** … except those at or below these normalized paths, which the proof does not cover. */
  unsignedPaths: readonly string[]
}
