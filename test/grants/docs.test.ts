import { readFileSync } from 'node:fs'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/db/open.ts'
import { grantStates, lifecycle } from '../../src/grants/lifecycle.ts'
import { freshDatabase } from '../support/database.ts'

test('the drawing in docs/grants.md is the table of the code', () => {
  const text = readFileSync('docs/grants.md', 'utf8')
  const drawn = text.match(/^ {2}\w+ --> \w+: \w+$/gm) ?? []
  const moves = Object.entries(lifecycle).flatMap(([from, out]) =>
    Object.entries(out).map(([move, to]) => `  ${from} --> ${to}: ${move}`),
  )
  expect(drawn).toEqual(moves)
})

test('the database knows the same states', async () => {
  const fresh = await freshDatabase()
  const db = openDatabase(fresh.options)
  try {
    const [check] = await db.orm.execute(
      sql`select pg_get_constraintdef(oid) as text from pg_constraint where conname = 'grants_state'`,
    )
    const states = String(check?.['text'])
      .match(/'\w+'/g)
      ?.map((word) => word.slice(1, -1))
    expect(states?.sort()).toEqual([...grantStates].sort())
  } finally {
    await db.close()
    await fresh.drop()
  }
})
