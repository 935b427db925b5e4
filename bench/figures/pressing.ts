// Relays of a figure, warm, and load on one of their doors.
import { arrived, drive, type Load } from '../rig/drive.ts'
import { doors, startRelay, type Door, type Relay } from '../rig/relay.ts'
import { secret } from '../rig/webhook.ts'
import type { Scene } from './figure.ts'

export const told = ({ perSecond, p50, p99 }: Load) =>
  `${perSecond.toFixed(0)}/s (p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms)`

export async function withRelay<T>(scene: Scene, work: (relay: Relay) => Promise<T>): Promise<T> {
  const { folder, server, stub } = scene
  const relay = await startRelay({ folder, databaseUrl: server.url, stub: stub.url })
  try {
    // What has run some ten thousand times is compiled; a relay that has run for a day is like that.
    const warmUp = scene.quick ? 2 : 6
    for (const door of ['forward', 'accept'] as const) await press(relay, door, 64, warmUp)
    await arrived(stub, Infinity)
    // As the server does by itself a minute later.
    await server.sql`analyze`
    return await work(relay)
  } finally {
    await relay.stop()
  }
}

export async function press(
  relay: Relay,
  door: Door,
  connections: number,
  seconds: number,
): Promise<Load> {
  const load = await drive({ url: `${relay.url}/in/${doors[door]}`, secret, connections, seconds })
  if (load.refused + load.cut > 0)
    throw new Error(`${load.refused} refused and ${load.cut} cut off of ${load.accepted}`)
  return load
}

/** From the first request to the last delivery; every one of them must arrive. */
export async function forward(scene: Scene, relay: Relay) {
  const before = await scene.stub.count()
  const began = performance.now()
  const load = await press(relay, 'forward', 64, scene.seconds)
  const pressed = performance.now() - began
  const ms = pressed + (await arrived(scene.stub, before + load.accepted))
  const delivered = (await scene.stub.count()) - before
  if (delivered < load.accepted) throw new Error(`${delivered} of ${load.accepted} arrived`)
  // The load's own start, when nothing could arrive, is not the relay's.
  const starting = pressed - (load.accepted / load.perSecond) * 1000
  return { load, deliveredPerSecond: (delivered * 1000) / (ms - starting) }
}
