// Who may write what about a grant, and in which order grants go: the statements, one by one.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  claimDue,
  claimProbes,
  handBack,
  rescueLost,
  type ClaimedGrant,
} from '../../src/db/claim.ts'
import { moveHeld } from '../../src/db/held.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { recordBatch } from '../../src/db/record.ts'
import { settleBatch, type AttemptResult } from '../../src/db/settle.ts'
import { decide } from '../../src/grants/outcome.ts'
import { uuidv7 } from '../../src/ids.ts'
import { readAnswer } from '../../src/moab/answer.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { makeCampaign, makePartner, setHealth, type TestPartner } from '../support/partner.ts'
import { requestToRecord } from '../support/request.ts'
import { grantsOf, recordEmails } from '../support/sending.ts'

let fresh: FreshDatabase
let db: Database
let partner: TestPartner
const node = uuidv7()

beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options)
})
afterAll(async () => {
  await db.close()
  await fresh.drop()
})
beforeEach(async () => {
  await db.work`delete from attempts`
  await db.work`delete from grants`
  partner = await makePartner(db)
})

async function claimOne(leaseMs = 60_000): Promise<ClaimedGrant> {
  const [grant] = await claimDue(db.work, { node, leaseMs, most: 1 })
  if (grant === undefined) throw new Error('nothing was claimed')
  return grant
}

function resultOf(grant: ClaimedGrant, body: string): AttemptResult {
  const answer = readAnswer(200, Buffer.from(body), true)
  const { partnerId, campaignId, id, attempt } = grant
  const decision = decide(answer, grant, 0)
  return { partnerId, campaignId, grantId: id, attempt, ms: 1, answer, decision }
}

const ok = '{"status":"ok"}'
const code = (error: number) => `{"status":"fail","error":${error}}`

describe('a result is written only by who holds the grant', () => {
  test('an earlier attempt of the same relay changes nothing while a later one is under way', async () => {
    await recordEmails(db, partner, ['twice@example.com'])
    const first = await claimOne(1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await rescueLost(db.work, 10)).toBe(1)
    const second = await claimOne()
    expect(second.attempt).toBe(2)
    const settled = await settleBatch(db.work, [resultOf(first, code(5))], node)
    expect([...settled.fenced]).toEqual([first.id])
    expect(await grantsOf(db, partner)).toMatchObject([{ state: 'sending', attempt: 2 }])
  })

  test('a relay that does not hold the lease changes nothing', async () => {
    await recordEmails(db, partner, ['other@example.com'])
    const grant = await claimOne()
    const settled = await settleBatch(db.work, [resultOf(grant, code(5))], uuidv7())
    expect([...settled.fenced]).toEqual([grant.id])
    expect(await grantsOf(db, partner)).toMatchObject([{ state: 'sending' }])
  })

  test('nor does it hand back what another one is sending', async () => {
    await recordEmails(db, partner, ['mine@example.com'])
    const grant = await claimOne()
    await handBack(db.work, [grant], uuidv7())
    expect(await grantsOf(db, partner)).toMatchObject([{ state: 'sending' }])
    await handBack(db.work, [{ ...grant, attempt: grant.attempt - 1 }], node)
    expect(await grantsOf(db, partner)).toMatchObject([{ state: 'sending' }])
    await handBack(db.work, [grant], node)
    expect(await grantsOf(db, partner)).toMatchObject([{ state: 'queued', ambiguous: false }])
  })
})

describe('which grants go', () => {
  test('none that is due while its campaign holds, is stopped or is not answered for', async () => {
    await recordEmails(db, partner, ['wait@example.com'])
    for (const state of ['holding', 'stopped', 'unreachable'] as const) {
      await setHealth(db, partner.campaignId, state, 60_000)
      expect(await claimDue(db.work, { node, leaseMs: 60_000, most: 10 })).toEqual([])
    }
  })

  test('none of a campaign with a pace past its bucket', async () => {
    const campaignId = await makeCampaign(db, partner.partnerId, { perSecond: 5 })
    await recordEmails(db, { ...partner, campaignId }, ['paced@example.com'])
    expect(await claimDue(db.work, { node, leaseMs: 60_000, most: 10 })).toEqual([])
  })

  test('one probe of a campaign that holds, by one relay', async () => {
    await setHealth(db, partner.campaignId, 'holding', 0)
    await recordEmails(db, partner, ['first@example.com', 'second@example.com'])
    const probe = () => claimProbes(db.work, { node: uuidv7(), leaseMs: 60_000, most: 10 })
    expect(await probe()).toMatchObject([{ email: 'first@example.com' }])
    expect(await probe()).toEqual([])
  })

  test('held ones are released oldest first, however few at a time', async () => {
    await setHealth(db, partner.campaignId, 'holding', 60_000)
    await recordEmails(
      db,
      partner,
      ['a', 'b', 'c', 'd'].map((name) => `${name}@example.com`),
    )
    await setHealth(db, partner.campaignId, 'healthy', null)
    await moveHeld(db.work, 2)
    const states = (await grantsOf(db, partner)).map(({ state }) => state)
    expect(states).toEqual(['queued', 'queued', 'held', 'held'])
  })
})

test('an answer that says to wait wins over a good one in the same batch, in either order', async () => {
  for (const bodies of [
    [ok, code(9)],
    [code(9), ok],
  ]) {
    const campaignId = await makeCampaign(db, partner.partnerId)
    const emails = bodies.map(() => `${uuidv7()}@example.com`)
    await recordEmails(db, { ...partner, campaignId }, emails)
    const claimed = await claimDue(db.work, { node, leaseMs: 60_000, most: 10 })
    const results = claimed.map((grant, n) => resultOf(grant, bodies[n] ?? ''))
    const settled = await settleBatch(db.work, results, node)
    expect([...settled.unwell]).toEqual([campaignId])
  }
})

describe('copies in one batch', () => {
  test('of an event that was seen before are all counted', async () => {
    const copy = () => requestToRecord(partner, { key: 'evt_more' })
    await recordBatch(db.record, [copy()], node, 60_000)
    await recordBatch(db.record, [copy(), copy(), copy()], node, 60_000)
    const rows = await db.work`select copies from events where event_key = 'evt_more'`
    expect(rows).toMatchObject([{ copies: 4 }])
  })

  test('are copies only where they come from the same source', async () => {
    const other = await makePartner(db)
    const requests = [partner, other].map((one) => requestToRecord(one, { key: 'evt_same' }))
    const { fresh: ids } = await recordBatch(db.record, requests, node, 60_000)
    expect(ids.size).toBe(2)
  })
})
