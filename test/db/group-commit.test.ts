// The waiting room in front of the database: its bounds, one by one, and what is tried again.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Busy, GroupCommit } from '../../src/db/group-commit.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
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

const open = (bounds: { waitingItemsMax?: number; waitingBytesMax?: number }) =>
  new GroupCommit<number, number>({
    flush: async (items) => {
      await db.work`select pg_sleep(0.01)`
      return items
    },
    bytes: (item) => item,
    itemsMax: 10,
    bytesMax: 1000,
    waitingItemsMax: 1000,
    waitingBytesMax: 1000,
    flushesMax: 1,
    waitMsMax: 5000,
    ...bounds,
  })

test.each([
  ['items', open({ waitingItemsMax: 3 }), [1, 1, 1, 1, 1], 2],
  ['bytes', open({ waitingBytesMax: 100 }), [60, 30, 20, 10], 1],
])('what exceeds the room for %s is told at once, the rest is written', async (...row) => {
  const [, commit, items, refused] = row
  const results = await Promise.allSettled(items.map((item) => commit.submit(item)))
  const errors = results.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  expect(errors).toHaveLength(refused)
  for (const error of errors) expect(error).toBeInstanceOf(Busy)
  // What was written makes room again.
  for (const item of items) expect(await commit.submit(item)).toBe(item)
})

test.each(['40P01', '40001'])(
  'a batch that met another one (%s) is written again',
  async (state) => {
    let tries = 0
    const commit = new GroupCommit<number, number>({
      flush: async (items) => {
        if (++tries < 3)
          await db.work.unsafe(
            `do $$ begin raise exception 'met' using errcode = '${state}'; end $$`,
          )
        return items
      },
      bytes: () => 1,
      itemsMax: 10,
      bytesMax: 10,
      waitingItemsMax: 10,
      waitingBytesMax: 10,
      flushesMax: 1,
      waitMsMax: 5000,
    })
    expect(await commit.submit(7)).toBe(7)
    expect(tries).toBe(3)
  },
)
