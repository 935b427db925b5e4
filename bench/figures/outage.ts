// Figure 2b: MOAB is dead for a minute, in one of three ways, while events keep coming: they must be accepted as
// before, and every one of them must be granted once it is back.
import { drive, startStub, type Load, type Stub } from '../rig/drive.ts'
import { statesOfGrants } from '../rig/backlog.ts'
import { residentBytes } from '../rig/processes.ts'
import { doors, startRelay, type Relay } from '../rig/relay.ts'
import { secret } from '../rig/webhook.ts'
import type { Figure, Row, Scene } from './figure.ts'

const deaths = ['refused', 'hanging', 'html'] as const
type Death = (typeof deaths)[number]

interface Pressed extends Load {
  peakBytes: number
}

export const outage: Figure = {
  number: '2b',
  title: 'MOAB dead for a minute ÷ the healthy run',
  async measure(scene) {
    const seconds = scene.quick ? 10 : 60
    const rows: Row[] = []
    for (const death of scene.quick ? deaths.slice(0, 1) : deaths) {
      const { server, folder } = scene
      let stub = await startStub()
      const relay = await startRelay({ folder, databaseUrl: server.url, stub: stub.url })
      await pressed(relay, 2)
      const healthy = await pressed(relay, seconds)
      await settled(scene, 60)
      stub = await kill(stub, death)
      const dead = await pressed(relay, seconds)
      const began = performance.now()
      stub = await revive(stub, death)
      const left = await settled(scene, 900)
      const drainedIn = (performance.now() - began) / 1000
      const told = (load: Pressed) =>
        `${load.perSecond.toFixed(0)}/s, p99 ${load.p99.toFixed(0)} ms, ${(load.peakBytes / 1e6).toFixed(0)} MB`
      scene.say(
        `  ${death}: healthy ${told(healthy)}; dead ${told(dead)}; all granted after ${drainedIn.toFixed(0)} s`,
      )
      if (left > 0)
        throw new Error(`${left} were not granted: ${JSON.stringify(await statesOfGrants(server))}`)
      rows.push(
        {
          what: `${death}: accepted/s`,
          unit: 'ratio',
          values: [dead.perSecond / healthy.perSecond],
          aim: { atLeast: 0.9 },
        },
        {
          what: `${death}: p99`,
          unit: 'ratio',
          values: [dead.p99 / healthy.p99],
          aim: { atMost: 2 },
        },
        {
          what: `${death}: memory`,
          unit: 'ratio',
          values: [dead.peakBytes / healthy.peakBytes],
          aim: { atMost: 1.2 },
        },
        {
          what: `${death}: until all ${dead.accepted} were granted`,
          unit: 's',
          values: [drainedIn],
        },
      )
      await relay.stop()
      await stub.stop()
      await server.sql`truncate grants, attempts`
    }
    return rows
  },
}

async function pressed(relay: Relay, seconds: number): Promise<Pressed> {
  const url = `${relay.url}/in/${doors.forward}`
  let peakBytes = 0
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, residentBytes([relay.pid]))
  }, 250)
  const load = await drive({ url, secret, seconds }).finally(() => clearInterval(watch))
  if (load.refused + load.cut > 0) throw new Error(`${load.refused} refused, ${load.cut} cut`)
  return { ...load, peakBytes }
}

async function kill(stub: Stub, death: Death): Promise<Stub> {
  if (death === 'refused') await stub.stop()
  else await stub.behave(death === 'hanging' ? 'hang' : 'html')
  return stub
}

async function revive(stub: Stub, death: Death): Promise<Stub> {
  if (death === 'refused') return startStub(Number(new URL(stub.url).port))
  await stub.behave('ok')
  return stub
}

/** How many are not granted after so many seconds at most. */
async function settled({ server }: Scene, seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1000
  for (;;) {
    const states = Object.entries(await statesOfGrants(server))
    const left = states.reduce((sum, [state, n]) => sum + (done.has(state) ? 0 : n), 0)
    if (left === 0 || performance.now() > until) return left
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

const done = new Set(['granted', 'already_known'])
