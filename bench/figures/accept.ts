// Figures 1, 2 and 2a: what is accepted, beside single-row commits on the same server; the same while every event
// is granted; and what an event costs in processor time, beside the least handler that verifies and parses.
import { drive, type Load } from '../rig/drive.ts'
import { cpuMs, end, firstLine, startScript } from '../rig/processes.ts'
import type { Relay } from '../rig/relay.ts'
import { secret } from '../rig/webhook.ts'
import { findPgbench, singleRowCommits } from '../rig/yardstick.ts'
import type { Figure, Row, Scene } from './figure.ts'
import { forward, press, told, withRelay } from './pressing.ts'

/** pgbench's clients and the relay's connections alike. */
const crowds = [
  { connections: 64, aim: 1.3 },
  { connections: 16, aim: 0.75 },
  { connections: 256, aim: 1.3 },
]
export const accepting: Figure = {
  number: '1',
  title: 'accepted ÷ single-row commits',
  quick: true,
  measure: (scene) => withRelay(scene, (relay) => acceptedBesideCommits(scene, relay)),
}

async function acceptedBesideCommits(scene: Scene, relay: Relay): Promise<Row[]> {
  const pgbench = findPgbench()
  if (pgbench === undefined)
    return [{ what: 'at 64 connections', unit: 'ratio', note: 'pgbench is not installed' }]
  const compare = async (connections: number) => {
    const values: number[] = []
    for (let n = 0; n < scene.rounds; n++) {
      const load = await press(relay, 'accept', connections, scene.seconds)
      const single = await singleRowCommits(pgbench, scene.server, { ...scene, connections })
      scene.say(`  ${connections} connections: ${told(load)}; ${single.toFixed(0)} commits/s`)
      values.push(load.perSecond / single)
    }
    return values
  }
  const rows: Row[] = []
  for (const { connections, aim } of scene.quick ? crowds.slice(0, 1) : crowds) {
    rows.push({
      what: `at ${connections} connections`,
      unit: 'ratio',
      values: await compare(connections),
      aim: { atLeast: aim },
    })
  }
  if (scene.quick) return rows
  await slowFlush(scene, true)
  try {
    const values = await compare(64)
    rows.push({
      what: 'at 64, a flush takes 2 ms more',
      unit: 'ratio',
      values,
      aim: { atLeast: 0.8 },
    })
  } finally {
    await slowFlush(scene, false)
  }
  return rows
}

/** As on a volume in a cloud. */
async function slowFlush({ server: { sql } }: Scene, on: boolean): Promise<void> {
  for (const [name, value] of [
    ['commit_delay', on ? 2000 : 0],
    ['commit_siblings', on ? 0 : 5],
  ])
    await sql.unsafe(`alter system set ${name} = ${value}`)
  await sql`select pg_reload_conf()`
  await new Promise((resolve) => setTimeout(resolve, 200))
}

export const forwarding: Figure = {
  number: '2',
  title: 'accepted while every event is granted ÷ single-row commits',
  quick: true,
  measure: (scene) => withRelay(scene, (relay) => forwardedBesideCommits(scene, relay)),
}

async function forwardedBesideCommits(scene: Scene, relay: Relay): Promise<Row[]> {
  const pgbench = findPgbench()
  const rows = { commits: [] as number[], forwarded: [] as number[] }
  for (let n = 0; n < scene.rounds; n++) {
    const { load, deliveredPerSecond } = await forward(scene, relay)
    const at = { ...scene, connections: 64 }
    const single =
      pgbench === undefined ? undefined : await singleRowCommits(pgbench, scene.server, at)
    scene.say(
      `  ${told(load)}, delivered ${deliveredPerSecond.toFixed(0)}/s; ${single?.toFixed(0) ?? '?'} commits/s`,
    )
    if (single !== undefined) rows.commits.push(load.perSecond / single)
    rows.forwarded.push(deliveredPerSecond / load.perSecond)
  }
  return [
    { what: 'accepted ÷ commits', unit: 'ratio', values: rows.commits, aim: { atLeast: 0.9 } },
    { what: 'delivered ÷ accepted', unit: 'ratio', values: rows.forwarded, aim: { atLeast: 0.9 } },
  ]
}

export const costing: Figure = {
  number: '2a',
  title: 'processor time of relay and PostgreSQL per event ÷ a bare Hono handler',
  quick: true,
  measure: (scene) => withRelay(scene, (relay) => cpuBesideBare(scene, relay)),
}

async function cpuBesideBare(scene: Scene, relay: Relay): Promise<Row[]> {
  const child = startScript('bench/rig/bare.ts', [secret])
  const url = `http://127.0.0.1:${await firstLine(child)}/in/any`
  const pids = [relay.pid, scene.server.pid]
  const ratios = { accept: [] as number[], whole: [] as number[] }
  const perEvent = async (watched: readonly number[], work: () => Promise<Load>) => {
    const before = cpuMs(watched)
    const { accepted } = await work()
    return ((cpuMs(watched) - before) * 1000) / accepted
  }
  await drive({ url, secret, seconds: 1 })
  for (let n = 0; n < scene.rounds; n++) {
    const own = [child.pid ?? 0]
    const bare = await perEvent(own, () => drive({ url, secret, seconds: scene.seconds }))
    const accept = await perEvent(pids, () => press(relay, 'accept', 64, scene.seconds))
    const whole = await perEvent(pids, async () => (await forward(scene, relay)).load)
    scene.say(
      `  bare ${bare.toFixed(1)} µs, accept ${accept.toFixed(1)} µs, whole path ${whole.toFixed(1)} µs`,
    )
    ratios.accept.push(accept / bare)
    ratios.whole.push(whole / bare)
  }
  await end(child)
  return [
    { what: 'accepting', unit: 'ratio', values: ratios.accept, aim: { atMost: 2.5 } },
    { what: 'the whole path', unit: 'ratio', values: ratios.whole, aim: { atMost: 3.5 } },
  ]
}
