// Verification of each family and the bare cryptography of the same bytes, in turns; prints operations per second of
// processor time as JSON. Runs bundled, as the relay does: what runs TypeScript directly makes closures slower.
//   node verification.js ROUNDS MS
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose'
import { verify } from '../../src/inbound/verify.ts'
import { padded, recordedOf, type Recorded } from './recorded.ts'

type Work = () => unknown

export interface Verified {
  family: string
  provider: string
  /** A round each. */
  ours: number[]
  bare: number[]
}

async function verified({ proof, provider, request, credentials, settings, now }: Recorded) {
  const { format } = provider.body
  const verdict = await verify(proof, {
    // A request is read once: each has one of its own.
    request: { ...request },
    format,
    credentials,
    settings,
    now,
    keySetAt: () => Promise.resolve('unavailable' as const),
  })
  if (!verdict.authentic) throw new Error(verdict.reason)
}

/** Operations per second of processor time, all threads. */
async function speed(work: Work, ms: number): Promise<number> {
  const start = performance.now()
  const before = process.cpuUsage()
  let count = 0
  while (performance.now() - start < ms) {
    for (let n = 0; n < 50; n++) await work()
    count += 50
  }
  const { user, system } = process.cpuUsage(before)
  return (count / (user + system)) * 1_000_000
}

interface Family {
  family: string
  provider: string
  bare(recorded: Recorded): Work | Promise<Work>
}

const families: readonly Family[] = [
  { family: 'HMAC', provider: 'stripe', bare: bareHmac },
  { family: 'HMAC', provider: 'github', bare: bareHmac },
  { family: 'HMAC', provider: 'clerk', bare: bareHmac },
  { family: 'JWT', provider: 'kinde', bare: bareJwt },
  { family: 'JWT', provider: 'google-pubsub', bare: bareJwt },
  { family: 'digest of sorted parameters', provider: 'tbank', bare: bareDigest },
]

/** One HMAC over the body and one comparison: whatever the provider's text is made of. */
function bareHmac({ request }: Recorded): Work {
  const key = Buffer.from('a secret of thirty-two bytes....')
  const expected = createHmac('sha256', key).update(request.body).digest()
  return () => timingSafeEqual(createHmac('sha256', key).update(request.body).digest(), expected)
}

/** jose alone, with the same keys, at the time of the request. */
function bareJwt({ request, credentials, now }: Recorded): Work {
  const [authorization = ''] = request.headers.get('authorization') ?? []
  const token = authorization.replace(/^bearer /i, '') || request.body.toString()
  const keys = createLocalJWKSet(credentials[0]?.jwks as unknown as JSONWebKeySet)
  const options = { currentDate: new Date(now), algorithms: ['RS256'] }
  return () => jwtVerify(token, keys, options)
}

function bareDigest({ request }: Recorded): Work {
  const expected = createHash('sha256').update(request.body).digest()
  return () => timingSafeEqual(createHash('sha256').update(request.body).digest(), expected)
}

const [rounds = '3', ms = '1000'] = process.argv.slice(2)
const measured: Verified[] = []
for (const { family, provider, bare } of families) {
  const recorded = await padded(recordedOf(provider))
  const [ours, theirs] = [() => verified(recorded), await bare(recorded)]
  const row: Verified = { family, provider, ours: [], bare: [] }
  for (const work of [ours, theirs]) await speed(work, Number(ms))
  for (let n = 0; n < Number(rounds); n++) {
    row.ours.push(await speed(ours, Number(ms)))
    row.bare.push(await speed(theirs, Number(ms)))
  }
  measured.push(row)
}
process.stdout.write(`${JSON.stringify(measured)}\n`)
