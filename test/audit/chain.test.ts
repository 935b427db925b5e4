// The pure part: bytes, hashes, and what is found when one link is not as it was.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  entryBytes,
  faultOf,
  linkHash,
  linksFor,
  origin,
  type ChainedEntry,
  type LinkedEntry,
} from '../../src/access/chain.ts'
import type { JsonValue } from '../../src/json.ts'

const chain = '0192f6a0-0000-7000-8000-000000000001'
const entry: ChainedEntry = {
  id: '0192f6a0-0000-7000-8000-00000000000a',
  partnerId: chain,
  at: '2026-11-25T19:53:39.012345Z',
  actor: 'token:1',
  action: 'links.made',
  subject: null,
  detail: { b: 1, a: 'Ж"\n', '€': true, A: false },
}

test('the bytes of an entry are as documented', () => {
  expect(entryBytes(entry).toString('utf8')).toBe(
    `["moab-relay audit 1","${entry.id}","${chain}","2026-11-25T19:53:39.012345Z","token:1","links.made",null,{"A":false,"a":"Ж\\"\\n","b":1,"€":true}]`,
  )
})

test('a hash can be computed by anybody with SHA-256 and the document', () => {
  const sha = (...parts: (string | Buffer)[]) => {
    const hash = createHash('sha256')
    for (const part of parts) hash.update(part)
    return hash.digest('hex')
  }
  const first = sha(`moab-relay audit chain 1 ${chain}`)
  expect(origin(chain)).toEqual({ seq: 0, hash: Buffer.from(first, 'hex') })
  expect(linkHash(origin(chain).hash, entry).toString('hex')).toBe(
    sha(Buffer.from(first, 'hex'), entryBytes(entry)),
  )
})

const text = fc.string({ unit: 'binary', maxLength: 12 })
const detail: fc.Arbitrary<JsonValue> = fc.dictionary(
  text,
  fc.oneof(text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()),
  { noNullPrototype: true },
)
const entries: fc.Arbitrary<ChainedEntry> = fc.record({
  id: fc.uuid(),
  partnerId: fc.option(fc.uuid()),
  at: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  actor: text,
  action: text,
  subject: fc.option(text),
  detail,
})

test('the order of keys makes no difference; every other difference does', () => {
  fc.assert(
    fc.property(entries, entries, (one, other) => {
      const turned = JSON.parse(
        JSON.stringify(one, (_, value: unknown) =>
          typeof value === 'object' && value !== null && !Array.isArray(value)
            ? Object.fromEntries(Object.entries(value).toReversed())
            : value,
        ),
      ) as ChainedEntry
      expect(entryBytes(turned)).toEqual(entryBytes(one))
      for (const key of Object.keys(one) as (keyof ChainedEntry)[]) {
        const mixed = { ...one, [key]: other[key] }
        const same = entryBytes({ ...one, [key]: null }).equals(
          entryBytes({ ...other, ...one, [key]: null }),
        )
        expect(same).toBe(true)
        const alike =
          JSON.stringify(JSON.parse(entryBytes(mixed).toString())) ===
          JSON.stringify(JSON.parse(entryBytes(one).toString()))
        expect(entryBytes(mixed).equals(entryBytes(one))).toBe(alike)
      }
    }),
    { numRuns: 300 },
  )
})

function chained(some: readonly ChainedEntry[]): LinkedEntry[] {
  return linksFor(origin(chain), some).map((link, n) => ({ ...link, entry: some[n] ?? null }))
}

/** The first link that does not hold, and why. */
function firstFault(links: readonly LinkedEntry[]) {
  let head = origin(chain)
  for (const [n, link] of links.entries()) {
    const fault = faultOf(head, link, links[n + 1])
    if (fault !== undefined) return { seq: link.seq, fault }
    head = link
  }
  return undefined
}

const renumbered = (links: readonly LinkedEntry[]) =>
  links.map((link, n) => ({ ...link, seq: n + 1 }))

describe('a chain', () => {
  const some = fc.uniqueArray(entries, { minLength: 3, maxLength: 12, selector: ({ id }) => id })
  const spots = fc.tuple(some, fc.nat()).map(([all, n]) => ({ all, n: n % (all.length - 1) }))

  test('holds, also when it is made in two pieces', () => {
    fc.assert(
      fc.property(spots, ({ all, n }) => {
        const links = chained(all)
        expect(firstFault(links)).toBeUndefined()
        const first = linksFor(origin(chain), all.slice(0, n + 1))
        const rest = linksFor(first.at(-1) ?? origin(chain), all.slice(n + 1))
        expect([...first, ...rest].map(({ hash }) => hash)).toEqual(links.map(({ hash }) => hash))
      }),
    )
  })

  test('breaks exactly where something was done to it', () => {
    fc.assert(
      fc.property(spots, entries, ({ all, n }, other) => {
        const links = chained(all)
        const changed = links.map((link, k) => (k === n ? { ...link, entry: other } : link))
        expect(firstFault(changed)).toEqual({ seq: n + 1, fault: 'entry_changed' })
        const gone = links.map((link, k) => (k === n ? { ...link, entry: null } : link))
        expect(firstFault(gone)).toEqual({ seq: n + 1, fault: 'entry_removed' })
        const rehashed = links.map((link, k) =>
          k === n ? { ...link, hash: Buffer.alloc(32, n) } : link,
        )
        expect(firstFault(rehashed)).toEqual({ seq: n + 1, fault: 'link_changed' })
        const gap = links.filter((_, k) => k !== n)
        expect(firstFault(gap)).toEqual({ seq: n + 2, fault: 'link_removed' })
        expect(firstFault(renumbered(gap))?.seq).toBe(n + 1)
        const put = { seq: 0, entryId: other.id, hash: Buffer.alloc(32, 7), entry: other }
        const longer = renumbered(links.toSpliced(n, 0, put))
        expect(firstFault(longer)).toEqual({ seq: n + 1, fault: 'inserted' })
        const swapped = links.toSpliced(n, 2, links[n + 1] as LinkedEntry, links[n] as LinkedEntry)
        expect(firstFault(renumbered(swapped))?.seq).toBe(n + 1)
      }),
    )
  })
})
