// Tables for a terminal.
import type { Bucket, Group } from './figures.ts'

export function overTimeTable(buckets: readonly Bucket[]): string {
  const head = [
    'min',
    'in/s',
    'calls/s',
    'most',
    'ok/s',
    'in flight',
    'unwell',
    'waiting',
    'oldest',
    'p50',
    'p99',
  ]
  const rows = buckets.map((b) => [
    String(b.minute),
    b.arrived.toFixed(0),
    b.calls.toFixed(0),
    String(b.callsMost),
    b.answered.toFixed(0),
    String(b.inFlight),
    String(b.unwell),
    String(b.waiting),
    span(b.oldest),
    span(b.p50),
    span(b.p99),
  ])
  return table([head, ...rows])
}

export function bySizeTable(groups: readonly Group[]): string {
  const head = ['partners by size', 'partners', 'grants', 'p50', 'p99', 'most']
  const rows = groups.map((g) => [
    g.name,
    String(g.partners),
    String(g.grants),
    span(g.p50),
    span(g.p99),
    span(g.most),
  ])
  return table([head, ...rows])
}

function span(seconds: number | null): string {
  if (seconds === null) return '-'
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 120) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
  return `${(seconds / 60).toFixed(seconds < 600 ? 1 : 0)} min`
}

function table(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
      .join('  '),
  )
  return `${lines.join('\n')}\n`
}
