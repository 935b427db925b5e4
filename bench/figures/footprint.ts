// Figures 8 and 9: what a relay takes of memory and disk, and how soon after its start it takes the first webhook.
import { spawnSync } from 'node:child_process'
import { residentBytes, end, start } from '../rig/processes.ts'
import { configFor, doors, startRelay } from '../rig/relay.ts'
import { openFolder } from '../rig/server.ts'
import { paidInvoice, secret, stripeSignature } from '../rig/webhook.ts'
import { forward } from './pressing.ts'
import type { Figure, Row, Scene } from './figure.ts'

export const memory: Figure = {
  number: '8',
  title: 'memory and disk',
  async measure(scene): Promise<Row[]> {
    const { folder, server, stub } = scene
    const [idle, loaded]: [number[], number[]] = [[], []]
    for (let n = 0; n < scene.rounds; n++) {
      const relay = await startRelay({ folder, databaseUrl: server.url, stub: stub.url })
      await new Promise((resolve) => setTimeout(resolve, 3000))
      idle.push(residentBytes([relay.pid]) / 1e6)
      for (let times = 0; times < 3; times++) await forward(scene, relay)
      loaded.push(relay.peakBytes() / 1e6)
      await relay.stop()
    }
    return [
      { what: 'under load, at most', unit: 'MB', values: loaded, aim: { atMost: 160 } },
      { what: 'idle', unit: 'MB', values: idle, aim: { atMost: 100 } },
      {
        what: 'production install',
        unit: 'MB',
        values: [installedBytes() / 1e6],
        aim: { atMost: 150 },
      },
    ]
  },
}

/** What `npm ci --omit=dev` installs of what is installed here, dist and drizzle. */
function installedBytes(): number {
  const listed = spawnSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], {
    encoding: 'utf8',
  })
  const packages = listed.stdout.split('\n').filter((path) => path.includes('node_modules'))
  // One that stands inside another is counted with it.
  const outer = packages.filter((path) => !packages.some((other) => path.startsWith(`${other}/`)))
  const sizes = spawnSync('du', ['-sbc', ...new Set(outer), 'dist', 'drizzle'], {
    encoding: 'utf8',
  })
  return Number(/(\d+)\ttotal/.exec(sizes.stdout)?.[1] ?? Number.NaN)
}

export const starting: Figure = {
  number: '9',
  title: 'process start → first accepted webhook',
  async measure(scene): Promise<Row[]> {
    const seconds = { running: [] as number[], warm: [] as number[], first: [] as number[] }
    await firstAccepted(scene, scene.folder, scene.server.url)
    for (let n = 0; n < scene.rounds; n++) {
      seconds.running.push(await firstAccepted(scene, scene.folder, scene.server.url))
      const fresh = openFolder(scene.folder, 'fresh-')
      seconds.first.push(await firstAccepted(scene, fresh))
      seconds.warm.push(await firstAccepted(scene, fresh))
    }
    return [
      { what: 'database running', unit: 's', values: seconds.running, aim: { atMost: 0.5 } },
      { what: 'embedded, warm', unit: 's', values: seconds.warm, aim: { atMost: 0.7 } },
      { what: 'embedded, first ever', unit: 's', values: seconds.first, aim: { atMost: 2.5 } },
    ]
  },
}

/** Seconds. A sender that tries again every few milliseconds. */
async function firstAccepted(
  { stub }: Scene,
  folder: string,
  databaseUrl?: string,
): Promise<number> {
  const { env, port } = configFor({
    folder,
    stub: stub.url,
    ...(databaseUrl !== undefined && { databaseUrl }),
  })
  const began = performance.now()
  const child = start({ command: 'node', args: ['dist/main.js', 'serve'], env })
  try {
    for (let n = 0; performance.now() - began < 30_000; n++) {
      const body = paidInvoice(`evt_${began}_${n}`)
      const answer = await fetch(`http://127.0.0.1:${port}/in/${doors.accept}`, {
        method: 'POST',
        headers: { 'stripe-signature': stripeSignature(secret, body) },
        body,
      }).catch(() => undefined)
      if (answer?.status === 200) return (performance.now() - began) / 1000
      await new Promise((resolve) => setTimeout(resolve, 3))
    }
    throw new Error('no webhook was accepted within 30 s')
  } finally {
    await end(child)
  }
}
