// What a plan holds, counts and hashes is of one moment, whatever comes in while it is made.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fingerprintOf } from '../../src/db/jobs/plans.ts'
import type { Sql, Statements } from '../../src/db/open.ts'
import { uuidv7 } from '../../src/ids.ts'
import { planWork } from '../../src/jobs/plan.ts'
import { planList } from '../../src/jobs/list.ts'
import { pepper } from '../ledger/scene.ts'
import { openJobScene, type JobScene } from './scene.ts'

let it: JobScene
beforeAll(async () => (it = await openJobScene()))
afterAll(() => it.close())

/** The same database, where `happens` once some statement has been carried out that holds `words`. */
function after(words: string, happens: () => Promise<unknown>): Sql {
  const { work } = it.relayDb
  const watched = (tx: Statements): Statements =>
    new Proxy(tx, {
      get: (target, name, self) =>
        name === 'unsafe'
          ? async (text: string, values: never[]) => {
              const rows = await target.unsafe(text, values)
              if (text.includes(words)) await happens()
              return rows
            }
          : Reflect.get(target, name, self),
    })
  const begin = (isolation: string, carry: (tx: Statements) => Promise<unknown>) =>
    work.begin(isolation, (tx) => carry(watched(tx)))
  return Object.assign(Object.create(work) as Sql, { begin })
}

const planOf = async (id: string) => {
  const [job] = await it.db.work<
    { items: number; fingerprint: string; found: { counts: Record<string, number> } }[]
  >`select items, fingerprint, found from jobs where id = ${id}`
  if (job === undefined) throw new Error('no plan')
  return job
}

test('an event that comes while its plan is made is not in it, and makes it another world', async () => {
  await it.came(it.own, { email: 'first@example.com' })
  const wanted = { source: it.own.sourceId }
  const plan = { partnerId: it.own.partnerId, kind: 'replay' as const, wanted }
  const before = await fingerprintOf(it.relayDb.work, { ...plan, id: uuidv7() })
  const comes = () => it.came(it.own, { email: 'second@example.com' })
  const made = await planWork(after('insert into job_items', comes), { ...plan, actor: 'test' })
  if ('tooMany' in made) throw new Error('too many')
  const { items, fingerprint, found } = await planOf(made.id)
  expect(fingerprint).toBe(before)
  expect([items, found.counts]).toEqual([1, { 'matched: matched': 1 }])
})

test('somebody of a list who gets a grant while it is looked at is counted and hashed as of one moment', async () => {
  const { partnerId, campaignId } = it.own
  const comes = () => it.came(it.own, { email: 'listed@example.com' })
  const wanted = { partnerId, campaignId, actor: 'test', bytes: Buffer.from('listed@example.com') }
  const made = await planList(after('as known', comes), pepper, wanted)
  if ('problem' in made) throw new Error(made.problem)
  const { fingerprint, found } = await planOf(made.id)
  expect(found.counts).toMatchObject({ known: 0 })
  const kept = { kind: 'import' as const, wanted: { campaign: campaignId } }
  const now = await fingerprintOf(it.relayDb.work, { partnerId, id: made.id, ...kept })
  expect(fingerprint).not.toBe(now)
})
