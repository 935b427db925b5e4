// A built relay under test, as an operator starts it: `node dist/main.js serve` with a config file.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { diedEarly, end, peakBytes, start } from './processes.ts'
import { secret } from './webhook.ts'

export const apiKey = '11111111-2222-4333-8444-555555555555'

export interface Relay {
  url: string
  pid: number
  /** Of what it has held at most since it began. */
  peakBytes(): number
  stop(signal?: NodeJS.Signals): Promise<void>
}

export interface RelayOptions {
  folder: string
  /** Absent: its own embedded server in `folder`. */
  databaseUrl?: string
  /** Where MOAB listens; absent: nothing is sent there. */
  stub?: string
  env?: NodeJS.ProcessEnv
  config?: object
  /** Before the file: `--cpu-prof` and the like. */
  nodeArgs?: readonly string[]
}

const nowhere = 'http://127.0.0.1:9'
let ports = 18_000 + (process.pid % 1000)

/** The environment of a relay, its config file written. */
export function configFor(options: RelayOptions): { env: NodeJS.ProcessEnv; port: number } {
  const { folder, databaseUrl, stub = nowhere, env = {}, config = twoDoors(stub) } = options
  const port = ports++
  const file = join(folder, 'relay.json')
  writeFileSync(file, JSON.stringify(config))
  return {
    port,
    env: {
      PORT: String(port),
      DATA_DIR: join(folder, 'data'),
      RELAY_KEY: Buffer.alloc(32, 7).toString('base64url'),
      CONFIG_FILE: file,
      MOAB_URL: stub,
      LOG_LEVEL: 'warn',
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
      ...env,
    },
  }
}

export async function startRelay(options: RelayOptions): Promise<Relay> {
  const { env, port } = configFor(options)
  const args = [...(options.nodeArgs ?? []), 'dist/main.js', 'serve']
  const child = start({ command: 'node', args, env })
  const url = `http://127.0.0.1:${port}`
  await Promise.race([ready(url), diedEarly(child)])
  const pid = child.pid ?? 0
  return { url, pid, peakBytes: () => peakBytes(pid), stop: (signal) => end(child, signal) }
}

export async function ready(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.ok === true) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${url} did not become ready`)
}

/** Behind one door every event is also granted at the stub, behind the other grants only wait. */
export const doors = {
  forward: 'bench-forward-0123456789',
  accept: 'bench-accept-01234567890',
} as const

export type Door = keyof typeof doors

function twoDoors(stub: string) {
  return {
    partner: 'bench',
    campaigns: [campaign('bench', stub), { ...campaign('yardstick', stub), enabled: false }],
    sources: [
      source('forward', doors.forward, 'bench'),
      source('accept', doors.accept, 'yardstick'),
    ],
  }
}

export const campaign = (name: string, url: string) => ({
  name,
  mode: 'live',
  api_key: apiKey,
  url,
})

export function source(name: string, key: string, campaignName: string, rules = 1) {
  return {
    name,
    provider: 'stripe',
    key,
    credentials: [{ secret }],
    rules: Array.from({ length: rules }, (_, n) => ({
      name: `rule ${n + 1}`,
      events: ['invoice.paid'],
      // All but the last look at the amount and say no.
      ...(n < rules - 1 && {
        when: { all: [{ path: '$.data.object.amount_paid', op: 'gte', value: 1_000_000 + n }] },
      }),
      email: ['$.data.object.customer_email'],
      campaign: campaignName,
    })),
  }
}
