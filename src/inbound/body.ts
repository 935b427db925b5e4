// The exact bytes of a request, bounded in size and time.
import type { IncomingMessage } from 'node:http'

export interface BodyBounds {
  bytesMax: number
  msMax: number
  /** From this many bytes on a body is large, and read on only while `room()` says so. */
  largeFrom: number
  room(): boolean
  held: BodiesHeld
}

/** The bytes of all bodies that are still being read: anybody may send some and then no more for a while. */
export class BodiesHeld {
  #bytes = 0
  readonly #bytesMax: number

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  add(bytes: number): void {
    this.#bytes += bytes
  }

  get full(): boolean {
    return this.#bytes > this.#bytesMax
  }
}

export type Unread = 'body_too_large' | 'body_too_slow' | 'no_room'

export function readBody(
  incoming: IncomingMessage,
  { bytesMax, msMax, largeFrom, room, held }: BodyBounds,
): Promise<Buffer | Unread> {
  const unfit = (bytes: number): Unread | undefined => {
    if (bytes > bytesMax) return 'body_too_large'
    return bytes >= largeFrom && (held.full || !room()) ? 'no_room' : undefined
  }
  const declared = unfit(Number(incoming.headers['content-length'] ?? 0))
  if (declared !== undefined) return Promise.resolve(declared)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const timer = setTimeout(() => finish('body_too_slow'), msMax)
    const letGo = () => {
      held.add(-bytes)
      bytes = 0
    }
    const finish = (result: Buffer | Unread) => {
      clearTimeout(timer)
      incoming.off('data', onData)
      letGo()
      resolve(result)
    }
    const onData = (chunk: Buffer) => {
      bytes += chunk.length
      held.add(chunk.length)
      const reason = unfit(bytes)
      if (reason === undefined) chunks.push(chunk)
      else finish(reason)
    }
    incoming.on('data', onData)
    incoming.once('end', () =>
      finish(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)),
    )
    const left = () => {
      clearTimeout(timer)
      incoming.off('data', onData)
      letGo()
      if (!incoming.complete) reject(new SenderLeft('the sender left before the body was complete'))
    }
    // The only error of an incoming request is that its connection broke.
    incoming.once('error', left)
    incoming.once('close', left)
  })
}

/** Nobody is there to hear an answer. */
export class SenderLeft extends Error {
  override name = 'SenderLeft'
}
