// The providers at work: each door at its rate, each delivery repeated as its provider repeats it,
// days pressed into seconds. What was sent and what was answered goes into the ledger, first of all.
import { request as httpRequest } from 'node:http'
import { Pool } from 'undici'
import { drawDeliveries, type Delivery, type Drawing } from './events.ts'
import type { Journal } from './journal.ts'
import { pause } from './processes.ts'
import { randomStream, type Random } from './random.ts'
import { doors, type DoorName } from './world.ts'

/** How a single delivery is mistreated by its own sender. */
export const senderFaults = [
  'hang-up',
  'both-nodes',
  'twice-at-once',
  'repeat-after-success',
] as const
export type SenderFault = (typeof senderFaults)[number]

interface Retrying {
  /** Milliseconds before each repeat. */
  delays: readonly number[]
  timeoutMs: number
  /** A 4xx is final for them. */
  after4xx: boolean
}

/**
 * Stripe: up to three days, exponentially; Auth0: three times, never after a 4xx; Okta: once, after a
 * 5xx or 3 s; Standard Webhooks: its suggested eight steps. All but Auth0's and Okta's compressed.
 */
const retrying: Record<string, Retrying> = {
  stripe: {
    delays: Array.from({ length: 15 }, (_, n) => Math.min(4000, 100 * 2 ** n)),
    timeoutMs: 5000,
    after4xx: true,
  },
  'auth0-event-stream': { delays: [1000, 2000, 4000], timeoutMs: 5000, after4xx: false },
  okta: { delays: [300], timeoutMs: 3000, after4xx: false },
  'standard-webhooks': {
    delays: [50, 200, 500, 1000, 2000, 4000, 4000, 4000],
    timeoutMs: 5000,
    after4xx: true,
  },
}

const shares: readonly (readonly [DoorName, number])[] = [
  ['shop', 0.5],
  ['login', 0.15],
  ['staff', 0.1],
  ['store', 0.15],
  ['hooks', 0.1],
]
const inFlightMax = 500

export interface Target {
  name: string
  port: number
}

export class Senders {
  #ledger: Journal
  #targets: readonly Target[]
  #pools: Map<string, Pool>
  #drawings: readonly { door: DoorName; share: number; drawing: Drawing; owed: number }[]
  #random: Random
  #mistreated: { mode: SenderFault; met(): void }[] = []
  #inFlight = 0
  #number = 0
  #timer: NodeJS.Timeout | undefined
  #stopping = false
  rotated = false
  acknowledged = 0
  gaveUp = 0

  constructor(ledger: Journal, targets: readonly Target[], seed: number) {
    this.#ledger = ledger
    this.#targets = targets
    this.#pools = new Map(
      targets.map(({ name, port }) => [
        name,
        new Pool(`http://127.0.0.1:${port}`, { connections: 32 }),
      ]),
    )
    this.#random = randomStream(seed, 'senders')
    this.#drawings = shares.map(([door, share]) => ({
      door,
      share,
      drawing: drawDeliveries(seed, door),
      owed: 0,
    }))
  }

  start(perSecond: number): void {
    let last = performance.now()
    this.#timer = setInterval(() => {
      const now = performance.now()
      // After a stall of the harness itself the load does not come as one flood.
      const seconds = Math.min(0.2, (now - last) / 1000)
      last = now
      for (const each of this.#drawings) {
        each.owed += each.share * perSecond * seconds
        for (; each.owed >= 1 && this.#inFlight < inFlightMax; each.owed--)
          void this.#deliver(each.drawing.next())
        each.owed = Math.min(each.owed, 50)
      }
    }, 10)
  }

  /** Takes no new events; resolves when those under way were answered or given up. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping = true
    while (this.#inFlight > 0) await pause(50)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()))
  }

  mistreat(mode: SenderFault, met: () => void): void {
    this.#mistreated.push({ mode, met })
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /** Anything else that is thrown at the relay; `events` stay empty where nothing may come of it. */
  async throwAt(
    delivery: Delivery,
    headers: Record<string, string>,
    kind: string,
  ): Promise<number> {
    const number = this.#note(delivery, kind)
    return this.#post(number, delivery, { target: this.#target(), headers, timeoutMs: 5000 })
  }

  async #deliver(delivery: Delivery): Promise<void> {
    this.#inFlight++
    const mistreated = this.#mistreated.shift()
    mistreated?.met()
    const number = this.#note(delivery, mistreated?.mode ?? 'plain')
    try {
      if (mistreated !== undefined) await this.#mistreat(mistreated.mode, number, delivery)
      const done = await this.#untilAcknowledged(number, delivery)
      if (!done) {
        this.gaveUp++
        this.#ledger.write({ gaveUp: number })
      } else if (mistreated?.mode === 'repeat-after-success')
        await this.#try(number, delivery, this.#target())
    } finally {
      this.#inFlight--
    }
  }

  async #mistreat(mode: SenderFault, number: number, delivery: Delivery): Promise<void> {
    const [first, second] = this.#targets
    if (first === undefined || second === undefined) return
    if (mode === 'hang-up') {
      const target = this.#target()
      const began = Date.now()
      await hangUp(
        target.port,
        delivery,
        this.#signed(delivery).headers,
        this.#random.between(0, 20),
      )
      this.#ledger.write({ answered: number, node: target.name, status: 0, began, at: Date.now() })
    }
    if (mode === 'both-nodes')
      await Promise.all([first, second].map((target) => this.#try(number, delivery, target)))
    if (mode === 'twice-at-once') {
      const target = this.#target()
      await Promise.all([0, 1, 2].map(() => this.#try(number, delivery, target)))
    }
  }

  async #untilAcknowledged(number: number, delivery: Delivery): Promise<boolean> {
    const rule = retrying[doors[delivery.door].provider]
    if (rule === undefined) throw new Error('no rule for this provider')
    const lastTry = delivery.events[0]?.expect === 'never' ? 2 : rule.delays.length
    for (let tries = 0; ; tries++) {
      const status = await this.#try(number, delivery, this.#target())
      if (isSuccess(status)) return true
      const delay = rule.delays[tries]
      if (
        delay === undefined ||
        tries >= lastTry ||
        (status >= 400 && status < 500 && !rule.after4xx)
      )
        return false
      await pause(this.#stopping ? Math.min(delay, 500) : delay)
    }
  }

  #try(number: number, delivery: Delivery, target: Target): Promise<number> {
    const { timeoutMs = 5000 } = retrying[doors[delivery.door].provider] ?? {}
    return this.#post(number, delivery, { target, ...this.#signed(delivery), timeoutMs })
  }

  #signed(delivery: Delivery): { headers: Record<string, string>; fresh: boolean } {
    const { secret, rotated } = doors[delivery.door]
    const fresh = this.rotated && this.#random.chance(0.5)
    const headers = {
      'content-type': 'application/json',
      // Outside every proof: another one each time, and always the same one.
      'x-request-id': `${delivery.door}-${this.#random.between(0, 1e9)}`,
      'x-event-id': 'always-the-same',
      ...delivery.headers(fresh ? rotated : secret),
    }
    return { headers, fresh }
  }

  #target(): Target {
    return this.#random.pick(this.#targets)
  }

  #note({ door, sha, events }: Delivery, kind: string): number {
    const number = ++this.#number
    this.#ledger.write({ sent: number, at: Date.now(), door, sha, kind, events })
    return number
  }

  async #post(
    number: number,
    delivery: Delivery,
    how: { target: Target; headers: Record<string, string>; timeoutMs: number; fresh?: boolean },
  ): Promise<number> {
    const { target, headers, timeoutMs, fresh = false } = how
    const began = Date.now()
    const status = await post(this.#pools.get(target.name), delivery, headers, timeoutMs)
    this.#ledger.write({
      answered: number,
      node: target.name,
      status,
      began,
      at: Date.now(),
      ...(fresh && { fresh }),
    })
    if (isSuccess(status)) this.acknowledged++
    return status
  }
}

export const isSuccess = (status: number) => status >= 200 && status < 300

/** 0: no answer, its fate unknown. */
async function post(
  pool: Pool | undefined,
  { door, body }: Delivery,
  headers: Record<string, string>,
  timeoutMs: number,
): Promise<number> {
  if (pool === undefined) return 0
  try {
    const answer = await pool.request({
      method: 'POST',
      path: `/in/${doors[door].key}`,
      headers,
      body,
      signal: AbortSignal.timeout(timeoutMs),
      headersTimeout: timeoutMs,
    })
    await answer.body.dump()
    return answer.statusCode
  } catch {
    return 0
  }
}

/** Sends all of it and leaves before the answer. */
function hangUp(
  port: number,
  { door, body }: Delivery,
  headers: Record<string, string>,
  afterMs: number,
): Promise<void> {
  return new Promise((resolve) => {
    const request = httpRequest({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: `/in/${doors[door].key}`,
      headers,
    })
    request.on('error', () => resolve())
    request.on('close', () => resolve())
    request.end(body, () => setTimeout(() => request.destroy(), afterMs))
  })
}
