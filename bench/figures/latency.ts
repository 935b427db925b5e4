// Figures 5 and 6: how long an event is under way from its POST to the email at MOAB, beside the shortest way that
// still keeps it; and how even the acknowledgement is at half of what the relay can take.
import { drive } from '../rig/drive.ts'
import { end, firstLine, startScript } from '../rig/processes.ts'
import { campaign, doors, source, startRelay } from '../rig/relay.ts'
import { secret } from '../rig/webhook.ts'
import { press, withRelay } from './pressing.ts'
import type { Figure, Row, Scene } from './figure.ts'

const perSecond = 10

interface Trip {
  p50: number
  p99: number
}

export const underWay: Figure = {
  number: '5',
  title: 'POST → email at the stub, 10/s ÷ POST + commit + POST without a relay',
  async measure(scene) {
    const values = { p50: [] as number[], p99: [] as number[] }
    const traveller = startScript('bench/rig/traveller.ts', [secret])
    const stub = `http://127.0.0.1:${await firstLine(traveller)}`
    const config = {
      partner: 'bench',
      campaigns: [campaign('bench', stub)],
      sources: [source('forward', doors.forward, 'bench')],
    }
    const at = { folder: scene.folder, databaseUrl: scene.server.url, stub, config }
    const relay = await startRelay(at)
    const { directory, port, user, database } = scene.server.socket
    const kept = [directory, String(port), user, database]
    const least = startScript('bench/rig/least.ts', [secret, stub, ...kept])
    const leastUrl = `http://127.0.0.1:${await firstLine(least)}/in/any`
    const travel = async (url: string, seconds: number): Promise<Trip> => {
      const asked = `${stub}/travel?${new URLSearchParams({ url, perSecond: String(perSecond), seconds: String(seconds) }).toString()}`
      return (await (await fetch(asked)).json()) as Trip
    }
    const relayUrl = `${relay.url}/in/${doors.forward}`
    for (const url of [relayUrl, leastUrl]) await travel(url, 3)
    for (let n = 0; n < scene.rounds; n++) {
      const through = await travel(relayUrl, scene.quick ? 5 : 20)
      const bare = await travel(leastUrl, scene.quick ? 5 : 20)
      const told = ({ p50, p99 }: Trip) => `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`
      scene.say(`  through the relay ${told(through)}; the least ${told(bare)}`)
      values.p50.push(through.p50 / bare.p50)
      values.p99.push(through.p99 / bare.p99)
    }
    await relay.stop()
    for (const child of [traveller, least]) await end(child)
    return [
      { what: 'p50', unit: 'ratio', values: values.p50, aim: { atMost: 1.5 } },
      { what: 'p99', unit: 'ratio', values: values.p99, aim: { atMost: 3 } },
    ]
  },
}

export const evenness: Figure = {
  number: '6',
  title: 'acknowledgement p99 ÷ p50 at half of the most that is accepted',
  measure: (scene) =>
    withRelay(scene, async (relay): Promise<Row[]> => {
      const values: number[] = []
      for (let n = 0; n < (scene.quick ? 1 : scene.rounds); n++) values.push(await atHalf(scene))
      return [{ what: 'for a minute', unit: 'ratio', values, aim: { atMost: 5 } }]

      async function atHalf({ say, seconds, quick }: Scene): Promise<number> {
        const { perSecond: most } = await press(relay, 'accept', 64, seconds)
        const url = `${relay.url}/in/${doors.accept}`
        const rate = Math.round(most / 2)
        const load = await drive({ url, secret, seconds: quick ? 10 : 60, rate })
        say(`  at ${rate}/s p50 ${load.p50.toFixed(2)} ms, p99 ${load.p99.toFixed(2)} ms`)
        return load.p99 / load.p50
      }
    }),
}
