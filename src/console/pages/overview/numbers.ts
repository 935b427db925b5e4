// The figures of the last days, by the reader's own days, of one partner or of all: sums of today and of the
// month, a bar a day, and how much of what each source sent was to be granted.
import { readStats } from '../../../ledger/stats.ts'
import { dayStart } from '../../days.ts'
import { itemsOf } from '../../found.ts'
import { numberIn } from '../../moments.ts'
import type { ConsoleParts } from '../../parts.ts'
import type { Language } from '../../reader.ts'
import type { Bar } from '../../ui/chart.tsx'
import type { Tone } from '../../ui/marks.tsx'
import type { Standing } from '../../visit.ts'
import { words } from '../../words.ts'

interface Counted {
  all: number
  matched: number
}

export type BySource = Map<string, Counted>

/** `events`, `grants`, `rejections`, and of the first two each with a state: `grants.held`. */
export type Sums = Record<string, number>

export interface Numbers {
  today: Sums
  month: Sums
  events: Bar[]
  grants: Bar[]
  complete: boolean
}

interface Row {
  group: string | null
  count: number
}

interface DatedRow extends Row {
  /** `2026-11-28`, as it is there. */
  date: string
}

const dayMs = 86_400_000
const days = 30

export async function readNumbers(
  { ledger, now }: ConsoleParts,
  { asker, timeZone, language }: Standing,
): Promise<Numbers> {
  const dates = datesUntil(now(), timeZone)
  const asked = spanOf(dates, timeZone, now())
  const { zone } = asked
  const [events, grants, rejections] = await Promise.all([
    readStats(ledger, asker, { ...asked, step: 'day', of: 'events', by: 'state' }),
    readStats(ledger, asker, { ...asked, step: 'day', of: 'grants', by: 'state' }),
    readStats(ledger, asker, { ...asked, step: 'day', of: 'rejections' }),
  ])
  const rows = {
    events: dated(itemsOf(events), zone),
    grants: dated(itemsOf(grants), zone),
    rejections: dated(itemsOf(rejections), zone),
  }
  const today = dates.at(-1) ?? ''
  return {
    today: sumsOf(rows, ({ date }) => date === today),
    month: sumsOf(rows, () => true),
    events: barsOf(dates, rows.events, tonesOf.events, language),
    grants: barsOf(dates, rows.grants, tonesOf.grants, language),
    complete: [events, grants].every((found) => !('complete' in found) || found.complete),
  }
}

/** Of the month, by source. */
export async function readBySource(
  { ledger, now }: ConsoleParts,
  { asker, timeZone }: Standing,
): Promise<BySource> {
  const asked = spanOf(datesUntil(now(), timeZone), timeZone, now())
  const [events, grants] = await Promise.all([
    readStats(ledger, asker, { ...asked, step: 'month', of: 'events', by: 'source' }),
    readStats(ledger, asker, { ...asked, step: 'month', of: 'grants', by: 'source' }),
  ])
  return countedOf(itemsOf(events), itemsOf(grants))
}

function spanOf([first]: readonly string[], timeZone: string, now: number) {
  return {
    from: wholeHour(dayStart(first, timeZone) ?? new Date(now - days * dayMs), Math.floor),
    to: wholeHour(new Date(now), Math.ceil),
    zone: hasWholeHours(timeZone) ? timeZone : 'UTC',
  }
}

const summed = ['events', 'grants', 'rejections'] as const

function sumsOf(
  rows: Readonly<Record<(typeof summed)[number], DatedRow[]>>,
  isMeant: (row: DatedRow) => boolean,
): Sums {
  const sums: Sums = {}
  const add = (word: string, count: number) => (sums[word] = (sums[word] ?? 0) + count)
  for (const of of summed)
    for (const { group, count } of rows[of].filter(isMeant)) {
      add(of, count)
      add(`${of}.${group ?? ''}`, count)
    }
  return sums
}

/** Several grants may come of one event: no more than all can match. */
function countedOf(all: readonly Row[], matched: readonly Row[]): BySource {
  const counted = new Map<string, Counted>()
  for (const { group, count } of all) {
    const before = counted.get(group ?? '') ?? { all: 0, matched: 0 }
    counted.set(group ?? '', { ...before, all: before.all + count })
  }
  for (const { group, count } of matched) {
    const before = counted.get(group ?? '')
    if (before !== undefined)
      counted.set(group ?? '', { ...before, matched: Math.min(before.all, before.matched + count) })
  }
  return counted
}

const tonesOf = {
  events: { matched: 'good', unmatched: 'none', unreadable: 'bad', parked: 'wait', test: 'none' },
  grants: {
    granted: 'good',
    already_known: 'good',
    queued: 'wait',
    sending: 'wait',
    held: 'care',
    attention: 'bad',
    refused: 'bad',
    test: 'none',
    suppressed: 'none',
  },
} as const satisfies Record<string, Record<string, Tone>>

const tones: readonly Tone[] = ['good', 'wait', 'care', 'bad', 'none']

function barsOf(
  dates: readonly string[],
  rows: readonly DatedRow[],
  toneOf: Readonly<Record<string, Tone>>,
  language: Language,
): Bar[] {
  const format = new Intl.DateTimeFormat(language === 'ru' ? 'ru-RU' : 'en-GB', {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  })
  return dates.map((date) => {
    const own = rows.filter((row) => row.date === date)
    const total = own.reduce((sum, { count }) => sum + count, 0)
    const day = format.format(new Date(`${date}T00:00:00Z`))
    return {
      label: words[language].overview.chart.bar(day, numberIn(language, total)),
      parts: tones.map((tone) => ({
        tone,
        count: own
          .filter(({ group }) => (toneOf[group ?? ''] ?? 'none') === tone)
          .reduce((sum, { count }) => sum + count, 0),
      })),
    }
  })
}

/** The last ones, today's at the end; counted by the calendar, for a day may have 23 hours. */
function datesUntil(now: number, timeZone: string): string[] {
  const today = Date.parse(isoDates(timeZone).format(now))
  return Array.from({ length: days }, (_, n) =>
    new Date(today - (days - 1 - n) * dayMs).toISOString().slice(0, 10),
  )
}

/** One formatter for all: to make one takes longer than to use it a hundred times. */
function dated(rows: readonly (Row & { at: string })[], zone: string): DatedRow[] {
  const dates = isoDates(zone)
  return rows.map(({ at, group, count }) => ({ date: dates.format(Date.parse(at)), group, count }))
}

const isoDates = (timeZone: string) => new Intl.DateTimeFormat('en-CA', { timeZone })

const wholeHour = (at: Date, round: (hours: number) => number) =>
  new Date(round(at.getTime() / 3_600_000) * 3_600_000)

/** Hours are what is counted: elsewhere days are those of UTC. */
function hasWholeHours(timeZone: string): boolean {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  return !/:[1-5]/.test(format.format(new Date(Date.UTC(2026, 0))).split('GMT')[1] ?? '')
}
