import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { limits } from '../../src/limits.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { createWire, type Wire } from '../support/wire.ts'

let fresh: FreshDatabase
let wire: Wire
let db: Database

beforeAll(async () => {
  fresh = await freshDatabase()
  wire = await createWire(inject('server'))
  db = openDatabase({ ...fresh.options, host: '127.0.0.1', port: wire.port })
})
afterAll(async () => {
  wire.mend()
  await db.close()
  await wire.close()
  await fresh.drop()
})

test.each([
  ['just before', 0],
  ['a while ago', 1000],
])(
  'a connection that was used %s and falls silent under a statement is given up',
  async (_, ms) => {
    wire.mend()
    await db.record`select 1`
    await new Promise((resolve) => setTimeout(resolve, ms))
    wire.hush()
    const started = performance.now()
    const late = new Promise((resolve) => setTimeout(() => resolve('late'), 3 * limits.recordMsMax))
    const asked = db.record`select 1`.then(
      () => 'answered',
      () => 'given up',
    )
    expect(await Promise.race([asked, late])).toBe('given up')
    expect(performance.now() - started).toBeGreaterThan(limits.recordMsMax / 2)
  },
)
