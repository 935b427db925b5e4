// What happens when, drawn before anything starts and kept as JSON: the same seed, or the file, gives
// the same faults at the same times. Which call or connection meets them is the machine's affair.
import { heavyFaults, lightFaults, type FaultKind, type Params } from './faults.ts'
import { pause } from './processes.ts'
import { peopleAtWork } from './people.ts'
import type { Profile, ProfileName } from './profiles.ts'
import { randomStream, type Random } from './random.ts'
import type { Trial } from './trial.ts'

export interface Planned {
  /** Milliseconds from the start of the load. */
  at: number
  kind: string
  params: Params
}

export interface Schedule {
  seed: number
  profile: ProfileName
  /** Planned faults, in order of time. */
  faults: Planned[]
}

const kinds: Record<string, FaultKind> = { ...lightFaults, ...heavyFaults, ...peopleAtWork }

export interface Drawing {
  seed: number
  profile: ProfileName
  settings: Profile
  count: number
  /** Kinds drawn thirty times as often: those a planted bug needs. */
  favoured?: readonly string[]
}

export function drawSchedule({ seed, profile, settings, count, favoured = [] }: Drawing): Schedule {
  const ms = settings.seconds * 1000
  const slowToo = !settings.moveLeases
  const group = (name: string, table: Record<string, FaultKind>, most: number) =>
    drawGroup(
      randomStream(seed, `schedule ${name}`),
      choices(table, favoured, slowToo),
      Math.round(most),
      ms,
    )
  const heavy = group('heavy', heavyFaults, settings.seconds / settings.heavyEverySeconds)
  const people = group('people', peopleAtWork, settings.seconds / settings.peopleEverySeconds)
  const light = group('light', lightFaults, Math.max(0, count - heavy.length - people.length))
  return { seed, profile, faults: [...heavy, ...people, ...light].sort((a, b) => a.at - b.at) }
}

function choices(table: Record<string, FaultKind>, favoured: readonly string[], slowToo: boolean) {
  return Object.entries(table)
    .filter(([, kind]) => slowToo || kind.slow !== true)
    .map(([name, kind]) => ({
      name,
      kind,
      weight: kind.weight * (favoured.includes(name) ? 30 : 1),
    }))
}

/** Evenly spread, each a little off its place; every kind's turn comes before any kind's next but one. */
function drawGroup(
  random: Random,
  table: ReturnType<typeof choices>,
  count: number,
  ms: number,
): Planned[] {
  const sum = table.reduce((total, { weight }) => total + weight, 0)
  const owed = new Map(table.map(({ name }) => [name, random.next()]))
  return Array.from({ length: count }, (_, n) => {
    for (const { name, weight } of table) owed.set(name, (owed.get(name) ?? 0) + weight / sum)
    const next = table.reduce((best, each) =>
      (owed.get(each.name) ?? 0) > (owed.get(best.name) ?? 0) ? each : best,
    )
    owed.set(next.name, (owed.get(next.name) ?? 0) - 1 - random.next() * 0.2)
    const at = Math.round(((n + random.next()) / count) * ms)
    return { at, kind: next.name, params: next.kind.draw(random) }
  })
}

/** Runs the plan against the trial; resolves when the last fault was undone. */
export async function carryOut(
  trial: Trial,
  { faults }: Schedule,
  stopped: () => boolean,
): Promise<Tally> {
  const started = Date.now()
  const busy = new Map<string, Promise<void>>()
  const tally: Tally = { planned: faults.length, met: {}, skipped: 0 }
  for (const [number, planned] of faults.entries()) {
    const wait = started + planned.at - Date.now()
    if (wait > 0) await pause(wait)
    if (stopped()) break
    const kind = kinds[planned.kind]
    if (kind === undefined) throw new Error(`no fault is called ${planned.kind}`)
    const resource = resourceOf(kind, planned)
    if (resource !== undefined && isTaken(resource, busy)) {
      tally.skipped++
      continue
    }
    const run = happen(trial, kind, { number, planned, tally })
    if (resource === undefined) continue
    busy.set(resource, run)
    void run.finally(() => busy.delete(resource))
  }
  await Promise.all(busy.values())
  return tally
}

export interface Tally {
  planned: number
  /** By kind: those that really struck something. */
  met: Record<string, number>
  /** Their process or database was still under another. */
  skipped: number
}

const isTaken = (resource: string, busy: ReadonlyMap<string, unknown>) =>
  busy.has(resource) ||
  (resource === 'all' ? busy.has('a') || busy.has('b') : resource.length === 1 && busy.has('all'))

/** Two faults of one relay's process, or of the database, would only hide each other. */
function resourceOf(kind: FaultKind, { kind: name, params }: Planned): string | undefined {
  if (name in peopleAtWork) return 'people'
  if (!(name in heavyFaults)) return undefined
  return kind.resource ?? (params['node'] === undefined ? 'all' : String(params['node']))
}

async function happen(
  trial: Trial,
  kind: FaultKind,
  { number, planned, tally }: { number: number; planned: Planned; tally: Tally },
): Promise<void> {
  const from = Date.now()
  const { kind: name, params } = planned
  const note = (since: number) =>
    trial.journals.faults.write({ fault: number, kind: name, params, from: since, to: Date.now() })
  const met = () => {
    tally.met[name] = (tally.met[name] ?? 0) + 1
    if (name in lightFaults) note(Date.now())
  }
  try {
    await kind.run(trial, params, once(met))
  } catch (error) {
    trial.journals.faults.write({ failed: name, error: String(error), at: Date.now() })
  }
  if (!(name in lightFaults)) note(from)
}

function once(call: () => void): () => void {
  let done = false
  return () => {
    if (!done) call()
    done = true
  }
}
