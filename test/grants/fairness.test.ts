// One grant, one mode, one relay must not decide for a campaign what only its own answers may decide.
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { claimDue, claimProbes, type ClaimedGrant } from '../../src/db/claim.ts'
import { moveHeld } from '../../src/db/held.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { recordBatch } from '../../src/db/record.ts'
import { settleBatch } from '../../src/db/settle.ts'
import { decide } from '../../src/grants/outcome.ts'
import { uuidv7 } from '../../src/ids.ts'
import { readAnswer } from '../../src/moab/answer.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { makePartner, setHealth, type TestPartner } from '../support/partner.ts'
import { requestToRecord } from '../support/request.ts'
import { grantsOf, recordEmails, startWorker, until } from '../support/sending.ts'

let fresh: FreshDatabase
let db: Database
let partner: TestPartner
const node = uuidv7()
const lease = { node, leaseMs: 60_000, most: 10 }

beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options)
})
afterAll(async () => {
  await db.close()
  await fresh.drop()
})
beforeEach(async () => {
  await db.work`truncate grants, attempts, campaign_health cascade`
  partner = await makePartner(db)
})

const said = (code: number) =>
  readAnswer(200, Buffer.from(`{"status":"fail","error":${code}}`), true)
const ok = readAnswer(200, Buffer.from('{"status":"ok"}'), true)

function settle(grant: ClaimedGrant, answer = ok) {
  const { partnerId, campaignId, id: grantId, attempt } = grant
  const decision = decide(answer, grant, 0)
  return settleBatch(
    db.work,
    [{ partnerId, campaignId, grantId, attempt, ms: 5, answer, decision }],
    node,
  )
}

const health = async () => {
  const [row] = await db.work<{ state: string; reason: string | null; failures: number }[]>`
    select state, reason, failures from campaign_health where campaign_id = ${partner.campaignId}`
  return row
}

/** The campaign is due for a probe; who is it made with? */
async function probe(): Promise<ClaimedGrant | undefined> {
  await db.work`update campaign_health set probe_at = now() where campaign_id = ${partner.campaignId}`
  const [grant] = await claimProbes(db.work, lease)
  return grant
}

async function hold(emails: readonly string[]): Promise<void> {
  await recordEmails(db, partner, [...emails])
  await setHealth(db, partner.campaignId, 'holding', 3_600_000)
  await moveHeld(db.work, 100)
}

describe('a probe', () => {
  test('is not made for ever with a grant that MOAB cannot answer', async () => {
    await hold(['poison@example.com', 'second@example.com', 'third@example.com'])
    const asked: string[] = []
    for (let n = 0; n < 3; n++) {
      const grant = await probe()
      if (grant === undefined) throw new Error('no probe')
      asked.push(grant.email)
      await settle(grant, grant.email.startsWith('poison') ? said(11) : ok)
      await moveHeld(db.work, 100)
      if ((await health())?.state === 'healthy') break
    }
    expect(asked).toEqual(['poison@example.com', 'second@example.com'])
  })

  test('is the oldest one where the campaign itself was the answer', async () => {
    await hold(['first@example.com', 'second@example.com'])
    for (let n = 0; n < 2; n++) {
      const grant = await probe()
      expect(grant?.email).toBe('first@example.com')
      if (grant) await settle(grant, said(9))
    }
  })

  test('uses up the retries of a grant whose 72 hours are over', async () => {
    await hold(['poison@example.com'])
    await db.work`update grants set created_at = now() - interval '100 hours'`
    for (let n = 0; n < 3; n++) {
      const grant = await probe()
      if (grant) await settle(grant, said(11))
      await moveHeld(db.work, 100)
    }
    expect((await grantsOf(db, partner))[0]?.retries).toBe(3)
  })
})

describe('what is left of the other mode', () => {
  async function sandboxGrant(email: string): Promise<void> {
    const request = requestToRecord(partner, { email })
    for (const { grants } of request.events) for (const grant of grants) grant.mode = 'sandbox'
    await recordBatch(db.record, [request], uuidv7(), 60_000)
  }

  test('is no probe, and is not released once it was told to wait', async () => {
    await sandboxGrant('tried@example.com')
    const [tried] = await claimDue(db.work, lease)
    if (tried) await settle(tried, said(9))
    await sandboxGrant('untried@example.com')
    await hold(['real@example.com'])
    const grant = await probe()
    expect(grant?.email).toBe('real@example.com')
    if (grant) await settle(grant)
    while ((await moveHeld(db.work, 100)) > 0);
    const rows = await grantsOf(db, partner)
    expect(rows.map(({ email, state }) => [email, state])).toEqual([
      ['tried@example.com', 'held'],
      ['untried@example.com', 'queued'],
      ['real@example.com', 'granted'],
    ])
  })

  test('says nothing about the campaign', async () => {
    await sandboxGrant('tried@example.com')
    const [grant] = await claimDue(db.work, lease)
    if (grant === undefined) throw new Error('nothing due')
    await settle(grant, said(9))
    expect(await health()).toMatchObject({ state: 'healthy' })
    expect((await grantsOf(db, partner))[0]?.state).toBe('held')
  })
})

test.each([
  ['holding', `state = 'holding', reason = 'ended', probe_at = now() + interval '6 h'`, 'healthy'],
  ['healthy', `state = 'healthy', reason = null, probe_at = null`, 'holding'],
] as const)('a failure counts against the row as it is: %s', async (now, columns, before) => {
  await recordEmails(db, partner, ['a@example.com'])
  const [grant] = await claimDue(db.work, lease)
  if (grant === undefined) throw new Error('nothing due')
  if (before === 'holding') await setHealth(db, partner.campaignId, 'holding', 3_600_000)
  let settled: Promise<unknown> = Promise.resolve()
  await db.record.begin(async (tx) => {
    await tx.unsafe(
      `update campaign_health set ${columns} where campaign_id = '${partner.campaignId}'`,
    )
    settled = settle(grant, said(11))
    settled.catch(() => {})
    await until(async () => {
      const [row] = await db.record`select count(*)::int as n from pg_locks where not granted`
      return Number(row?.['n']) > 0
    })
  })
  await settled
  expect(await health()).toMatchObject({ state: now, failures: 1 })
})

describe('a relay', () => {
  let calls: number
  let slow: Server
  let url: string
  beforeAll(async () => {
    slow = createServer((_, answer) => {
      calls += 1
      setTimeout(() => answer.writeHead(200).end('{"status":"ok"}'), 300)
    })
    await new Promise<void>((listening) => slow.listen(0, '127.0.0.1', listening))
    const address = slow.address()
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
  })
  afterAll(() => slow.close())
  beforeEach(() => {
    calls = 0
  })

  test('sends no more of a campaign that is switched off than what is under way', async () => {
    const emails = Array.from({ length: 200 }, (_, n) => `off.${n}@example.com`)
    await recordEmails(db, partner, emails)
    const one = startWorker(db, url, 10_000)
    try {
      await until(async () => calls >= 4)
      await setHealth(db, partner.campaignId, 'stopped', null)
      const held = async () =>
        (await grantsOf(db, partner)).filter((g) => g.state === 'held').length
      await until(async () => (await held()) > 0 && calls + (await held()) >= emails.length)
      // What was under way then, and what began before the first of it ended.
      expect(calls).toBeLessThan(60)
    } finally {
      await one.stop()
    }
  })

  test('gives back what a commit still gave it while it stopped', async () => {
    const { worker, node: own, moab } = startWorker(db, url)
    const request = requestToRecord(partner, { email: 'late@example.com' })
    const reserved = worker.reserve(1)
    const grant = request.events[0]?.grants[0]
    if (grant === undefined) throw new Error('no grant')
    grant.claim = true
    await worker.stop(1000)
    await recordBatch(db.record, [request], own, 60_000)
    const { id, campaignId, mode, email } = grant
    const claimed = { partnerId: partner.partnerId, campaignId, id, mode, email }
    const fresh_ = { attempt: 1, retries: 0, ambiguous: false, due: null }
    worker.offer([{ ...claimed, ...fresh_ }], performance.now())
    worker.giveUp(reserved)
    expect((await grantsOf(db, partner))[0]?.state).toBe('sending')
    await worker.stop(1000)
    await moab.close()
    expect((await grantsOf(db, partner))[0]?.state).toBe('queued')
    expect(calls).toBe(0)
  })
})
