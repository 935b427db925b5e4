// A new master key, online: nothing is lost, nothing is left, and the old one is not missed too early.
import postgres from 'postgres'
import { getTableColumns, getTableName, is } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSigner, publishedKeys } from '../../src/access/signing.ts'
import { newTotpSecret, totpPlace } from '../../src/access/totp.ts'
import { readConfig, UsageError } from '../../src/config.ts'
import * as accessSchema from '../../src/db/access/schema.ts'
import * as auditSchema from '../../src/db/audit/schema.ts'
import * as lookupSchema from '../../src/db/lookups/schema.ts'
import * as privacySchema from '../../src/db/privacy/schema.ts'
import * as noticesSchema from '../../src/db/notices/schema.ts'
import * as schema from '../../src/db/schema.ts'
import { countSealed, sealedColumns } from '../../src/db/sealed.ts'
import { asLogin, type Sql } from '../../src/db/open.ts'
import { openInstallation, type Installation } from '../../src/installation.ts'
import { applyConfig } from '../../src/partners/apply.ts'
import { createDirectory } from '../../src/partners/directory.ts'
import { requestErasures } from '../../src/privacy/erasures.ts'
import { resealAll } from '../../src/resealing.ts'
import { anyHead, createVault } from '../../src/vault.ts'
import { uuidv7 } from '../../src/ids.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { toPublic } from '../support/outgoing.ts'

const [old, fresh, lost] = [1, 2, 3].map((n) => Buffer.alloc(32, n)) as [Buffer, Buffer, Buffer]
let database: FreshDatabase
/** As who made it. */
let owner: Sql

const open = (key: Buffer, ...others: Buffer[]): Promise<Installation> =>
  openInstallation(
    readConfig({
      DATABASE_URL: database.url,
      RELAY_KEY: key.toString('base64url'),
      RELAY_KEY_PREVIOUS: others.map((each) => each.toString('base64url')).join(','),
    }),
    { owner: true, migrate: true, log: () => {} },
  )

const config = `
partner: acme
campaigns:
  - { name: spring, mode: live, api_key: 11111111-2222-4333-8444-555555555555 }
sources:
  - name: shop
    provider: stripe
    key: fixed-ingest-key-0123456789
    credentials: [{ secret: whsec_b2xk }]
`

/** Something sealed in each column there is. */
async function fill({ db, vault, pepper }: Installation): Promise<void> {
  const applied = await applyConfig(
    { orm: db.orm, vault, outgoing: toPublic, now: Date.now },
    config,
    {
      file: 'test.yaml',
      env: {},
      actor: 'test',
    },
  )
  expect(applied.ok).toBe(true)
  const id = uuidv7()
  const totpSealed = await vault.seal(newTotpSecret(), totpPlace(id))
  await owner`insert into users (id, email, totp_sealed) values (${id}, 'op@example.com', ${totpSealed})`
  await openSigner({ orm: db.orm, vault })
  const [partner] = await owner`select id from partners`
  await owner`insert into idempotency_keys (partner_id, token_id, key_hash, fingerprint, answered_at, status, answer_sealed)
    values (${uuidv7()}, ${uuidv7()}, '', '', now(), 200, ${await vault.seal('{}', 'idempotency_keys.answer_sealed:x')})`
  await owner`insert into notice_channels (partner_id, id, name, kind, language, sealed, shown)
    values (${partner?.['id']}, ${uuidv7()}, 'ops', 'slack', 'en', ${await vault.seal('{}', 'notice_channels.sealed:x')}, '{}')`
  const wanted = { email: 'a@example.com', partnerIds: [partner?.['id']], actor: 'test' }
  await requestErasures({ orm: db.orm, vault, pepper }, wanted)
}

beforeAll(async () => {
  database = await freshDatabase()
  owner = postgres({ ...database.options, max: 2, onnotice: () => {} })
  const it = await open(old)
  await fill(it)
  await it.close()
})
afterAll(async () => {
  await owner.end()
  await database.drop()
})

const reseal = (it: Installation, progress: () => void = () => {}) =>
  asLogin(it.db.direct, (sql) =>
    resealAll({ sql, orm: it.db.orm, vault: it.vault, actor: 'test', progress }),
  )

test('every column that holds sealed secrets is known', async () => {
  const tables = [schema, accessSchema, auditSchema, lookupSchema, noticesSchema, privacySchema]
    .flatMap((module): unknown[] => Object.values(module))
    .filter((each): each is PgTable => is(each, PgTable))
  const named = tables.flatMap((table) =>
    Object.values(getTableColumns(table))
      .filter(({ name }) => /(^|_)sealed$/.test(name))
      .map(({ name }) => `${getTableName(table)}.${name}`),
  )
  const known = sealedColumns.map(({ table, column }) => `${table}.${column}`)
  expect([...known].sort()).toEqual([...new Set(named)].sort())

  // And by what lies there, whatever it is called: no text anywhere else begins like a sealed one.
  const it = await open(old)
  const found: string[] = []
  const texts = await owner`
    select table_name as t, column_name as c from information_schema.columns
    where table_schema = 'public' and data_type in ('text', 'jsonb')`
  for (const { t, c } of texts) {
    const rows = await owner`
      select 1 from ${owner(t)} where position(${anyHead} in ${owner(c)}::text) > 0 limit 1`
    if (rows.length > 0) found.push(`${t}.${c}`)
  }
  await it.close()
  expect(found.sort()).toEqual([...known].sort())
})

describe('a new key', () => {
  test('alone opens nothing, and the relay says so; beside the old one everything works, sealed or not', async () => {
    await expect(open(fresh)).rejects.toThrow(UsageError)
    const it = await open(fresh, old)
    const source = await createDirectory(it.db.orm, it.vault).sourceByName('acme', 'shop')
    expect(source).toMatchObject({ credentials: [{ credential: { secret: 'whsec_b2xk' } }] })
    await it.close()
  })

  test('takes over piece by piece: killed in the middle, it goes on; then the old one is not needed', async () => {
    const before = await open(old)
    const { kid } = await openSigner({ orm: before.db.orm, vault: before.vault })
    const { pepper } = before
    await before.close()

    const it = await open(fresh, old)
    let pieces = 0
    await expect(
      reseal(it, () => {
        if (++pieces === 3) throw new Error('killed')
      }),
    ).rejects.toThrow('killed')
    // Half old, half new: a relay with both keys works, one with the new alone does not start.
    await (await open(old, fresh)).close()
    await expect(open(fresh)).rejects.toThrow(/still sealed with a key that is not given/)

    const done = await reseal(it)
    expect(done.every(({ unopened }) => unopened === 0)).toBe(true)
    const counts = await asLogin(it.db.direct, countSealed)
    expect(counts).toHaveLength(sealedColumns.length)
    expect(new Set(counts.map(({ head }) => head))).toEqual(
      new Set([createVault([fresh]).heads[0]]),
    )
    const entries = await owner`select detail from audit_entries where action = 'keys.rotated'`
    expect(entries).toHaveLength(1)
    await it.close()

    const after = await open(fresh)
    expect(after.pepper).toEqual(pepper)
    const source = await createDirectory(after.db.orm, after.vault).sourceByName('acme', 'shop')
    expect(source).toMatchObject({ credentials: [{ credential: { secret: 'whsec_b2xk' } }] })
    expect((await openSigner({ orm: after.db.orm, vault: after.vault })).kid).toBe(kid)
    expect((await publishedKeys(after.db.orm)).keys).toHaveLength(1)
    expect((await reseal(after)).every(({ resealed }) => resealed === 0)).toBe(true)
    await after.close()
    await expect(open(old)).rejects.toThrow(UsageError)
  })

  test('does not touch what somebody changes meanwhile, nor what was moved from its place', async () => {
    const it = await open(fresh, lost)
    const other = createVault([lost])
    const [row] = await owner`select id from credentials`
    const place = `credentials.sealed:${row?.['id']}`
    await owner`update credentials set sealed = ${await other.seal('{"fields":{"secret":"x"}}', 'credentials.sealed:elsewhere')}`
    await reseal(it)
    const [moved] = await owner`select sealed from credentials`
    await expect(it.vault.open(moved?.['sealed'], place)).rejects.toThrow('does not belong')
    await owner`update credentials set sealed = 'nonsense'`
    const done = await reseal(it)
    expect(done.find(({ table }) => table === 'credentials')).toMatchObject({
      resealed: 0,
      unopened: 1,
    })
    await it.close()
  })
})
