// One bounded request for keys: through the guard, no redirects, a total deadline, a capped body; of what
// comes, only public keys are kept.
import { X509Certificate } from 'node:crypto'
import type { Dispatcher } from 'undici'
import { ask, openAgent, openPool } from '../http-clients.ts'
import { isJsonObject } from '../json.ts'
import { limits } from '../limits.ts'
import { guardedConnector, PlaceRefused } from '../outgoing/connector.ts'
import { refusalOf, type Outgoing } from '../outgoing/outgoing.ts'
import { compilePath } from '../rules/path.ts'
import type { PublicKey } from '../schemes/public-keys.ts'
import { publicKeys } from '../schemes/public-keys.ts'
import type { KeyQuestion } from '../schemes/scheme.ts'

export interface KeySetClient {
  /** `refused`: the relay does not go there. `failed`: the caller can only wait and ask again. */
  fetchKeys(url: string, question?: KeyQuestion): Promise<PublicKey[] | 'failed' | 'refused'>
  close(): Promise<void>
}

export function openKeySetClient(outgoing: Outgoing): KeySetClient {
  const options = { timeout: limits.jwksFetchMsMax }
  const agent = openAgent({
    factory: (origin) => openPool(String(origin), { connect: guardedConnector(outgoing, options) }),
  })
  return {
    fetchKeys: async (url, question) => {
      if (refusalOf(url, outgoing) !== null) return 'refused'
      try {
        return (await fetchKeys(url, agent, question)) ?? 'failed'
      } catch (error) {
        return error instanceof PlaceRefused && error.code !== 'name_unknown' ? 'refused' : 'failed'
      }
    },
    close: () => agent.destroy(),
  }
}

/** Null for what is no key set; rejects where nothing can be had. */
async function fetchKeys(
  url: string,
  dispatcher: Dispatcher,
  question: KeyQuestion | undefined,
): Promise<PublicKey[] | null> {
  const answer = await ask(dispatcher, url, {
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    signal: AbortSignal.timeout(limits.jwksFetchMsMax),
    method: question ? 'POST' : 'GET',
    ...(question && { body: JSON.stringify(question.body) }),
  })
  const text = await readCapped(answer.body)
  if (answer.statusCode !== 200 || text === null) return null
  return question ? keyIn(text, question.key) : keysIn(text)
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

const certificate = /^\s*-----BEGIN CERTIFICATE-----/

/** A JWKS; a map of key ids to certificates, as Google serves it; or one certificate. */
function keysIn(text: string): PublicKey[] | null {
  if (certificate.test(text)) return certificateKeys([['', text]])
  const set: unknown = JSON.parse(text)
  if (!isJsonObject(set)) return null
  const { keys } = set
  if (Array.isArray(keys)) return keys.length > limits.jwksKeysMax ? null : publicKeys(keys)
  const named = Object.entries(set).flatMap(([kid, pem]): [string, string][] =>
    typeof pem === 'string' && certificate.test(pem) ? [[kid, pem]] : [],
  )
  return named.length === 0 || named.length > limits.jwksKeysMax ? null : certificateKeys(named)
}

/** Those that are valid today. */
function certificateKeys(named: readonly [kid: string, pem: string][]): PublicKey[] {
  const now = Date.now()
  return named.flatMap(([kid, pem]) => {
    const { validFrom, validTo, publicKey } = new X509Certificate(pem)
    const valid = Date.parse(validFrom) <= now && now <= Date.parse(validTo)
    return valid
      ? publicKeys([{ ...publicKey.export({ format: 'jwk' }), ...(kid && { kid }) }])
      : []
  })
}

/** One key that was asked for by its id. */
function keyIn(text: string, path: string): PublicKey[] | null {
  const found = compilePath(path).find(JSON.parse(text))
  return found.length === 1 ? publicKeys(found.map(({ value }) => value)) : null
}
