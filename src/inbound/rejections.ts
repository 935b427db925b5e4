// Refused requests: how many there were, and samples of them, so that a wrong secret can be understood. Written
// beside the answer, never before it. Samples are bounded in rate, in size and in number, since anybody can
// cause them; of counts there is one for each source, reason and hour. A sample that waits here may name somebody whose
// erasure comes to its end meanwhile: it is looked at when it is written.
import {
  countRefusals,
  insertRejections,
  type PeopleIn,
  type RefusalCount,
  type RejectionToKeep,
} from '../db/rejections.ts'
import type { Sql } from '../db/open.ts'
import { uuidv7 } from '../ids.ts'
import { limits } from '../limits.ts'
import { addressesIn } from '../privacy/mentions.ts'
import { emailKey } from '../vault.ts'

export interface Refusal {
  partnerId: string
  sourceId: string
  reason: string
  hint: string
  method: string
  headers: Record<string, string[]>
  body: Buffer
  ip: string | null
}

export interface Rejections {
  note(refusal: Refusal): void
  drained(): Promise<void>
}

export interface RejectionsOptions {
  sql: Sql
  pepper: Buffer
  failed(error: unknown, doing: string): void
}

export function createRejections(options: RejectionsOptions): Rejections {
  const samples = createSamples(options)
  const counts = createCounts(options)
  return {
    note(refusal) {
      counts.add(refusal)
      samples.add(refusal)
    },
    async drained() {
      await Promise.all([samples.drained(), counts.drained()])
    },
  }
}

function createSamples({ sql, pepper, failed }: RejectionsOptions) {
  const peopleIn = peopleUnder(pepper)
  let waiting: RejectionToKeep[] = []
  let writing: Promise<void> | undefined
  let left = limits.rejectionsPerSecondMax
  let second = 0

  function add(refusal: Refusal): void {
    const now = Math.floor(performance.now() / 1000)
    if (now !== second) [second, left] = [now, limits.rejectionsPerSecondMax]
    if (left-- <= 0 || waiting.length >= limits.rejectionsWaitingMax) return
    waiting.push({
      ...refusal,
      id: uuidv7(),
      bodyBytes: refusal.body.length,
      body: Buffer.from(refusal.body.subarray(0, limits.rejectionBodyBytesMax)),
    })
    writing ??= write().finally(() => (writing = undefined))
  }

  async function write(): Promise<void> {
    try {
      while (waiting.length > 0) {
        const batch = waiting
        waiting = []
        await insertRejections(sql, batch, limits.rejectionsPerSourceMax, peopleIn)
      }
    } catch (error) {
      failed(error, 'keep rejections')
    }
  }

  return { add, drained: async () => writing }
}

/** Everybody whom a sample names. */
export function peopleUnder(pepper: Buffer): PeopleIn {
  return ({ headers, body }) => {
    const texts = [body, Buffer.from(JSON.stringify(headers))]
    const named = texts.map((text) => addressesIn(text, limits.rejectionAddressesMax))
    const keys: Buffer[] = []
    for (const some of named) {
      if (some === null) return null
      keys.push(...[...some].map((folded) => emailKey(pepper, folded)))
    }
    return keys
  }
}

/** Those of the last moments are lost with the process: they are figures, not the ledger. */
function createCounts({ sql, failed }: RejectionsOptions) {
  let counts = new Map<string, RefusalCount>()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined

  function add({ partnerId, sourceId, reason }: Omit<RefusalCount, 'count'>, count = 1): void {
    const key = `${partnerId} ${sourceId} ${reason}`
    const before = counts.get(key)
    if (before === undefined) counts.set(key, { partnerId, sourceId, reason, count })
    else before.count += count
    timer ??= setTimeout(() => void write(), limits.refusalsCountedMs).unref()
  }

  function write(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const batch = [...counts.values()]
    counts = new Map()
    writing = (writing ?? Promise.resolve()).then(() => written(batch))
    return writing
  }

  async function written(batch: readonly RefusalCount[]): Promise<void> {
    if (batch.length === 0) return
    try {
      await countRefusals(sql, batch)
    } catch (error) {
      failed(error, 'count refusals')
      for (const each of batch) add(each, each.count)
    }
  }

  return { add, drained: write }
}
