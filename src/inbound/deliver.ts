// Sends a request to a relay as a provider would: over HTTP, byte for byte.
import { ask, openAgent } from '../http-clients.ts'
import type { SentRequest } from '../schemes/scheme.ts'

const agent = openAgent({})

export async function deliver(sent: SentRequest): Promise<{ status: number; body: string }> {
  const { statusCode, body } = await ask(agent, sent.url, {
    method: sent.method,
    headers: [...sent.headers].flatMap(([name, values]) =>
      values.flatMap((value) => [name, value]),
    ),
    body: sent.body,
    signal: AbortSignal.timeout(30_000),
  })
  return { status: statusCode, body: await body.text() }
}
