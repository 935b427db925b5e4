// A run from its first process to its report: set up, load and faults, rest, judgement. Whatever
// happens, every process it started is ended and its folder removed.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { judge, type Violation } from './checker.ts'
import { gatherEvidence, pairOf, type Evidence } from './evidence.ts'
import { heavyFaults } from './faults.ts'
import { killAll, pause } from './processes.ts'
import { profiles, type Profile, type ProfileName } from './profiles.ts'
import { peopleAtWork } from './people.ts'
import { comeToRest, type Quiet } from './quiet.ts'
import { reachedPlaces } from './reached.ts'
import { markdownOf, recovery, type Report } from './report.ts'
import { carryOut, drawSchedule, type Schedule, type Tally } from './schedule.ts'
import { openTrial, type Trial } from './trial.ts'

export interface RunOptions {
  seed: number
  profile: ProfileName
  faults?: number
  /** Instead of the profile's length, at its pace. */
  minutes?: number
  /** A schedule that was kept. */
  replay?: string
  keep?: boolean
  favoured?: readonly string[]
  plant?: (dist: string) => void
  say(line: string): void
}

export type Told = Report & { markdown: string }

export async function runTrial(options: RunOptions): Promise<Told> {
  const settings = settingsOf(options)
  const schedule = scheduleOf(options, settings)
  const folder = mkdtempSync(join(tmpdir(), 'moab-relay-chaos-'))
  writeFileSync(join(folder, 'schedule.json'), JSON.stringify(schedule, null, 1))
  options.say(
    `chaos: seed ${schedule.seed}, profile ${options.profile}, ${schedule.faults.length} faults, in ${folder}`,
  )
  const guard = guarded(folder, settings, options)
  try {
    const report = await tell(folder, schedule, settings, options)
    writeFileSync(join(folder, 'report.json'), JSON.stringify(report, null, 1))
    return { ...report, markdown: markdownOf(report) }
  } finally {
    guard.end()
  }
}

function settingsOf({ profile, minutes, favoured }: RunOptions): Profile {
  const settings = { ...profiles[profile], ...(favoured && calmBut(favoured)) }
  if (minutes === undefined) return settings
  const share = (minutes * 60) / settings.seconds
  return {
    ...settings,
    seconds: minutes * 60,
    faults: Math.round(settings.faults * share),
    limitSeconds: minutes * 60 + 600,
  }
}

/** A planted bug that shows without outages is looked for without them. */
function calmBut(favoured: readonly string[]): Partial<Profile> {
  const needs = (table: object) => favoured.some((kind) => Object.hasOwn(table, kind))
  return {
    ...(!needs(heavyFaults) && { heavyEverySeconds: Infinity }),
    ...(!needs(peopleAtWork) && { peopleEverySeconds: Infinity }),
  }
}

function scheduleOf(
  { replay, seed, profile, faults, favoured }: RunOptions,
  settings: Profile,
): Schedule {
  if (replay !== undefined) return JSON.parse(readFileSync(replay, 'utf8')) as Schedule
  return drawSchedule({
    seed,
    profile,
    settings,
    count: faults ?? settings.faults,
    ...(favoured && { favoured }),
  })
}

/** The whole run has an end: in time, or by the person who breaks it off. */
function guarded(folder: string, { limitSeconds }: Profile, { keep = false }: RunOptions) {
  const clear = () => {
    killAll()
    if (!keep) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
  const breakOff = (why: string) => {
    process.stderr.write(`chaos: ${why}\n`)
    clear()
    process.exit(2)
  }
  const watchdog = setTimeout(
    () => breakOff(`not done after ${limitSeconds} s`),
    limitSeconds * 1000,
  )
  const interrupted = () => breakOff('broken off')
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  // Also after a surprise of the harness's own.
  process.once('exit', clear)
  return {
    end: () => {
      clearTimeout(watchdog)
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted).off('exit', clear)
      clear()
    },
  }
}

async function tell(
  folder: string,
  schedule: Schedule,
  settings: Profile,
  options: RunOptions,
): Promise<Report> {
  const started = performance.now()
  const { seed } = schedule
  const trial = await openTrial({
    folder,
    seed,
    profile: settings,
    ...(options.plant && { plant: options.plant }),
  })
  trial.senders.start(settings.eventsPerSecond)
  await pause(1000)
  const told = setInterval(() => options.say(progress(trial, started)), 60_000)
  const tally = await carryOut(trial, schedule, () => false).finally(() => clearInterval(told))
  const quiet = await comeToRest(trial)
  await Promise.all(Object.values(trial.journals).map((journal) => journal.flushed()))
  const evidence = await gatherEvidence(folder, trial.sql)
  const report = await reportOf(trial, evidence, { schedule, tally, quiet, options })
  await trial.close()
  return { ...report, seconds: (performance.now() - started) / 1000 }
}

const progress = ({ senders }: Trial, started: number) =>
  `${Math.round((performance.now() - started) / 1000)} s: ${senders.acknowledged} acknowledged, ${senders.inFlight} under way, ${senders.gaveUp} given up`

interface Outcome {
  schedule: Schedule
  tally: Tally
  quiet: Quiet
  options: RunOptions
}

async function reportOf(
  trial: Trial,
  evidence: Evidence,
  { schedule, tally, quiet, options }: Outcome,
): Promise<Report> {
  const judgement = judge(evidence)
  const { violations: _, ...calls } = judgement.calls
  const reached = await reachedPlaces(trial.sql, evidence)
  const violations = [
    ...judgement.violations,
    ...restless(quiet),
    ...unreached(reached, options.profile),
  ]
  const stories = await Promise.all(
    violations.map(async (violation, n) =>
      n < 20 ? { ...violation, story: await storyOf(trial, evidence, violation) } : violation,
    ),
  )
  const grants: Record<string, number> = {}
  for (const { state } of evidence.grants) grants[state] = (grants[state] ?? 0) + 1
  return {
    seed: schedule.seed,
    profile: options.profile,
    seconds: 0,
    faults: { ...tally, total: Object.values(tally.met).reduce((sum, n) => sum + n, 0) },
    requests: evidence.sent.size,
    acknowledged: judgement.acknowledged,
    lost: judgement.lost,
    duplicates: violations.filter(({ promise }) => /once|again|one call/.test(promise)).length,
    gaveUp: evidence.gaveUp,
    answers: evidence.answers,
    grants,
    calls,
    quiet,
    recoveryMs: recovery(evidence, new Set(Object.keys(heavyFaults))),
    reached,
    hungStops: evidence.hung,
    violations: stories,
  }
}

function restless({ dueAtRest, allAtRest, open }: Quiet): Violation[] {
  if (dueAtRest !== null && allAtRest !== null) return []
  return [{ promise: 'all comes to rest', what: JSON.stringify(open) }]
}

/** A long run that never came to a hard place has proved nothing about it. */
function unreached(reached: Record<string, number>, profile: ProfileName): Violation[] {
  if (profile === 'ci' || profile === 'bug') return []
  return Object.entries(reached)
    .filter(([, times]) => times === 0)
    .map(([place]) => ({ promise: 'the run reaches all hard places', what: place }))
}

/** What everybody knows about one event or one person, in order. */
async function storyOf(
  trial: Trial,
  evidence: Evidence,
  { sent: number, pair }: Violation,
): Promise<string> {
  const sent = number === undefined ? undefined : evidence.sent.get(number)
  const lines: unknown[] = sent === undefined ? [] : [{ ledger: sent }]
  for (const row of evidence.events)
    if (sent !== undefined && row.sha === sent.sha) lines.push({ event: row })
  const email = pair?.split(' ')[1] ?? sent?.events[0]?.email
  if (typeof email === 'string') lines.push(...(await storyOfPerson(trial, evidence, email, pair)))
  return lines.map((line) => JSON.stringify(line)).join('\n')
}

async function storyOfPerson(
  trial: Trial,
  { sent, grants, calls: all, touched, faults }: Evidence,
  email: string,
  pair: string | undefined,
): Promise<unknown[]> {
  const asking = [...sent.values()].filter(({ events }) =>
    events.some((event) => event.email === email),
  )
  const attempts = await trial.sql`
    select a.* from attempts a join grants g on g.id = a.grant_id where g.email = ${email} order by a.at`
  const calls = all.filter(
    (call) => call.email === email && (pair ?? pairOf(call.key, email)) === pairOf(call.key, email),
  )
  const ports = [...new Set(calls.map(({ port }) => port))].map((port) => ({
    port,
    touched: touched.get(port),
  }))
  const [from, to] = [
    Math.min(...calls.map(({ at }) => at)),
    Math.max(...calls.map(({ ended }) => ended)),
  ]
  const meanwhile = faults.filter(
    (fault) => fault.to >= from - 1000 && fault.from <= to && fault.kind in heavyFaults,
  )
  return [
    ...asking,
    ...grants.filter((grant) => grant.email === email),
    ...attempts,
    ...ports,
    ...calls,
    ...meanwhile,
  ]
}
