// A running relay, composed from a Config: database, routes, worker; and its graceful end.
import { Chaining } from './access/chaining.ts'
import { createOidc } from './access/oidc.ts'
import { AlarmWatch } from './alarms/watch.ts'
import { createApi } from './api/index.ts'
import { createApp, type AppParts, type Mount } from './app.ts'
import type { Config } from './config.ts'
import { createServer } from './connections.ts'
import { consoleRoutes } from './console/index.ts'
import { ensurePartitions, ping } from './db/upkeep.ts'
import { Worker, type WorkerOptions } from './grants/worker.ts'
import { uuidv7 } from './ids.ts'
import { Aside } from './inbound/aside.ts'
import { createClientAddress } from './inbound/client-address.ts'
import { createKeySets } from './inbound/key-sets.ts'
import { receive, refuse, type ReceiveDeps } from './inbound/receive.ts'
import { createRecorder } from './inbound/recorder.ts'
import { createUses } from './inbound/uses.ts'
import { createRejections } from './inbound/rejections.ts'
import { inboundRoutes, type InboundOptions } from './inbound/route.ts'
import type { Installation } from './installation.ts'
import { createExports } from './ledger/exports.ts'
import { createHistory } from './jobs/again.ts'
import { JobRunner } from './jobs/runner.ts'
import { limits } from './limits.ts'
import { visitRoutes } from './links/route.ts'
import { addressOf, closeServer, listen } from './listen.ts'
import { createMoabClient, type MoabClient } from './moab/client.ts'
import { createSandbox, type Sandbox } from './moab/sandbox.ts'
import { createLookupClient } from './lookups/client.ts'
import { Lookups } from './lookups/worker.ts'
import { Notices } from './notices/round.ts'
import type { Logger } from './ops/logging.ts'
import { createMetrics, type Metrics } from './ops/metrics.ts'
import { createReporter, type Reporter } from './ops/reporter.ts'
import { NotReady, opsRoutes } from './ops/routes.ts'
import { createOutgoing, type Outgoing } from './outgoing/outgoing.ts'
import { createDestinations } from './partners/destinations.ts'
import { createDirectory, type Directory } from './partners/directory.ts'
import { Erasing } from './privacy/erasing.ts'
import { Retaining } from './privacy/retaining.ts'
import { startRounds } from './rounds.ts'

export interface Relay {
  /** Where it listens, without trailing slash. */
  url: string
  /** Readiness off, open requests and calls finished or handed back. */
  stop(): Promise<void>
}

interface State {
  /** No longer ready; what comes is still taken. */
  leaving: boolean
  /** The end: what comes now is asked to come again. */
  stopping: boolean
}

export async function startRelay(
  config: Config,
  installation: Installation,
  log: Logger,
): Promise<Relay> {
  const { db, vault } = installation
  const state: State = { leaving: false, stopping: false }
  const metrics = createMetrics()
  const reporter = createReporter(log, metrics)
  const directory = createDirectory(db.orm, vault)
  const sandbox = createSandbox()
  const ownUrl = () => addressOf(server)
  const outgoing = createOutgoing(config, ownUrl)
  const moab = createMoabClient({ outgoing })

  const sandboxUrl = () => `${ownUrl()}/sandbox/api/Register/Add`
  const destination = createDestinations(directory, config.moabUrl, sandboxUrl)
  const work = serves(config, 'worker')
    ? composeWork(config, installation, { directory, reporter, moab, destination })
    : undefined
  const { worker, lookups, jobs, alarms } = work ?? {}
  const inner = { directory, worker, lookups, reporter, state, outgoing }
  const ingest = composeIngest(config, installation, inner)
  metrics.watch({
    waitingRequests: ingest.waiting,
    callsInFlight: () => worker?.inFlight() ?? 0,
    openAlarms: () => alarms?.open() ?? new Map(),
  })

  const parts = {
    config,
    installation,
    state,
    ingest,
    sandbox,
    metrics,
    failed: reporter.failed,
    ownUrl,
    outgoing,
  }
  const app = createApp({ log, metrics, ...mounted(parts), leaving: () => state.leaving })
  const server = createServer(app)
  await Promise.all([ensurePartitions(db.work), directory.refresh()])
  await listen(server, config)
  const rounds = startRounds(installation, { ...work, directory, uses: ingest.uses, reporter })
  for (const each of [worker, lookups, jobs]) each?.start()

  async function stop(): Promise<void> {
    if (state.leaving) return
    state.leaving = true
    // Webhooks are taken to the end: a call that MOAB keeps waiting must not keep senders waiting too.
    await Promise.all([
      ...[lookups, jobs, worker].map((each) => each?.stop(limits.stopGraceMs)),
      new Promise((done) => setTimeout(done, config.drainMs)),
    ])
    state.stopping = true
    const closed = closeServer(server, limits.stopGraceMs)
    await ingest.drained()
    await closed
    // What the last commits still gave it goes back: nobody else would look before the lease is over.
    await worker?.stop(limits.stopGraceMs)
    await Promise.all([rounds.stop(), moab.close(), ingest.close()])
  }

  return { url: config.publicUrl ?? addressOf(server), stop }
}

interface MountedParts {
  config: Config
  installation: Installation
  state: State
  ingest: Pick<ReturnType<typeof composeIngest>, 'webhooks' | 'visits'>
  sandbox: Sandbox
  metrics: Metrics
  failed: Reporter['failed']
  ownUrl(): string
  outgoing: Outgoing
}

/** What this role answers. The sandbox is everywhere: a worker delivers to its own. */
function mounted(parts: MountedParts): Pick<AppParts, 'webhooks' | 'others'> {
  const { config, installation, state, ingest, sandbox, metrics, failed, ownUrl, outgoing } = parts
  const { orm, questions, exports, work } = installation.db
  const { pepper, vault } = installation
  const ops = opsRoutes({ ready: () => ready(installation, state), registry: metrics.registry })
  const webhooks: Mount[] = []
  const others: Mount[] = [
    (roof) => roof.route('/', ops),
    (roof) => roof.route('/sandbox', sandbox.app),
  ]
  if (serves(config, 'ingest')) {
    webhooks.push((roof) => roof.route('/', ingest.webhooks))
    others.push((roof) => roof.route('/', ingest.visits))
  }
  if (serves(config, 'console')) {
    const { publicUrl } = config
    const own = { sql: work, pepper, vault, now: Date.now }
    const history = createHistory({ ...own, orm })
    const faces = { ...own, history, publicUrl, outgoing, allowed: outgoing.allowed }
    const asked = { ...faces, orm: questions, exports, changes: orm }
    others.push((roof) => roof.route('/', createApi(asked)))
    const clientAddress = createClientAddress(config.trustedProxies)
    const deps = { vault, now: Date.now, failed }
    const oidc = config.oidc && createOidc(config.oidc, deps)
    const ledger = { orm: questions, changes: orm, pepper }
    const shown = {
      ...faces,
      orm,
      ledger,
      openExport: createExports({ ...ledger, exports }),
      clientAddress,
      oidc,
      ownUrl,
    }
    others.push((roof) => roof.route('/', consoleRoutes(shown)))
  }
  return { webhooks, others }
}

const serves = (config: Config, role: Config['role']) =>
  config.role === 'all' || config.role === role

interface WorkParts {
  directory: Directory
  reporter: Reporter
  moab: MoabClient
  destination: WorkerOptions['destination']
}

/** What goes on without anybody asking for it. */
function composeWork(config: Config, { db, pepper, vault }: Installation, parts: WorkParts) {
  const { directory, reporter, moab, destination } = parts
  const node = uuidv7()
  const { attempted, looked, noticed, failed } = reporter
  const { sourceById } = directory
  const ours = {
    sql: db.work,
    orm: db.orm,
    node,
    pepper,
    vault,
    random: Math.random,
    now: Date.now,
  }
  const shared = { ...ours, failed, sourceById }
  const worker = new Worker({ ...shared, moab, destination, attempted })
  const granted = () => worker.wake()
  const client = createLookupClient({ originOf: ({ origin }) => origin })
  const lookups = new Lookups({ ...shared, client, source: sourceById, looked, granted })
  const jobs = new JobRunner({ ...shared, granted })
  const dataDir = config.databaseUrl === undefined ? config.dataDir : undefined
  const alarms = new AlarmWatch({ sql: db.work, dataDir })
  const { outgoingAllowed: allowed, publicUrl } = config
  const notices = new Notices({ ...shared, allowed, publicUrl, noticed })
  const chaining = new Chaining(shared)
  const erasing = new Erasing({ db, vault, pepper, publicUrl, worker })
  const privacy = { erasing, retaining: new Retaining(db.work) }
  return { worker, lookups, jobs, alarms, notices, chaining, privacy }
}

interface IngestParts {
  directory: Directory
  worker: Worker | undefined
  lookups: Lookups | undefined
  reporter: Reporter
  state: State
  outgoing: Outgoing
}

/** Everything between the socket and the database, and what it must finish before the end. */
function composeIngest(config: Config, { db, pepper }: Installation, parts: IngestParts) {
  const { directory, worker, lookups, reporter, state, outgoing } = parts
  const keySets = createKeySets({ outgoing })
  const aside = new Aside({
    database: { options: db.options, walls: db.walls, pepper },
    queued: () => worker?.wake(),
    parked: () => lookups?.wake(),
  })
  const recorder = createRecorder({
    sql: db.record,
    node: worker?.node ?? uuidv7(),
    pepper,
    worker,
    parked: () => lookups?.wake(),
  })
  const rejections = createRejections({ sql: db.work, pepper, failed: reporter.failed })
  const uses = createUses(db.orm)
  const deps: ReceiveDeps = {
    keySetAt: keySets.keySetAt,
    aside,
    recorder,
    rejections,
    now: Date.now,
    used: uses.note,
    failed: reporter.failed,
  }
  const doors: InboundOptions = {
    sourceByKey: directory.sourceByKey,
    receive: async (source, request) => {
      const reply = await receive(deps, source, request)
      reporter.received(reply.outcome)
      return reply
    },
    refuse: (source, request, reason) => {
      const reply = refuse(deps, source, request, reason)
      reporter.received(reply.outcome)
      return reply
    },
    room: (sourceId) => !aside.full(sourceId),
    publicUrl: config.publicUrl,
    clientAddress: createClientAddress(config.trustedProxies),
    stopping: () => state.stopping,
    failed: reporter.failed,
  }
  return {
    webhooks: inboundRoutes(doors),
    visits: visitRoutes(doors),
    uses,
    waiting: recorder.waiting,
    drained: recorder.drained,
    close: async () => {
      await rejections.drained()
      await keySets.close()
      await aside.close()
    },
  }
}

async function ready({ db }: Installation, state: State): Promise<void> {
  if (state.leaving) throw new NotReady('stopping')
  await ping(db.work)
}
