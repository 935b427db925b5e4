// One bounded GET for a key set: https only (http to this very machine, for tests and side-cars), no
// redirects, a total deadline, a capped body; of what comes, only public keys are kept.
import { Agent, request } from 'undici'
import type { Dispatcher } from 'undici'
import { isJsonObject } from '../json.ts'
import { limits } from '../limits.ts'
import type { PublicKey } from '../schemes/public-keys.ts'
import { publicKeys } from '../schemes/public-keys.ts'

export interface KeySetClient {
  /** Null for whatever went wrong: the caller can only wait and ask again. */
  fetchKeys(url: string): Promise<PublicKey[] | null>
  close(): Promise<void>
}

export function openKeySetClient(): KeySetClient {
  const agent = new Agent({ connect: { timeout: limits.jwksFetchMsMax } })
  return {
    fetchKeys: (url) => (isFetchable(url) ? fetchKeys(url, agent) : Promise.resolve(null)),
    close: () => agent.destroy(),
  }
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

function isFetchable(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback.has(url.hostname))
}

async function fetchKeys(url: string, dispatcher: Dispatcher): Promise<PublicKey[] | null> {
  try {
    const answer = await request(url, {
      dispatcher,
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(limits.jwksFetchMsMax),
    })
    const text = await readCapped(answer.body)
    return answer.statusCode === 200 && text !== null ? keysIn(text) : null
  } catch {
    return null
  }
}

async function readCapped(body: AsyncIterable<Buffer>): Promise<string | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > limits.jwksBytesMax) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function keysIn(text: string): PublicKey[] | null {
  const set: unknown = JSON.parse(text)
  if (!isJsonObject(set) || !Array.isArray(set['keys'])) return null
  return set['keys'].length > limits.jwksKeysMax ? null : publicKeys(set['keys'])
}
