import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bareArray, jsonArray, textArray } from '../../src/db/array-text.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { uuidv7 } from '../../src/ids.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'

let fresh: FreshDatabase
let db: Database

beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options)
})

afterAll(async () => {
  await db.close()
  await fresh.drop()
})

async function readBack(type: string, text: string): Promise<unknown> {
  const [row] = await db.work.unsafe(`select to_jsonb($1::text::${type}) as back`, [text])
  return row?.['back']
}

/** What a text column can hold. */
const texts = fc
  .string({ unit: 'grapheme' })
  .map((text) => text.toWellFormed().replaceAll('\0', ''))

test('PostgreSQL reads any texts as they were', async () => {
  const odd = [
    '',
    ' ',
    'null',
    'NULL',
    '{}',
    ',',
    '"',
    '\\',
    '\\"',
    'a,"b"',
    "'",
    '\n\t',
    '{"a":[1]}',
  ]
  expect(await readBack('text[]', textArray(odd))).toEqual(odd)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(texts), { minLength: 1 }), async (some) => {
      expect(await readBack('text[]', textArray(some))).toEqual(some)
    }),
    { numRuns: 200 },
  )
})

test('ids, numbers and nothing at all', async () => {
  const ids = [uuidv7(), null, uuidv7()]
  expect(await readBack('uuid[]', bareArray(ids))).toEqual(ids)
  const numbers = [0, -1, 1.5, 1e21, 1_795_939_200_123.25, null]
  expect(await readBack('float8[]', bareArray(numbers))).toEqual(numbers)
  expect(await readBack('int[]', bareArray([]))).toEqual([])
  expect(await readBack('text[]', textArray([]))).toEqual([])
})

test('JSON texts', async () => {
  const values = [{ a: 'x,"y"' }, [1, null], 'text', null]
  const written = values.map((value) => JSON.stringify(value))
  expect(await readBack('jsonb', jsonArray(written))).toEqual(values)
  expect(await readBack('jsonb', jsonArray([]))).toEqual([])
})
