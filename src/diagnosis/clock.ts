// By how much two clocks differ: looks for the moment at which the request would have been accepted.
import type { Text } from '../providers/provider.ts'
import type { Reason } from '../schemes/reasons.ts'
import { finding, type Finding } from './causes.ts'

interface Judge {
  reasonOf(change: { now: number }): Promise<Reason | null>
  now: number
}

const dayMs = 86_400_000
/** Older signatures are replays or recordings; nobody's clock is wrong by a year. */
const farthestMs = 365 * dayMs

const tooLate: ReadonlySet<Reason> = new Set<Reason>(['timestamp_too_old', 'token_expired'])
const tooEarly: ReadonlySet<Reason> = new Set<Reason>([
  'timestamp_in_future',
  'token_not_yet_valid',
])

export async function clockFinding(judge: Judge, reason: Reason): Promise<Finding[]> {
  if (!tooLate.has(reason) && !tooEarly.has(reason)) return []
  const direction = tooLate.has(reason) ? -1 : 1
  let near = 0
  let far = farthestMs
  while (far - near > 1000) {
    const middle = (near + far) / 2
    const there = await judge.reasonOf({ now: judge.now + direction * middle })
    // Past the window the reason turns into its opposite.
    if (there === reason) near = middle
    else far = middle
  }
  if (far >= farthestMs) return []
  return [finding(direction < 0 ? 'clock_behind' : 'clock_ahead', true, duration(far))]
}

/** The tolerance comes on top, which nobody needs to know exactly. */
function duration(ms: number): Text {
  const minutes = Math.max(1, Math.round(ms / 60_000))
  const [value, unit] =
    minutes < 120
      ? ([minutes, 'minute'] as const)
      : minutes < 2880
        ? ([Math.round(minutes / 60), 'hour'] as const)
        : ([Math.round(minutes / 1440), 'day'] as const)
  const said = (language: string) =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value)
  return { en: `about ${said('en')}`, ru: `примерно ${said('ru')}` }
}
