// Figure 12: verifying a request, beside the bare cryptography over the same bytes. In processor time, so that what
// else runs on the machine does not count.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose'
import { verify } from '../../src/inbound/verify.ts'
import { padded, recordedOf, type Recorded } from '../rig/recorded.ts'
import type { Figure, Row } from './figure.ts'

type Work = () => unknown

export const verifying: Figure = {
  number: '12',
  title: 'verification ÷ bare cryptography of the same bytes',
  quick: true,
  async measure({ rounds, quick, say }): Promise<Row[]> {
    const rows: Row[] = []
    for (const { family, provider, aim, bare } of families) {
      const recorded = await padded(recordedOf(provider))
      const ours = () => verified(recorded)
      const theirs = await bare(recorded)
      const values: number[] = []
      for (let n = 0; n < rounds; n++) {
        const ms = quick ? 200 : 1000
        const [own, least] = [await speed(ours, ms), await speed(theirs, ms)]
        values.push(own / least)
        if (n === 0) say(`  ${family}: ${own.toFixed(0)}/s, bare ${least.toFixed(0)}/s`)
      }
      rows.push({ what: `${family} (${provider})`, unit: 'ratio', values, ...(aim && { aim }) })
    }
    return rows
  },
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
  aim?: { atLeast: number }
  bare(recorded: Recorded): Work | Promise<Work>
}

const families: readonly Family[] = [
  { family: 'HMAC', provider: 'stripe', aim: { atLeast: 0.6 }, bare: bareHmac },
  { family: 'HMAC', provider: 'github', aim: { atLeast: 0.6 }, bare: bareHmac },
  { family: 'HMAC', provider: 'clerk', aim: { atLeast: 0.6 }, bare: bareHmac },
  { family: 'JWT', provider: 'kinde', aim: { atLeast: 0.8 }, bare: bareJwt },
  { family: 'JWT', provider: 'google-pubsub', aim: { atLeast: 0.8 }, bare: bareJwt },
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
