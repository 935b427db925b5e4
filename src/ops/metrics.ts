// Numbers for Prometheus. Labels come from closed tables only, never from a payload.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { alarmNames } from '../alarms/kinds.ts'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

export interface Gauges {
  waitingRequests(): number
  callsInFlight(): number
  /** By kind. */
  openAlarms(): ReadonlyMap<string, number>
}

/** Time between two looks at the clock; a delay is what comes on top of it. */
const loopResolutionMs = 10

export type Metrics = ReturnType<typeof createMetrics>

export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Counter({
    name: 'moab_relay_requests_total',
    help: 'Requests answered, by area and status.',
    labelNames: ['area', 'status'],
    registers,
  })
  const acknowledgement = new Histogram({
    name: 'moab_relay_acknowledgement_seconds',
    help: 'From the first byte of a webhook to its answer.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  })
  const events = new Counter({
    name: 'moab_relay_events_total',
    help: 'Parts of authentic requests, by state, copies included.',
    labelNames: ['state'],
    registers,
  })
  const refusals = new Counter({
    name: 'moab_relay_refusals_total',
    help: 'Requests not believed, by reason.',
    labelNames: ['reason'],
    registers,
  })
  const attempts = new Counter({
    name: 'moab_relay_attempts_total',
    help: 'Calls to MOAB, by the class of the answer.',
    labelNames: ['answer'],
    registers,
  })
  const lookups = new Counter({
    name: 'moab_relay_lookups_total',
    help: 'Looks at parked events, by what came of them.',
    labelNames: ['outcome'],
    registers,
  })
  const notices = new Counter({
    name: 'moab_relay_notices_total',
    help: 'Tries to send a notice, by kind of channel and what came of them.',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const errors = new Counter({
    name: 'moab_relay_errors_total',
    help: 'Surprises, by what was being done.',
    labelNames: ['doing'],
    registers,
  })
  watchEventLoop(registry)
  gauge(registry, 'process_resident_memory_bytes', 'Memory.', () => process.memoryUsage.rss())
  const watch = (gauges: Gauges) => watchRelay(registry, gauges)
  const counted = { requests, events, refusals, attempts, lookups, notices, errors }
  return { registry, ...counted, acknowledgement, watch }
}

function watchEventLoop(registry: Registry): void {
  const loop = monitorEventLoopDelay({ resolution: loopResolutionMs })
  loop.enable()
  gauge(
    registry,
    'moab_relay_event_loop_delay_max_seconds',
    'Longest time for which nothing else could be done, since the last look.',
    () => {
      const ms = Math.max(0, loop.max / 1e6 - loopResolutionMs)
      loop.reset()
      return ms / 1000
    },
  )
}

function watchRelay(registry: Registry, gauges: Gauges): void {
  gauge(
    registry,
    'moab_relay_waiting_requests',
    'Requests waiting for a commit.',
    gauges.waitingRequests,
  )
  gauge(registry, 'moab_relay_calls_in_flight', 'Calls to MOAB in flight.', gauges.callsInFlight)
  new Gauge({
    name: 'moab_relay_alarms_open',
    help: 'What needs a person, by kind; the same on every relay.',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      const open = gauges.openAlarms()
      for (const kind of alarmNames) this.set({ kind }, open.get(kind) ?? 0)
    },
  })
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read())
    },
  })
}
