// Days and minutes as the reader writes them, in their time zone, to instants and back.

/** `2026-11-28` begins at the reader's midnight; undefined for what is no day. */
export function dayStart(
  text: string | undefined,
  timeZone: string,
  plusDays = 0,
): Date | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '')
  if (match === null) return undefined
  const [, year, month, day] = match.map(Number)
  return instantOf(Date.UTC(year ?? 0, (month ?? 1) - 1, (day ?? 1) + plusDays), timeZone)
}

/** From the first of these days to the end of the last, as the ledger is asked: up to, not with, `to`. */
export const periodOf = (
  { from, to }: { from?: string | undefined; to?: string | undefined },
  timeZone: string,
) => ({ from: dayStart(from, timeZone), to: dayStart(to, timeZone, 1) })

/** `2026-11-28T09:30`, as a field for a date and a time gives it. */
export function minuteOf(text: string, timeZone: string): Date | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})$/.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute] = match.map(Number)
  return instantOf(Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute), timeZone)
}

export function minuteText(at: Date, timeZone: string): string {
  return new Date(shownAsUtc(at.getTime(), timeZone)).toISOString().slice(0, 16)
}

/** `shown`: what a clock in that zone shows, taken as if it were UTC. */
function instantOf(shown: number, timeZone: string): Date {
  const first = shown - (shownAsUtc(shown, timeZone) - shown)
  // Near a change of the clocks the offset may be another one there.
  return new Date(shown - (shownAsUtc(first, timeZone) - first))
}

function shownAsUtc(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(instant)
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0)
  return Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  )
}
