// Whatever bytes arrive, readers, proofs, answers and explanations give a value and throw nothing.
//   npm run fuzz [seconds per provider, default 2] [seed]
// A bounded slice of it is test/fuzz.test.ts.
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { judge } from '../src/inbound/judge.ts'
import { parseRecorded, type Recorded } from '../src/inbound/recorded.ts'
import { isProviderId, providers, type ProviderId } from '../src/providers/index.ts'
import { makeFixtures } from './fixtures/make.ts'

const noKeys = () => Promise.resolve('unavailable' as const)

/** Bytes a sender, or whoever pretends to be one, might send: spoiled real ones and free ones. */
function bytes(real: Buffer): fc.Arbitrary<Buffer> {
  const cut = fc.nat(real.length).map((end) => real.subarray(0, end))
  const flipped = fc.array(fc.tuple(fc.nat(Math.max(0, real.length - 1)), fc.nat(255)), {
    maxLength: 8,
  })
  return fc.oneof(
    cut,
    flipped.map((changes) => {
      const copy = Buffer.from(real)
      for (const [at, byte] of changes) copy[at] = byte
      return copy
    }),
    fc.uint8Array({ maxLength: 300 }).map((free) => Buffer.from(free)),
    fc.json().map((text) => Buffer.from(text)),
    fc
      .constantFrom('a[b][c]=1&a[b]=2', '--x\r\n\r\n\r\n--x--', 'eyJ.eyJ.x', '[[[[', '%', '&=&')
      .map((text) => Buffer.from(text)),
  )
}

const headerValue = fc.oneof(
  fc.string({ maxLength: 60, unit: 'binary-ascii' }),
  fc.constantFrom(
    't=1,v1=',
    'v1,',
    '::',
    'sig1=("@method")',
    'sig1=:AA==:',
    'Bearer ',
    'Basic Og==',
    ',,,',
    ';;=',
    'eyJhbGciOiJub25lIn0..',
  ),
)

/** How many requests were tried. Throws what the relay would have thrown. */
export async function fuzz(id: ProviderId, runs: number, seed?: number): Promise<number> {
  const [fixture] = (await makeFixtures(id)).values()
  const parsed = parseRecorded((fixture ?? { recorded: null }).recorded)
  if (!parsed.ok) throw new Error(`${id}: ${parsed.problems.join()}`)
  const { recorded } = parsed
  const names = [...recorded.request.headers.keys()]
  const spoiled = fc.record({
    body: bytes(recorded.request.body),
    header: fc.option(
      fc.tuple(fc.constantFrom(...names, 'x-free'), fc.array(headerValue, { maxLength: 3 })),
    ),
    query: fc.option(fc.string({ maxLength: 40 })),
    ip: fc.option(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ maxLength: 20 }))),
  })
  await fc.assert(
    fc.asyncProperty(spoiled, async (change) => {
      const judgement = await judge(requestWith(recorded, change), noKeys)
      return typeof judgement.authentic === 'boolean'
    }),
    { numRuns: runs, ...(seed !== undefined && { seed }) },
  )
  return runs
}

interface Change {
  body: Buffer
  header: [name: string, values: string[]] | null
  query: string | null
  ip: string | null
}

function requestWith(recorded: Recorded, { body, header, query, ip }: Change): Recorded {
  const { request } = recorded
  return {
    ...recorded,
    request: {
      ...request,
      body,
      headers: header === null ? request.headers : new Map([...request.headers, header]),
      url: query === null ? request.url : `${request.url}?${query}`,
      ...(ip !== null && { ip }),
    },
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [seconds = '2', seed] = process.argv.slice(2)
  let total = 0
  for (const id of Object.keys(providers).filter(isProviderId)) {
    const end = performance.now() + Number(seconds) * 1000
    while (performance.now() < end)
      total += await fuzz(id, 200, seed === undefined ? undefined : Number(seed))
  }
  console.log(`${total} requests, 0 throws`)
}
