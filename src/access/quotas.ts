// How often a token may ask: a bucket for each quota, filled evenly. Buckets are this relay's own. Shared
// ones would cost a write for each question, and what they protect, its pools and its processor, is this
// relay's own as well: N relays allow N times as much.
import { limits } from '../limits.ts'

export type QuotaName = keyof typeof limits.apiQuotas

export interface Quota {
  quota: number
  windowSeconds: number
}

export interface Standing {
  name: QuotaName
  /** Whole requests that may be made at once. */
  remaining: number
  /** Until there is one more, or, where there is none, until the next. */
  seconds: number
}

interface Bucket {
  left: number
  at: number
}

export class Quotas {
  readonly #buckets = new Map<string, Map<QuotaName, Bucket>>()
  readonly quotas: Readonly<Record<QuotaName, Quota>>

  constructor(quotas: Readonly<Record<QuotaName, Quota>> = limits.apiQuotas) {
    this.quotas = quotas
  }

  /** Takes one from each of these, or from none. `now` in milliseconds of a clock that never goes back. */
  take(
    token: string,
    names: readonly QuotaName[],
    now: number,
  ): { allowed: boolean; standings: Standing[] } {
    const buckets = this.#of(token)
    const mine = names.map((name) => ({ name, bucket: this.#filled(buckets, name, now) }))
    const allowed = mine.every(({ bucket }) => bucket.left >= 1)
    if (allowed) for (const { bucket } of mine) bucket.left -= 1
    return { allowed, standings: mine.map(({ name, bucket }) => this.#standing(name, bucket)) }
  }

  /** The one used longest ago makes room. */
  #of(token: string): Map<QuotaName, Bucket> {
    const buckets = this.#buckets.get(token) ?? new Map<QuotaName, Bucket>()
    this.#buckets.delete(token)
    this.#buckets.set(token, buckets)
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > limits.apiQuotaTokensMax && oldest !== undefined)
      this.#buckets.delete(oldest)
    return buckets
  }

  #filled(buckets: Map<QuotaName, Bucket>, name: QuotaName, now: number): Bucket {
    const { quota, windowSeconds } = this.quotas[name]
    const bucket = buckets.get(name) ?? { left: quota, at: now }
    const more = ((now - bucket.at) / 1000) * (quota / windowSeconds)
    bucket.left = Math.min(quota, bucket.left + more)
    bucket.at = now
    buckets.set(name, bucket)
    return bucket
  }

  #standing(name: QuotaName, { left }: Bucket): Standing {
    const { quota, windowSeconds } = this.quotas[name]
    const remaining = Math.floor(left)
    const seconds = Math.ceil((remaining + 1 - left) * (windowSeconds / quota))
    return { name, remaining, seconds: remaining >= quota ? 0 : seconds }
  }
}
