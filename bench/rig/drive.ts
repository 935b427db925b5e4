// Driving what is under test: load from a process of its own, and the stub that stands for MOAB.
import { end, firstLine, startScript } from './processes.ts'

export interface Load {
  accepted: number
  /** Answered otherwise than 2xx. */
  refused: number
  /** Connections that ended before the answer. */
  cut: number
  perSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
  times?: number[]
}

export interface LoadOptions {
  url: string
  secret: string
  connections?: number
  seconds: number
  /** Requests a second; absent: as fast as they are answered. */
  rate?: number
  signature?: 'stripe' | 'plain'
  /** The 000000 in `url` stands for one of so many. */
  sources?: number
  /** Each of them is wanted, not only their quantiles. */
  times?: true
}

export async function drive(options: LoadOptions): Promise<Load> {
  const child = startScript('bench/rig/load.ts', [JSON.stringify(options)])
  return JSON.parse(await firstLine(child)) as Load
}

export interface Stub {
  url: string
  /** Emails it has accepted. */
  count(): Promise<number>
  behave(mode: 'ok' | 'hang' | 'html' | '500'): Promise<void>
  stop(): Promise<void>
}

/** `port`: of one that was stopped, to take its place. */
export async function startStub(port = 0): Promise<Stub> {
  const child = startScript('bench/rig/stub.ts', [String(port)])
  const url = `http://127.0.0.1:${await firstLine(child)}`
  return {
    url,
    stop: () => end(child),
    count: async () => Number(await (await fetch(url)).text()),
    behave: async (mode) => void (await fetch(`${url}/behave/${mode}`)),
  }
}

/** Until so many have arrived, or nothing has for five seconds; ms until the last arrived. */
export async function arrived(stub: Stub, expected: number): Promise<number> {
  const began = performance.now()
  let [count, moved] = [await stub.count(), began]
  while (count < expected && performance.now() - moved < 5000) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    const now = await stub.count()
    if (now !== count) moved = performance.now()
    count = now
  }
  return moved - began
}
