// When a grant without an answer is tried again. Pure: the attempt's number and chance come in.
import { limits } from '../limits.ts'

const minute = 60_000
const hour = 60 * minute
const firstDelays = [
  5_000,
  30_000,
  2 * minute,
  10 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
]
const laterDelay = 12 * hour
const jitterShare = 0.1

/**
 * Milliseconds until the next try after `retries` failed ones (1 for the first failure), or null
 * when the next would lie past 72 h of waiting. `random` in [0, 1) only ever adds.
 */
export function retryDelayMs(retries: number, random: number): number | null {
  let waited = 0
  for (let n = 1; n < retries; n++) waited += delay(n)
  const next = delay(retries)
  if (waited + next > limits.retryForMsMax) return null
  return Math.round(next * (1 + jitterShare * random))
}

const delay = (n: number) => firstDelays[n - 1] ?? laterDelay
