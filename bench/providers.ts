// verify + read + plan of every provider's recorded valid request, padded to 3 kB where its body is JSON
// that is not signed in part, beside the bare HMAC and JSON.parse of the same bytes; and the longest
// single verification of a body at the limit. Runs bundled, as the relay does.  npm run bench:providers
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseRecorded } from '../src/inbound/recorded.ts'
import { read } from '../src/inbound/read.ts'
import { verify } from '../src/inbound/verify.ts'
import { limits } from '../src/limits.ts'
import { isProviderId, providers } from '../src/providers/index.ts'
import { leaves } from '../src/providers/resolve.ts'
import { plan, type ActiveRule } from '../src/rules/plan.ts'
import { compileRule } from '../src/rules/rule.ts'
import type { Credential } from '../src/schemes/scheme.ts'
import { padded, recordedOf } from './rig/recorded.ts'
import { median } from './rig/statistics.ts'

const rounds = 3
const msPerRound = 120
const keySetAt = () => Promise.resolve('unavailable' as const)

const rows: string[][] = [['provider', 'proof', 'bytes', 'ops/s', '÷ bare HMAC + JSON.parse']]
for (const id of Object.keys(providers).filter(isProviderId)) {
  const provider = providers[id]
  const recorded = await padded(recordedOf(id))
  const { proof, request, credentials, settings, now } = recorded
  const { format } = provider.body
  const email = provider.events.flatMap((event) => event.email)
  const rules: ActiveRule[] = [
    {
      id: 'r',
      name: 'r',
      campaign: { id: 'c', mode: 'live' },
      rule: compileRule({
        events: ['*'],
        email: email.length > 0 ? email.slice(0, 20) : ['$.email'],
        campaign: 'c',
      }),
    },
  ]
  const whole = async () => {
    // A request is read once: each round needs one of its own.
    const own = { ...request }
    const verdict = await verify(proof, {
      request: own,
      format,
      credentials,
      settings,
      now,
      keySetAt,
    })
    if (!verdict.authentic) throw new Error(`${id}: ${verdict.reason}`)
    for (const event of read(provider, own, verdict, settings)) plan(event, rules)
  }
  const key = Buffer.from('a secret of thirty-two bytes....')
  const text = request.body.toString()
  const isJson = parses(text)
  const bare = async () => {
    createHmac('sha256', key).update(request.body).digest()
    if (isJson) JSON.parse(request.body.toString())
  }
  const ratios: number[] = []
  const speeds: number[] = []
  for (let round = 0; round < rounds; round++) {
    const [ours, theirs] = [await speed(whole), await speed(bare)]
    speeds.push(ours)
    ratios.push(ours / theirs)
  }
  const kinds = leaves(proof).map(({ scheme }) => scheme)
  rows.push([
    id,
    [...new Set(kinds)].join('/'),
    String(request.body.length),
    median(speeds).toFixed(0),
    median(ratios).toFixed(2),
  ])
}
print(rows)
console.log('\nlongest verification of a body at the limit (1 MB), ms of processor time:')
for (const [id, ms] of await longest()) console.log(`  ${id.padEnd(24)} ${ms.toFixed(2)}`)

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Per second of processor time, all threads: what else runs on the machine does not count. */
async function speed(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  const before = process.cpuUsage()
  let count = 0
  while (performance.now() - start < msPerRound) {
    for (let n = 0; n < 20; n++) await work()
    count += 20
  }
  const { user, system } = process.cpuUsage(before)
  return (count / (user + system)) * 1_000_000
}

/** A hostile sender chooses the body; the proof is then wrong, which must not take longer. */
async function longest(): Promise<[string, number][]> {
  const found: [string, number][] = []
  for (const id of Object.keys(providers).filter(isProviderId)) {
    const provider = providers[id]
    const file = `test/fixtures/${id}/valid.json`
    const parsed = parseRecorded(JSON.parse(readFileSync(file, 'utf8')).recorded)
    if (!parsed.ok) continue
    const { proof, request, settings, now } = parsed.recorded
    const credentials: readonly Credential[] = parsed.recorded.credentials
    const text = request.body.toString()
    const filler = 'y'.repeat(limits.bodyBytesMax - request.body.length - 40)
    const body = text.startsWith('{')
      ? Buffer.from(`{"filler":"${filler}",${text.slice(1)}`)
      : Buffer.from(`${text}&filler=${filler}`)
    const times: number[] = []
    for (let n = 0; n < 5; n++) {
      const before = process.cpuUsage()
      await verify(proof, {
        request: { ...request, body },
        format: provider.body.format,
        credentials,
        settings,
        now,
        keySetAt,
      })
      const { user, system } = process.cpuUsage(before)
      times.push((user + system) / 1000)
    }
    found.push([id, median(times)])
  }
  return found.toSorted(([, a], [, b]) => b - a).slice(0, 12)
}

function print(table: readonly string[][]): void {
  for (const cells of table) {
    console.log(cells.map((cell, at) => (at < 2 ? cell.padEnd(24) : cell.padStart(12))).join(' '))
  }
}
