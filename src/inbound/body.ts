// The exact bytes of a request, bounded in size and time.
import type { IncomingMessage } from 'node:http'

export function readBody(
  incoming: IncomingMessage,
  bytesMax: number,
  msMax: number,
): Promise<Buffer | 'body_too_large' | 'body_too_slow'> {
  if (Number(incoming.headers['content-length'] ?? 0) > bytesMax)
    return Promise.resolve('body_too_large')
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const timer = setTimeout(() => finish('body_too_slow'), msMax)
    const finish = (result: Buffer | 'body_too_large' | 'body_too_slow') => {
      clearTimeout(timer)
      incoming.off('data', onData)
      resolve(result)
    }
    const onData = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > bytesMax) finish('body_too_large')
      else chunks.push(chunk)
    }
    incoming.on('data', onData)
    incoming.once('end', () =>
      finish(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)),
    )
    const left = () => {
      clearTimeout(timer)
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
