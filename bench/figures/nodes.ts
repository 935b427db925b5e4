// Figure 10: two relays on one database beside one. On a small machine they share its cores, so that what is told
// here is that nothing is lost and little is gained; the gain needs a machine with a core for each.
import { arrived, drive } from '../rig/drive.ts'
import { doors, startRelay } from '../rig/relay.ts'
import { secret } from '../rig/webhook.ts'
import type { Figure, Row } from './figure.ts'

export const nodes: Figure = {
  number: '10',
  title: 'two relays on one database ÷ one',
  async measure({ folder, server, stub, rounds, seconds, say }): Promise<Row[]> {
    const values: number[] = []
    const first = await startRelay({ folder, databaseUrl: server.url, stub: stub.url })
    const second = await startRelay({ folder, databaseUrl: server.url, stub: stub.url })
    const press = async (urls: readonly string[]) => {
      const before = await stub.count()
      const loads = await Promise.all(
        urls.map((url) => {
          const at = { url: `${url}/in/${doors.forward}`, secret, seconds }
          return drive({ ...at, connections: 64 / urls.length })
        }),
      )
      const accepted = loads.reduce((sum, load) => sum + load.accepted, 0)
      await arrived(stub, before + accepted)
      const missing = before + accepted - (await stub.count())
      if (missing !== 0) throw new Error(`${missing} of ${accepted} did not arrive`)
      return loads.reduce((sum, load) => sum + load.perSecond, 0)
    }
    await press([first.url, second.url])
    for (let n = 0; n < rounds; n++) {
      const one = await press([first.url])
      const two = await press([first.url, second.url])
      say(`  one ${one.toFixed(0)}/s, two ${two.toFixed(0)}/s, all of them granted`)
      values.push(two / one)
    }
    await Promise.all([first.stop(), second.stop()])
    return [{ what: 'accepted while granted, none lost', unit: 'ratio', values }]
  },
}
