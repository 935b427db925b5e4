// Samples of refused requests, so that a wrong secret can be understood. Written beside the answer,
// never before it; bounded in rate, in size and in number, since anybody can cause them.
import { insertRejections, type RejectionToKeep } from '../db/rejections.ts'
import type { Sql } from '../db/open.ts'
import { uuidv7 } from '../ids.ts'
import { limits } from '../limits.ts'

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

export function createRejections(
  sql: Sql,
  failed: (error: unknown, doing: string) => void,
): Rejections {
  let waiting: RejectionToKeep[] = []
  let writing: Promise<void> | undefined
  let left = limits.rejectionsPerSecondMax
  let second = 0

  function note(refusal: Refusal): void {
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
        await insertRejections(sql, batch, limits.rejectionsPerSourceMax)
      }
    } catch (error) {
      failed(error, 'keep rejections')
    }
  }

  return { note, drained: async () => writing }
}
