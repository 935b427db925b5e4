// One thing that happened, as read from an authentic request: what rules are applied to.
import type { UnreadableReason } from '../bodies/read.ts'
import type { JsonValue } from '../json.ts'
import { isAtOrBelow } from '../rules/path-text.ts'
import type { Trust } from '../schemes/scheme.ts'

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
  /** What the sender proved: the trust of the fields … */
  trust: Trust
  /** … except in these places. */
  regions: readonly TrustRegion[]
}

/** A place, with all below it, that is believed less or more than the event around it. */
export interface TrustRegion {
  /** Normalized. */
  path: string
  trust: Trust
}

/** The innermost region decides. */
export function trustAt({ trust, regions }: Pick<ReadEvent, 'trust' | 'regions'>, path: string) {
  let innermost: TrustRegion | undefined
  for (const region of regions) {
    const isInner = innermost === undefined || region.path.length >= innermost.path.length
    if (isInner && isAtOrBelow(path, region.path)) innermost = region
  }
  return innermost?.trust ?? trust
}
