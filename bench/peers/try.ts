// `tsx bench/peers/try.ts [--folder F] [--seconds 2] [NAME…]`: that each peer takes what is signed, refuses what is
// signed wrongly and hands every taken one to the stub. Its figures are no measurement.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { whenBrokenOff } from '../rig/broken-off.ts'
import { drive } from '../rig/drive.ts'
import { endAll } from '../rig/processes.ts'
import { peers, type Peer } from './index.ts'
import { openStub, type Stub } from './stub.ts'
import { keptFolder } from './support.ts'
import { secret } from '../rig/webhook.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: 'string', default: keptFolder },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '16' },
  },
})
// The peers end with this process: see support.ts.
whenBrokenOff(endAll)
const say = (line: string) => process.stdout.write(`${line}\n`)

/** True when it did all it should. */
async function tried(peer: Peer, stub: Stub): Promise<boolean> {
  const folder = join(values.folder, peer.name)
  const prepared = await peer.prepare(folder, say)
  if (!prepared.ok) {
    say(`${peer.name}: skipped: ${prepared.why}`)
    return true
  }
  const running = await peer.start({ folder, stub: stub.url, port: 19_000 + (process.pid % 900) })
  try {
    stub.arrived.clear()
    const { url } = running
    const { signature } = peer
    const wrong = { url, signature, secret: 'whsec_wrong', connections: 2, seconds: 0.3 }
    const forged = await drive(wrong)
    const forgedArrived = stub.arrived.size
    const { accepted, refused, perSecond, p50, p99 } = await drive({
      ...wrong,
      secret,
      connections: Number(values.connections),
      seconds: Number(values.seconds),
    })
    await stub.until(accepted, 30_000)
    say(
      `${peer.name}: ${accepted} taken (${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms), ` +
        `${refused} refused, ${stub.arrived.size} at the stub; of forged ones ${forged.accepted} taken, ` +
        `${forged.refused} refused, ${forgedArrived} at the stub; processes ${running.pids.join(' ')}`,
    )
    return (
      accepted > 0 &&
      refused === 0 &&
      stub.arrived.size === accepted &&
      forged.accepted === 0 &&
      forged.refused > 0 &&
      forgedArrived === 0
    )
  } finally {
    await running.stop()
  }
}

const stub = await openStub()
try {
  for (const peer of peers) {
    if (positionals.length > 0 && !positionals.includes(peer.name)) continue
    if (await tried(peer, stub)) continue
    say(`${peer.name}: FAILED`)
    process.exitCode = 1
  }
} finally {
  await stub.close()
}
