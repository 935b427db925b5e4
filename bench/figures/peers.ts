// Figures 3 and 4: beside what a partner would otherwise write by hand or wire up, see bench/peers. What a peer
// accepts and what of it has reached MOAB by the end of the load, in turns with the relay.
import { join } from 'node:path'
import { peers, type Peer } from '../peers/index.ts'
import { keptFolder } from '../peers/support.ts'
import { drive } from '../rig/drive.ts'
import { doors } from '../rig/relay.ts'
import { secret } from '../rig/webhook.ts'
import { withRelay } from './pressing.ts'
import type { Figure, Row, Scene } from './figure.ts'

interface Aims {
  name: string
  accepted: number
  forwarded?: number
}

export const besideExpress: Figure = {
  number: '3',
  title: '÷ a hand-written service',
  measure: (scene) => beside(scene, [{ name: 'express-pgboss', accepted: 8, forwarded: 30 }]),
}

export const besideOthers: Figure = {
  number: '4',
  title: '÷ what can be wired up',
  measure: (scene) =>
    beside(scene, [
      { name: 'node-red', accepted: 2 },
      { name: 'n8n', accepted: 200 },
      { name: 'webhook', accepted: 1.5 },
      { name: 'express-graphile', accepted: 0 },
    ]),
}

interface Pace {
  accepted: number
  forwarded: number
}

async function beside(scene: Scene, aims: readonly Aims[]): Promise<Row[]> {
  return withRelay(scene, async (relay) => {
    const rows: Row[] = []
    const ours = () => pace(scene, `${relay.url}/in/${doors.forward}`, 'stripe')
    for (const aim of aims) {
      const peer = peers.find(({ name }) => name === aim.name)
      if (peer !== undefined) rows.push(...(await besideOne(scene, peer, aim, ours)))
    }
    return rows
  })
}

async function besideOne(
  scene: Scene,
  peer: Peer,
  aim: Aims,
  ours: () => Promise<Pace>,
): Promise<Row[]> {
  const { stub, rounds, say } = scene
  const folder = join(keptFolder, peer.name)
  const prepared = await peer.prepare(folder, say)
  if (!prepared.ok) return [{ what: peer.name, unit: 'ratio', note: `skipped: ${prepared.why}` }]
  const port = 17_000 + (process.pid % 900)
  const running = await peer.start({ folder, stub: stub.url, port })
  const ratios = { accepted: [] as number[], forwarded: [] as number[] }
  try {
    await pace({ ...scene, seconds: 3 }, running.url, peer.signature)
    for (let n = 0; n < rounds; n++) {
      const own = await ours()
      const theirs = await pace(scene, running.url, peer.signature)
      const told = (of: Pace) =>
        `${of.accepted.toFixed(0)}/s accepted, ${of.forwarded.toFixed(0)}/s forwarded`
      say(`  the relay ${told(own)}; ${peer.name} ${told(theirs)}`)
      ratios.accepted.push(own.accepted / theirs.accepted)
      ratios.forwarded.push(own.forwarded / theirs.forwarded)
    }
  } finally {
    await running.stop()
  }
  const { accepted, forwarded } = aim
  return [
    {
      what: `${peer.name}, accepted`,
      unit: 'ratio',
      values: ratios.accepted,
      ...(accepted > 0 && { aim: { atLeast: accepted } }),
      note: peer.what,
    },
    {
      what: `${peer.name}, forwarded`,
      unit: 'ratio',
      values: ratios.forwarded,
      ...(forwarded !== undefined && { aim: { atLeast: forwarded } }),
    },
  ]
}

async function pace(
  { stub, seconds }: Scene,
  url: string,
  signature: Peer['signature'],
): Promise<Pace> {
  const before = await stub.count()
  const load = await drive({ url, secret, seconds, signature })
  const forwarded = (await stub.count()) - before
  await rest(stub)
  return { accepted: load.perSecond, forwarded: (forwarded * load.perSecond) / load.accepted }
}

/** What is under way still shall not burden the next: until a second brings nothing, or twenty are over. */
async function rest(stub: Scene['stub']): Promise<void> {
  for (let n = 0, last = -1, now = await stub.count(); n < 20 && now !== last; n++) {
    last = now
    await new Promise((resolve) => setTimeout(resolve, 1000))
    now = await stub.count()
  }
}
