// The figures of a run, as JSON and as a page to read.
import type { Judgement, Violation } from './checker.ts'
import type { Evidence } from './evidence.ts'
import type { Quiet } from './quiet.ts'
import type { Reached } from './reached.ts'
import type { Tally } from './schedule.ts'

export interface Report {
  seed: number
  profile: string
  seconds: number
  faults: Tally & { total: number }
  requests: number
  acknowledged: number
  lost: number
  duplicates: number
  gaveUp: number
  answers: Record<string, number>
  grants: Record<string, number>
  calls: Omit<Judgement['calls'], 'violations'>
  quiet: Quiet
  recoveryMs: Record<string, { times: number; p50: number; p99: number }>
  reached: Reached
  hungStops: number
  violations: (Violation & { story?: string })[]
}

export function markdownOf(report: Report): string {
  const { faults, calls, quiet } = report
  const rows = (table: Record<string, number | string>) =>
    Object.entries(table).map(([name, value]) => `| ${name} | ${value} |`)
  return [
    `# Chaos: seed ${report.seed}, profile ${report.profile}, ${Math.round(report.seconds)} s`,
    '',
    `${report.violations.length === 0 ? 'No promise was broken.' : `${report.violations.length} PROMISES BROKEN.`}`,
    '',
    '| | |',
    '|---|---|',
    ...rows({
      'faults that struck': faults.total,
      'planned, skipped because another was under way': `${faults.planned}, ${faults.skipped}`,
      'requests sent': report.requests,
      'events acknowledged': report.acknowledged,
      'acknowledged and lost': report.lost,
      'recorded or registered twice': report.duplicates,
      'deliveries their senders gave up': report.gaveUp,
      'calls to MOAB': calls.calls,
      'persons called for': calls.pairs,
      'extra calls: answer lost': calls.causes.answerLost,
      'extra calls: told to come again': calls.causes.toldToWait,
      'extra calls: relay broken with the answer in hand': `${calls.causes.relayBroken} (at most ${calls.inHandAtBreaks})`,
      'due work at rest after the last fault': seconds(quiet.dueAtRest),
      'all at rest, waits cut short': seconds(quiet.allAtRest),
      'graceful stops that took over 40 s': report.hungStops,
    }),
    ...section('Faults by kind', rows(faults.met)),
    ...section('Answers to senders', rows(report.answers)),
    ...section('Grants', rows({ ...report.grants, ...quiet.open })),
    ...section('Hard places reached', rows(report.reached)),
    ...section(
      'First acknowledgement after the cause was gone, ms',
      Object.entries(report.recoveryMs).map(
        ([kind, { times, p50, p99 }]) => `| ${kind} (${times}) | p50 ${p50}, p99 ${p99} |`,
      ),
    ),
    ...report.violations
      .slice(0, 20)
      .flatMap(({ promise, what, story }) => ['', `BROKEN: ${promise}: ${what}`, story ?? '']),
  ].join('\n')
}

const section = (title: string, rows: string[]) => [
  '',
  `## ${title}`,
  '',
  '| | |',
  '|---|---|',
  ...rows,
]
const seconds = (ms: number | null) => (ms === null ? 'NEVER' : `${(ms / 1000).toFixed(1)} s`)

/** From the moment the cause was gone to the next 2xx, of the relay concerned where there is one. */
export function recovery(
  { faults, acknowledgements }: Evidence,
  heavy: ReadonlySet<string>,
): Report['recoveryMs'] {
  const times = new Map<string, number[]>()
  const of = new Map<string, number[]>()
  for (const { node, at } of acknowledgements) {
    for (const name of [node, 'any']) {
      const list = of.get(name)
      if (list === undefined) of.set(name, [at])
      else list.push(at)
    }
  }
  for (const { kind, params, from } of faults) {
    if (!heavy.has(kind)) continue
    const gone = from + (kind === 'clock moved' ? 0 : (params.ms ?? 0))
    const next = firstAfter(of.get(params.node ?? 'any') ?? [], gone)
    if (next !== undefined) times.set(kind, [...(times.get(kind) ?? []), next - gone])
  }
  return Object.fromEntries(
    [...times].map(([kind, all]) => {
      all.sort((one, other) => one - other)
      return [kind, { times: all.length, p50: quantile(all, 0.5), p99: quantile(all, 0.99) }]
    }),
  )
}

const quantile = (sorted: readonly number[], q: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0

/** The list is in the order of time. */
function firstAfter(times: readonly number[], after: number): number | undefined {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) < after) low = middle + 1
    else high = middle
  }
  return times[low]
}
