// The providers' recorded requests, as the tests have them, and the same with a body of the usual size.
import { readFileSync } from 'node:fs'
import { parseRecorded } from '../../src/inbound/recorded.ts'
import { signProof } from '../../src/schemes/index.ts'

export type Recorded = Extract<ReturnType<typeof parseRecorded>, { ok: true }>['recorded']

export function recordedOf(provider: string): Recorded {
  const file = `test/fixtures/${provider}/valid.json`
  const parsed = parseRecorded(JSON.parse(readFileSync(file, 'utf8')).recorded)
  if (!parsed.ok) throw new Error(`${provider}: ${parsed.problems.join()}`)
  return parsed.recorded
}

/** To 3 kB, signed anew by our own signer, where that is possible. */
export async function padded(recorded: Recorded): Promise<Recorded> {
  const { provider, proof, request, credentials, settings, now } = recorded
  const [credential] = credentials
  const text = request.body.toString()
  if (proof.scheme !== 'hmac' || provider.body.format !== 'json' || !credential) return recorded
  if (!text.startsWith('{') || 'field' in proof.signature.at) return recorded
  const line = { id: 'li_1Sample', amount: 1900, currency: 'eur', livemode: true, note: 'a line' }
  const count = Math.max(0, Math.floor((3000 - request.body.length) / JSON.stringify(line).length))
  const lines = JSON.stringify(Array.from({ length: count }, () => line))
  const body = Buffer.from(`{"lines":${lines},${text.slice(1)}`)
  const id = request.headers.get('webhook-id')?.[0] ?? request.headers.get('svix-id')?.[0] ?? 'id'
  const signed = await signProof(proof, {
    request: { ...request, body },
    format: provider.body.format,
    credential,
    settings,
    now,
    id,
  })
  return { ...recorded, request: signed }
}
