// Requests and inputs as the scheme tests need them.
import { Buffer } from 'node:buffer'
import { Proof } from '../../src/schemes/proof.ts'
import type { CheckedProof } from '../../src/schemes/proof.ts'
import type { Credential, ProofInput, SentRequest, SignInput } from '../../src/schemes/scheme.ts'

export const now = 1_796_000_000_000
export const url = 'https://relay.example.com/in/abc'
export const json = Buffer.from('{"id":"evt_1","email":"ivan@example.com","name":"Иван"}')

export function sent(change: Partial<SentRequest> = {}): SentRequest {
  return { method: 'POST', url, headers: new Map(), body: json, ...change }
}

/** Names in lower case; several values where a header was sent several times. */
export function headers(from: Record<string, string | string[]>): SentRequest['headers'] {
  return new Map(Object.entries(from).map(([name, value]) => [name.toLowerCase(), [value].flat()]))
}

export function withHeader(request: SentRequest, name: string, values: string[]): SentRequest {
  return { ...request, headers: new Map([...request.headers, [name, values]]) }
}

export function input(
  request: SentRequest,
  credentials: readonly Partial<Credential>[],
  change: Partial<ProofInput> = {},
): ProofInput {
  return {
    request,
    format: 'json',
    credentials: credentials.map((credential, at) => ({ id: `c${at + 1}`, ...credential })),
    settings: {},
    now,
    keySetAt: () => Promise.resolve('unavailable'),
    ...change,
  }
}

export function toSign(
  credential: Partial<Credential>,
  change: Partial<SignInput> = {},
): SignInput {
  return {
    request: sent(),
    format: 'json',
    credential: { id: 'c1', ...credential },
    settings: {},
    now,
    id: 'msg_1',
    ...change,
  }
}

export function proof(written: Proof): CheckedProof {
  return Proof.parse(written)
}

/** The scheme must have answered at once. */
export function sync<T>(value: T | Promise<T>): T {
  if (value instanceof Promise) throw new Error('expected a value, not a promise')
  return value
}
