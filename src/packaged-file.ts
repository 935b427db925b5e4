// A file that a package brings, for anybody who asks: read once, and compressed once for those who take it so. A large
// one is given in pieces, by one hand to all who ask: the system takes over a whole megabyte at once also for a client
// that reads none of it, and a thousand such clients would keep everybody else waiting.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import { limits } from './limits.ts'

type Bytes = Uint8Array<ArrayBuffer>
type Encoding = 'gzip' | 'identity'

export function packagedFile(file: string, type: string): (c: Context) => Promise<Response> {
  const path = createRequire(import.meta.url).resolve(file)
  const made = new Map<Encoding, Promise<Bytes>>()
  const bytesIn = (encoding: Encoding): Promise<Bytes> => {
    const known = made.get(encoding) ?? make[encoding](path)
    made.set(encoding, known)
    return known
  }
  return async (c) => {
    const encoding = wanted(c)
    const bytes = await bytesIn(encoding)
    const isSmall = bytes.length <= limits.fileBytesAtOnce
    return c.body(isSmall ? bytes : inPieces(bytes), 200, {
      'Content-Type': type,
      'Content-Length': String(bytes.length),
      'Cache-Control': 'public, max-age=3600',
      Vary: 'Accept-Encoding',
      ...(encoding === 'gzip' && { 'Content-Encoding': encoding }),
    })
  }
}

const wanted = (c: Context): Encoding => {
  const header = 'Accept-Encoding'
  const best = accepts(c, { header, supports: ['gzip', 'identity'], default: 'identity' })
  return best === 'gzip' ? 'gzip' : 'identity'
}

const asBytes = (buffer: Buffer): Bytes => new Uint8Array(buffer)
const compress = promisify(gzip)
const make: Record<Encoding, (path: string) => Promise<Bytes>> = {
  identity: async (path) => asBytes(await readFile(path)),
  gzip: async (path) => asBytes(await compress(await readFile(path), { level: 9 })),
}

/** Views of the same bytes. */
function inPieces(bytes: Bytes): ReadableStream<Bytes> {
  let at = 0
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        await nextTurn()
        controller.enqueue(bytes.subarray(at, (at += limits.fileBytesAtOnce)))
        if (at >= bytes.length) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}

/** Whoever waits for a piece has one after all who waited before. */
const nextTurn = (): Promise<void> => (turn = turn.then(() => setTimeout(limits.filePieceMs)))
let turn = Promise.resolve()
