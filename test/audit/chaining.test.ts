// Entries come into their chain once each, whatever the order in which they become visible.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installationChain } from '../../src/access/chain.ts'
import { readCheckpoint } from '../../src/access/checkpoint.ts'
import { openSigner, publishedKeys } from '../../src/access/signing.ts'
import { writeAudit } from '../../src/access/audit.ts'
import { newestCheckpoint } from '../../src/db/audit/trail.ts'
import { uuidv7 } from '../../src/ids.ts'
import { limits } from '../../src/limits.ts'
import { insertEntry, oldId, openAuditScene, type AuditScene } from './scene.ts'

let it: AuditScene
beforeAll(async () => {
  it = await openAuditScene()
})
afterAll(() => it.close())

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms))

const links = (chain: string) => it.db.work<{ id: string; seq: number }[]>`
  select entry_id as id, seq::int from audit_links where chain = ${chain} order by seq`

test(
  'eight writers that hold their transactions open, and two relays at once: everything is chained once',
  { timeout: 60_000 },
  async () => {
    const chains = [await it.makePartner(), await it.makePartner(), null]
    const written = new Map<string | null, string[]>(chains.map((chain) => [chain, []]))
    // The earliest ids of all, which become visible last.
    let release: () => void = () => {}
    const held = new Promise<void>((done) => (release = done))
    const early = it.db.record.begin(async (tx) => {
      for (const chain of chains) written.get(chain)?.push(await insertEntry(tx, chain))
      await held
    })
    await sleep(50)
    let writing = true
    const relays = [it.chaining(), it.chaining()]
    const chained = Promise.all(
      relays.map(async (relay) => {
        while (writing) await relay.round()
      }),
    )
    const sql = it.db.record
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < 25; n++) {
        const chain = chains[(writer + n) % 3] ?? null
        const ids = await sql.begin(async (tx) => {
          const made: string[] = []
          for (let k = 0; k <= n % 3; k++) made.push(await insertEntry(tx, chain))
          await sleep((writer * 37 + n * 11) % 60)
          return made
        })
        written.get(chain)?.push(...ids)
      }
    })
    await Promise.all(writers)
    await Promise.all(relays.map((relay) => relay.round()))
    release()
    await early
    writing = false
    await chained
    await it.chaining().round()
    for (const chain of chains) {
      const found = await links(chain ?? installationChain)
      const ids = found.map(({ id }) => id)
      expect(ids.toSorted()).toEqual(written.get(chain)?.toSorted())
      expect(found.map(({ seq }) => seq)).toEqual(found.map((_, n) => n + 1))
      expect(ids.indexOf(written.get(chain)?.[0] ?? '')).toBeGreaterThan(ids.length / 2)
      const checked = await it.check(chain ?? installationChain)
      expect(checked).toMatchObject({ links: ids.length, waiting: 0, broken: null })
    }
  },
)

test('an entry that comes to light when its minutes are long over is found by the sweep', async () => {
  const partner = await it.makePartner()
  const relay = it.chaining()
  const first = await insertEntry(it.db.work, partner)
  await relay.round()
  const late = await insertEntry(it.db.work, partner, { id: oldId(86_400_000) })
  await relay.round()
  expect((await links(partner)).map(({ id }) => id)).toEqual([first, late])
  expect(await it.check(partner)).toMatchObject({ links: 2, broken: null })
})

test('more than a round takes is chained round by round, and signed when nothing old is left', async () => {
  const partner = await it.makePartner()
  const many = 2 * limits.auditLinksPerRound + 100
  await it.db.work`
    insert into audit_entries (id, partner_id, at, actor, action)
    select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, ${partner},
      now() - interval '1 h', 'test', 'links.made' from generate_series(1, ${many}::int) n`
  const relay = it.chaining()
  await relay.round()
  expect(await links(partner)).toHaveLength(limits.auditLinksPerRound)
  expect(await newestCheckpoint(it.db.work, partner)).toBeUndefined()
  await relay.round()
  await relay.round()
  expect(await links(partner)).toHaveLength(many)
  expect((await newestCheckpoint(it.db.work, partner))?.seq).toBe(many)
  expect(await it.check(partner)).toMatchObject({ links: many, checkpoints: 1, broken: null })
})

test('what was written just now waits until its neighbours have had time to commit', async () => {
  const partner = await it.makePartner()
  const entry = { partnerId: partner, actor: 'test', action: 'links.made' } as const
  await writeAudit(it.db.orm, { ...entry, detail: { count: 1 } })
  await it.chaining().round()
  expect(await it.check(partner)).toMatchObject({ links: 0, waiting: 1, broken: null })
  await sleep(limits.auditSettleMs + 100)
  await it.chaining().round()
  expect(await it.check(partner)).toMatchObject({ links: 1, waiting: 0, broken: null })
})

test('a writer never waits for a chain, nor a round for a relay that holds one', async () => {
  const partner = await it.makePartner()
  await insertEntry(it.db.work, partner)
  await it.chaining().round()
  await insertEntry(it.db.work, partner)
  const relay = it.chaining()
  await it.db.record.begin(async (tx) => {
    await tx`select 1 from audit_chains where chain = ${partner} for update`
    await insertEntry(it.db.work, partner)
    await relay.round()
    expect(await links(partner)).toHaveLength(1)
  })
  await relay.round()
  expect(await links(partner)).toHaveLength(3)
})

describe('a checkpoint', () => {
  test('is made with the first links, then after so many or so long', async () => {
    const partner = await it.makePartner()
    const relay = it.chaining()
    const add = async (count: number) => {
      for (let n = 0; n < count; n++) await insertEntry(it.db.work, partner)
      await relay.round()
      return (await newestCheckpoint(it.db.work, partner))?.seq
    }
    expect(await add(2)).toBe(2)
    expect(await add(1)).toBe(2)
    await it.tamper(
      (sql) => sql`update audit_checkpoints set created_at = created_at - interval '6 min'
        where chain = ${partner}`,
    )
    expect(await add(0)).toBe(3)
    expect(await add(limits.auditLinksPerCheckpoint - 1)).toBe(3)
    expect(await add(1)).toBe(3 + limits.auditLinksPerCheckpoint)
    const stored = await newestCheckpoint(it.db.work, partner)
    const keys = await publishedKeys(it.db.orm)
    expect(await readCheckpoint(keys, stored?.jws ?? '')).toMatchObject({
      chain: partner,
      seq: 3 + limits.auditLinksPerCheckpoint,
    })
  })
})

describe('the signing key', () => {
  test('is one, also when eight relays need the first one at once; it is sealed', async () => {
    const other = await openAuditScene()
    try {
      const parts = { orm: other.db.orm, vault: other.vault }
      const signers = await Promise.all(Array.from({ length: 8 }, () => openSigner(parts)))
      expect(new Set(signers.map(({ kid }) => kid)).size).toBe(1)
      const rows = await other.db.work`select * from signing_keys`
      expect(rows).toHaveLength(1)
      expect(JSON.stringify(rows)).not.toContain('"d"')
      const { keys } = await publishedKeys(other.db.orm)
      expect(keys).toEqual([
        expect.objectContaining({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', kid: signers[0]?.kid }),
      ])
      expect(keys[0]).not.toHaveProperty('d')
    } finally {
      await other.close()
    }
  })

  test('stays published when it is retired, and a new one signs', async () => {
    const parts = { orm: it.db.orm, vault: it.vault }
    const before = await openSigner(parts)
    const jws = await before.sign('checkpoint', {
      chain: uuidv7(),
      seq: 1,
      hash: 'a'.repeat(64),
      at: new Date().toISOString(),
    })
    await it.db.work`update signing_keys set retired_at = now() where retired_at is null`
    const after = await openSigner(parts)
    expect(after.kid).not.toBe(before.kid)
    const keys = await publishedKeys(it.db.orm)
    expect(keys.keys.map(({ kid }) => kid)).toEqual([before.kid, after.kid])
    expect(await readCheckpoint(keys, jws)).toMatchObject({ seq: 1 })
  })
})
