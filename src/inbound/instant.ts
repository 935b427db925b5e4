// When something happened, as a sender writes it. Shown and searched, never relied upon: a value
// that is not plausibly a time of our days is no time.
import type { JsonValue } from '../json.ts'

const from = Date.UTC(2000, 0, 1)
const until = Date.UTC(2100, 0, 1)

/** A date and a time of day with its zone; without one a sender's clock would be read as ours. */
const iso = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/i

/** Unix milliseconds, or null. */
export function instantOf(value: JsonValue, unit: 's' | 'ms' | 'iso'): number | null {
  const ms =
    unit === 'iso' ? parsedDate(value) : Math.round(numberOf(value) * (unit === 's' ? 1000 : 1))
  return ms >= from && ms < until ? ms : null
}

function parsedDate(value: JsonValue): number {
  return typeof value === 'string' && value.length <= 40 && iso.test(value)
    ? Date.parse(value)
    : NaN
}

/** Some senders quote their numbers. */
function numberOf(value: JsonValue): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^\d{1,15}(?:\.\d{1,9})?$/.test(value) ? Number(value) : NaN
}
