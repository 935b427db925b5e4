// What can go wrong, one row for each kind: how often, how it is drawn, how it is done and undone.
// Light faults wait for the next call or connection and meet it; heavy ones take a process or the
// database away and bring it back.
import { hostile, hostileKinds, type HostileKind } from './hostile.ts'
import { moabFaults, type MoabFault } from './moab.ts'
import { pause } from './processes.ts'
import { randomStream, type Random } from './random.ts'
import { canMoveClock, type RelayNode } from './relay.ts'
import { senderFaults, type SenderFault } from './senders.ts'
import { expireAllLeases, expireLeases, startAll, whenUp, type Trial } from './trial.ts'
import { wireFaults, type Wire, type WireFault } from './wire.ts'

export type Params = Record<string, number | string>

export interface FaultKind {
  /** Of its group, compared with the others. */
  weight: number
  /** Of these only one at a time. */
  resource?: 'a' | 'b' | 'all' | 'database'
  /** Not in the short profile, whose time it would eat. */
  slow?: true
  draw(random: Random): Params
  /** `met` is called once the fault has really struck. */
  run(trial: Trial, params: Params, met: () => void): Promise<unknown> | void
}

const nodeOf = ({ nodes }: Trial, { node }: Params): RelayNode => {
  const found = nodes.find(({ name }) => name === node)
  if (found === undefined) throw new Error(`no relay ${node}`)
  return found
}
const drawNode = (random: Random) => random.pick(['a', 'b'])

function moabKind(mode: MoabFault): FaultKind {
  return {
    weight: mode === 'hang' ? 0.3 : 6,
    ...(mode === 'hang' && { slow: true }),
    draw: (random) => ({ ms: mode === 'hang' ? 40_000 : random.between(100, 3000) }),
    run: ({ moab }, { ms }, met) => moab.arm({ mode, ms: Number(ms), met }),
  }
}

const wires: Record<'senders' | 'database' | 'moab', (node: RelayNode) => Wire> = {
  senders: ({ fromSenders }) => fromSenders,
  database: ({ toDatabase }) => toDatabase,
  moab: ({ toMoab }) => toMoab,
}

function wireKind(which: keyof typeof wires, mode: WireFault): FaultKind {
  return {
    weight: mode === 'half-open' ? 1 : 3,
    draw: (random) => ({
      node: drawNode(random),
      atByte: random.between(1, 700),
      ms: random.between(1, 60),
      // To the database the large messages are the batches: there the commit itself is met.
      minBytes: which === 'database' ? random.pick([1, 1500]) : 1,
    }),
    run: (trial, params, met) =>
      wires[which](nodeOf(trial, params)).arm({
        mode,
        atByte: Number(params['atByte']),
        ms: Number(params['ms']),
        minBytes: Number(params['minBytes']),
        met,
      }),
  }
}

function senderKind(mode: SenderFault): FaultKind {
  return { weight: 5, draw: () => ({}), run: ({ senders }, _, met) => senders.mistreat(mode, met) }
}

function hostileKind(kind: HostileKind): FaultKind {
  return {
    weight: 2,
    draw: (random) => ({ salt: random.between(0, 1e9) }),
    async run({ senders }, { salt }, met) {
      const { delivery, headers } = hostile(kind, randomStream(Number(salt), kind))
      met()
      await senders.throwAt(delivery, headers, kind)
    },
  }
}

/** Each meets one call, one connection, one delivery. */
export const lightFaults: Record<string, FaultKind> = {
  ...Object.fromEntries(
    Object.keys(moabFaults).map((mode) => [`moab ${mode}`, moabKind(mode as MoabFault)]),
  ),
  ...Object.fromEntries(
    (['senders', 'database', 'moab'] as const).flatMap((which) =>
      wireFaults.map((mode) => [`wire ${which} ${mode}`, wireKind(which, mode)]),
    ),
  ),
  ...Object.fromEntries(senderFaults.map((mode) => [`sender ${mode}`, senderKind(mode)])),
  ...Object.fromEntries(hostileKinds.map((kind) => [`hostile ${kind}`, hostileKind(kind)])),
}

const outage = (random: Random) => ({ node: drawNode(random), ms: random.between(200, 2500) })

export const heavyFaults: Record<string, FaultKind> = {
  'relay killed': {
    weight: 8,
    draw: (random) => ({ node: drawNode(random), ms: random.between(50, 1500) }),
    async run(trial, params, met) {
      const node = nodeOf(trial, params)
      const emails = trial.moab.inFlight(node.name)
      await node.kill()
      met()
      if (trial.profile.moveLeases) await expireLeases(trial, node, emails, true)
      await pause(Number(params['ms']))
      node.start()
      await node.ready(20_000)
    },
  },
  'all relays killed': {
    weight: 3,
    draw: (random) => ({ ms: random.between(50, 1500) }),
    async run(trial, { ms }, met) {
      await Promise.all(trial.nodes.map((node) => node.kill()))
      met()
      if (trial.profile.moveLeases) await expireAllLeases(trial)
      await pause(Number(ms))
      await startAll(trial.nodes).catch(() => {})
    },
  },
  'relay frozen': {
    weight: 4,
    draw: (random) => ({ node: drawNode(random), ms: random.between(300, 3000) }),
    async run(trial, params, met) {
      const node = nodeOf(trial, params)
      node.freeze()
      met()
      await pause(Number(params['ms']))
      node.thaw()
    },
  },
  'relay frozen past its leases': {
    weight: 2,
    // The other one must live to adopt what it has in hand, within its round of five seconds.
    resource: 'all',
    draw: (random) => ({ node: drawNode(random), ms: 9500 }),
    run: freezePastLeases,
  },
  'relay frozen over a minute': {
    weight: 0.4,
    slow: true,
    draw: (random) => ({ node: drawNode(random), ms: random.between(62_000, 75_000) }),
    async run(trial, params, met) {
      const node = nodeOf(trial, params)
      await withCallsInFlight(trial, node)
      node.freeze()
      node.toMoab.cut()
      met()
      await pause(Number(params['ms']))
      node.toMoab.mend()
      node.thaw()
    },
  },
  'relay rolled': {
    weight: 4,
    draw: outage,
    async run(trial, params, met) {
      const node = nodeOf(trial, params)
      met()
      if (!(await node.roll(40_000)))
        trial.journals.faults.write({ hung: node.name, at: Date.now() })
      node.start()
      await node.ready(20_000)
    },
  },
  'clock moved': {
    weight: canMoveClock ? 1.5 : 0,
    slow: true,
    // Stripe and others allow five minutes; senders repeat what is refused as too old.
    draw: (random) => ({
      node: drawNode(random),
      ms: random.pick([-200_000, -30_000, 30_000, 200_000]),
    }),
    async run(trial, params, met) {
      const node = nodeOf(trial, params)
      await node.roll(40_000)
      node.start(Number(params['ms']))
      await node.ready(20_000)
      met()
      await pause(4000)
      await node.roll(40_000)
      node.start()
      await node.ready(20_000)
    },
  },
  'postmaster killed': {
    weight: 3,
    resource: 'database',
    draw: (random) => ({ ms: random.between(0, 1500) }),
    async run({ postgres }, { ms }, met) {
      await postgres.killPostmaster()
      met()
      await pause(Number(ms))
      await postgres.start()
    },
  },
  'database crashed': {
    weight: 3,
    resource: 'database',
    draw: (random) => ({ ms: random.between(0, 1500) }),
    async run({ postgres }, { ms }, met) {
      await postgres.killEverything()
      met()
      await pause(Number(ms))
      await postgres.start()
    },
  },
  'database volume full': {
    weight: 2,
    resource: 'database',
    // A kilobyte: not even the write-ahead log goes on, and the server ends itself. Else large tables do not grow.
    draw: (random) => ({ ms: random.between(300, 2500), bytes: random.pick([1024, 17_000_000]) }),
    async run({ postgres }, { ms, bytes }, met) {
      postgres.limitFiles(Number(bytes))
      met()
      await pause(Number(ms))
      postgres.limitFiles(undefined)
      await postgres.start()
    },
  },
  'sessions terminated': {
    weight: 4,
    draw: () => ({}),
    async run({ sql }, _, met) {
      await whenUp(
        () => sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where usename = 'relay' and pid <> pg_backend_pid()`,
      )
      met()
    },
  },
  'connections used up': {
    weight: 2,
    draw: (random) => ({ ms: random.between(500, 3000) }),
    run: useUpConnections,
  },
  'database black hole': {
    weight: 3,
    draw: outage,
    run: (trial, params, met) => forAWhile(nodeOf(trial, params).toDatabase, 'hush', params, met),
  },
  'database cut': {
    weight: 3,
    draw: outage,
    run: (trial, params, met) => forAWhile(nodeOf(trial, params).toDatabase, 'cut', params, met),
  },
  'database slow': {
    weight: 2,
    draw: (random) => ({ ...outage(random), latency: random.between(20, 300) }),
    async run(trial, params, met) {
      const { toDatabase } = nodeOf(trial, params)
      toDatabase.slow(Number(params['latency']))
      met()
      await pause(Number(params['ms']))
      toDatabase.slow(0)
    },
  },
  'MOAB refuses connections': {
    weight: 3,
    draw: outage,
    run: (trial, params, met) => forAWhile(nodeOf(trial, params).toMoab, 'refuse', params, met),
  },
  'MOAB black hole': {
    weight: 2,
    draw: outage,
    run: (trial, params, met) => forAWhile(nodeOf(trial, params).toMoab, 'hush', params, met),
  },
  'senders cut off': {
    weight: 2,
    draw: outage,
    run: (trial, params, met) => forAWhile(nodeOf(trial, params).fromSenders, 'cut', params, met),
  },
}

async function forAWhile(
  wire: Wire,
  what: 'hush' | 'cut' | 'refuse',
  { ms }: Params,
  met: () => void,
): Promise<void> {
  wire[what]()
  met()
  await pause(Number(ms))
  wire.mend()
}

/** Frozen in the midst of calls until others have adopted them; then its late results come. */
async function freezePastLeases(trial: Trial, params: Params, met: () => void): Promise<void> {
  const node = nodeOf(trial, params)
  await withCallsInFlight(trial, node)
  node.freeze()
  const emails = trial.moab.inFlight(node.name)
  node.toMoab.cut()
  await expireLeases(trial, node, emails, false)
  met()
  await pause(Number(params['ms']))
  node.toMoab.mend()
  node.thaw()
  // Its late results come now: another fault would only take them away.
  await pause(2500)
}

async function withCallsInFlight({ moab }: Trial, { name }: RelayNode): Promise<void> {
  for (let n = 0; n < 12; n++) moab.arm({ mode: 'slow', ms: 2500, met: () => {} })
  for (let tries = 0; tries < 40 && moab.inFlight(name).length < 2; tries++) await pause(50)
}

async function useUpConnections(
  { postgres, sql }: Trial,
  { ms }: Params,
  met: () => void,
): Promise<void> {
  const held: ReturnType<typeof postgres.connectAsRelay>[] = []
  try {
    // New ones are refused once the relays' own are cut off.
    for (let n = 0; n < 60; n++) {
      const one = postgres.connectAsRelay()
      held.push(one)
      const taken = await one`select 1`.then(
        () => true,
        () => false,
      )
      if (!taken) break
    }
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name like 'moab-relay%'`.catch(() => {})
    met()
    await pause(Number(ms))
  } finally {
    await Promise.all(held.map((one) => one.end({ timeout: 1 })))
  }
}
