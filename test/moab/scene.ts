// A client and servers for one test; what a test opens is closed after it.
import { afterEach } from 'vitest'
import { createMoabClient } from '../../src/moab/client.ts'
import type { MoabClient, MoabClientOptions } from '../../src/moab/client.ts'
import { toLoopback } from '../support/outgoing.ts'
import { rawServer } from './raw-server.ts'
import type { RawServer } from './raw-server.ts'

export const apiKey = '3f2b8c1e-9a4d-4222-8333-444455556666'
export const email = 'ivan@example.ru'
export const ok = '{"status":"ok"}'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const thing of open.splice(0).toReversed()) await thing.close()
})

export function client(options: Partial<MoabClientOptions> = {}): MoabClient {
  const made = createMoabClient({ outgoing: toLoopback, deadlineMs: 3000, ...options })
  open.push(made)
  return made
}

export async function server(...parts: Parameters<typeof rawServer>): Promise<RawServer> {
  const made = await rawServer(...parts)
  open.push(made)
  return made
}
