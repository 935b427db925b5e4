import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { claimDue, claimPaced, claimProbes, rescueLost } from '../../src/db/claim.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { settleBatch } from '../../src/db/settle.ts'
import { decide } from '../../src/grants/outcome.ts'
import { uuidv7 } from '../../src/ids.ts'
import { limits } from '../../src/limits.ts'
import { serveSandbox } from '../../src/moab/sandbox.ts'
import { readAnswer } from '../../src/moab/answer.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { makeCampaign, makePartner, setHealth, type TestPartner } from '../support/partner.ts'
import {
  grantsOf,
  recordEmails,
  settledAs,
  startWorker,
  until,
  type TestWorker,
} from '../support/sending.ts'

let fresh: FreshDatabase
let db: Database
let moab: Awaited<ReturnType<typeof serveSandbox>>
let partner: TestPartner
let running: TestWorker[] = []

beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options)
  moab = await serveSandbox({ port: 0, host: '127.0.0.1', slowMs: 30_000 })
})
afterAll(async () => {
  await moab.close()
  await db.close()
  await fresh.drop()
})
beforeEach(async () => {
  await db.work`delete from attempts`
  await db.work`delete from grants`
  partner = await makePartner(db)
})
afterEach(async () => {
  for (const one of running) await one.stop()
  for (const one of running) expect(one.errors).toEqual([])
  running = []
})

const start = (traits: { url?: string; deadlineMs?: number } = {}) => {
  const one = startWorker(db, traits.url ?? moab.url, traits.deadlineMs ?? 20_000)
  running.push(one)
  return one
}
const health = async (campaignId = partner.campaignId) =>
  (
    await db.work`select state, reason, failures, probe_at from campaign_health where campaign_id = ${campaignId}`
  )[0]
const attemptsOf = (id: string) =>
  db.work`select attempt, answer, failure, ambiguous, fenced from attempts where grant_id = ${id} order by attempt, at`

describe('sending', () => {
  test('a backlog is sent, every email once, by two relays at the same time', async () => {
    const emails = Array.from({ length: 300 }, (_, n) => `backlog.${n}@example.com`)
    await recordEmails(db, partner, emails)
    start()
    start()
    const grants = await settledAs(db, partner, ['granted'])
    expect(grants).toHaveLength(300)
    const sent = moab.sandbox
      .registrations()
      .map(({ email }) => email)
      .filter((email) => email.startsWith('backlog.'))
    expect(sent.sort()).toEqual([...emails].sort())
    expect(grants.every(({ attempt }) => attempt === 1)).toBe(true)
  })

  test.each([
    ['moab+5@example.com', 'refused', 'wrong_email'],
    ['moab+10@example.com', 'already_known', null],
    ['moab+2@example.com', 'held', 'credentials'],
    ['moab+3@example.com', 'held', 'credentials'],
    ['moab+6@example.com', 'held', 'credentials'],
    ['moab+7@example.com', 'held', 'not_started'],
    ['moab+8@example.com', 'held', 'ended'],
    ['moab+9@example.com', 'held', 'limit_reached'],
    ['moab+4@example.com', 'attention', 'request_damaged'],
  ])('%s ends as %s (%s)', async (email, state, reason) => {
    await recordEmails(db, partner, [email])
    start()
    expect(await settledAs(db, partner, [state])).toMatchObject([{ state, reason }])
    expect((await health())?.['state']).toBe(state === 'held' ? 'holding' : 'healthy')
  })

  test.each([
    ['moab+1@example.com', 'no_data', false],
    ['moab+11@example.com', 'moab_error', false],
    ['moab+html@example.com', 'no_answer', true],
    ['moab+reset@example.com', 'no_answer', true],
    ['moab+truncated@example.com', 'no_answer', true],
    ['moab+500@example.com', 'no_answer', true],
    ['moab+slow@example.com', 'no_answer', true],
  ])('%s is tried again later (%s, ambiguous: %s)', async (email, answer, ambiguous) => {
    await recordEmails(db, partner, [email])
    start({ deadlineMs: 2000 })
    const [grant] = await until(async () => {
      const grants = await grantsOf(db, partner)
      return grants[0]?.retries === 1 && grants
    })
    expect(grant).toMatchObject({ state: 'queued', answer, ambiguous })
    expect(grant?.waitMs).toBeGreaterThan(3500)
    expect(grant?.waitMs).toBeLessThanOrEqual(5000)
  })

  test('an answer lost on the way is resolved by code 10: granted, not already known', async () => {
    await recordEmails(db, partner, ['moab+once-lost@example.com'])
    start()
    await until(async () => (await grantsOf(db, partner))[0]?.retries === 1)
    await db.work`update grants set due_at = now() where partner_id = ${partner.partnerId}`
    const [grant] = await settledAs(db, partner, ['granted'])
    expect(grant).toMatchObject({ attempt: 2, ambiguous: true, answer: 'known' })
    expect(await attemptsOf(grant?.id ?? '')).toMatchObject([
      { attempt: 1, answer: 'no_answer', ambiguous: true },
      { attempt: 2, answer: 'known', ambiguous: false },
    ])
  })
})

describe('claiming', () => {
  test('a long backlog of one campaign does not keep another one waiting', async () => {
    await recordEmails(
      db,
      partner,
      Array.from({ length: 400 }, (_, n) => `long.${n}@example.com`),
    )
    const other = { ...partner, campaignId: await makeCampaign(db, partner.partnerId) }
    await recordEmails(db, other, ['short@example.com'])
    const claimed: string[] = []
    for (let n = 0; n < 30; n++) {
      const grants = await claimDue(db.work, { node: uuidv7(), leaseMs: 60_000, most: 10 })
      claimed.push(...grants.map(({ email }) => email))
    }
    expect(claimed).toContain('short@example.com')
  })
})

describe('a campaign that must wait', () => {
  test('holds everything, lets one probe through, then releases in order of arrival', async () => {
    await setHealth(db, partner.campaignId, 'holding', 3_600_000)
    const emails = Array.from(
      { length: 40 },
      (_, n) => `line.${String(n).padStart(2, '0')}@example.com`,
    )
    await recordEmails(db, partner, emails)
    start()
    await new Promise((resolve) => setTimeout(resolve, 1200))
    expect(
      (await grantsOf(db, partner)).every(
        ({ state, attempt }) => state === 'held' && attempt === 0,
      ),
    ).toBe(true)
    moab.sandbox.force('line.00@example.com', [9])
    await db.work`update campaign_health set probe_at = now() where campaign_id = ${partner.campaignId}`
    await until(
      async () =>
        (await grantsOf(db, partner))[0]?.attempt === 1 &&
        (await health())?.['state'] === 'holding',
    )
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await grantsOf(db, partner)).filter(({ attempt }) => attempt > 0)).toHaveLength(1)
    await db.work`update campaign_health set probe_at = now() where campaign_id = ${partner.campaignId}`
    await settledAs(db, partner, ['granted'])
    const order = moab.sandbox
      .registrations()
      .map(({ email }) => email)
      .filter((email) => email.startsWith('line.'))
    expect(order[0]).toBe('line.00@example.com')
    // Calls run side by side: the order in which they end may differ by the calls in flight.
    order.forEach((email, n) => expect(Math.abs(emails.indexOf(email) - n)).toBeLessThan(24))
  })

  test('that MOAB does not answer for is probed alone after five failures', async () => {
    const emails = Array.from({ length: 30 }, (_, n) => `dead.${n}@example.com`)
    await recordEmails(db, partner, emails)
    start({ url: 'http://127.0.0.1:9/' })
    await until(async () => (await health())?.['state'] === 'unreachable')
    await new Promise((resolve) => setTimeout(resolve, 1500))
    const tried = (await grantsOf(db, partner)).filter(({ attempt }) => attempt > 0).length
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(
      (await grantsOf(db, partner)).filter(({ attempt }) => attempt > 0).length - tried,
    ).toBeLessThanOrEqual(1)
    expect(
      (await grantsOf(db, partner)).every(
        ({ state, ambiguous }) => state === 'queued' && !ambiguous,
      ),
    ).toBe(true)
  })

  test('is probed without using up the retries of the grant that probes', async () => {
    await recordEmails(db, partner, ['probe@example.com'])
    await db.work`update grants set retries = 9 where partner_id = ${partner.partnerId}`
    await setHealth(db, partner.campaignId, 'unreachable', 0)
    const [claimed] = await claimProbes(db.work, { node: uuidv7(), leaseMs: 60_000, most: 10 })
    expect(claimed?.retries).toBe(0)
  })

  test('does not wait for ever behind a grant that MOAB answers oddly', async () => {
    await setHealth(db, partner.campaignId, 'holding', 3_600_000)
    await recordEmails(db, partner, ['odd@example.com', 'next@example.com'])
    moab.sandbox.force('odd@example.com', [77, 77, 77, 77, 77])
    start()
    await until(async () => {
      await db.work`update campaign_health set probe_at = now() where campaign_id = ${partner.campaignId} and state <> 'healthy'`
      return (
        (await grantsOf(db, partner)).find(({ email }) => email === 'next@example.com')?.state ===
        'granted'
      )
    }, 15_000)
    const [odd] = await grantsOf(db, partner)
    // Its tries are counted on, whatever it waits for: after three of them a person looks.
    expect(odd?.answer).toBe('unknown')
    expect(odd?.retries).toBeGreaterThan(0)
  })

  test('that has a pace survives a clock that goes back', async () => {
    const own = {
      ...partner,
      campaignId: await makeCampaign(db, partner.partnerId, { perSecond: 5 }),
    }
    await recordEmails(db, own, ['paced@example.com'])
    await db.work`update campaign_health set pace_tokens = 0, pace_at = now() + interval '1 hour' where campaign_id = ${own.campaignId}`
    expect(await claimPaced(db.work, { node: uuidv7(), leaseMs: 60_000, most: 10 })).toEqual([])
  })

  test('is not called before its start, and is at its start', async () => {
    const startsAt = new Date(Date.now() + 1500)
    const own = { ...partner, campaignId: await makeCampaign(db, partner.partnerId, { startsAt }) }
    moab.sandbox.force('early@example.com', [7])
    await recordEmails(db, own, ['early@example.com'])
    start()
    await settledAs(db, partner, ['held'])
    const [grant] = await settledAs(db, partner, ['granted'])
    expect(grant?.attempt).toBe(2)
    expect(Date.now()).toBeGreaterThanOrEqual(startsAt.getTime())
  })

  test('that a person stopped is not started by a late answer', async () => {
    await recordEmails(db, partner, ['late@example.com'])
    const [claimed] = await claimDue(db.work, { node: uuidv7(), leaseMs: 60_000, most: 1 })
    await setHealth(db, partner.campaignId, 'stopped', null)
    if (claimed === undefined) throw new Error('nothing was claimed')
    const answer = readAnswer(200, Buffer.from('{"status":"ok"}'), true)
    const { partnerId, campaignId, id, attempt } = claimed
    const result = {
      partnerId,
      campaignId,
      grantId: id,
      attempt,
      ms: 1,
      answer,
      decision: decide(answer, claimed, 0),
    }
    await settleBatch(db.work, [result], uuidv7())
    expect((await health())?.['state']).toBe('stopped')
  })
})

describe('a relay that disappears', () => {
  test('its grants come free when the lease ends, marked ambiguous, with the lost attempt on record', async () => {
    await recordEmails(db, partner, ['orphan@example.com'])
    await claimDue(db.work, { node: uuidv7(), leaseMs: 1, most: 10 })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await rescueLost(db.work, 10)).toBe(1)
    const [grant] = await grantsOf(db, partner)
    expect(grant).toMatchObject({ state: 'queued', ambiguous: true })
    expect(await attemptsOf(grant?.id ?? '')).toMatchObject([
      { attempt: 1, failure: 'relay_lost', ambiguous: true, fenced: false },
    ])
  })

  test('its late result is kept for the record and changes nothing', async () => {
    const node = uuidv7()
    await recordEmails(db, partner, ['fence@example.com'])
    const [claimed] = await claimDue(db.work, { node, leaseMs: 1, most: 10 })
    await new Promise((resolve) => setTimeout(resolve, 20))
    await rescueLost(db.work, 10)
    if (claimed === undefined) throw new Error('nothing was claimed')
    const answer = readAnswer(200, Buffer.from('{"status":"fail","error":5}'), true)
    const { partnerId, campaignId, id, attempt } = claimed
    const settled = await settleBatch(
      db.work,
      [
        {
          partnerId,
          campaignId,
          grantId: id,
          attempt,
          ms: 9,
          answer,
          decision: decide(answer, claimed, 0),
        },
      ],
      node,
    )
    expect([...settled.fenced]).toEqual([id])
    expect(await grantsOf(db, partner)).toMatchObject([{ state: 'queued' }])
    expect(await attemptsOf(id)).toMatchObject([
      { attempt: 1, answer: 'wrong_email', fenced: true },
    ])
  })

  test('a worker that stops hands back what it has not sent, unambiguous and due at once', async () => {
    const emails = Array.from({ length: 60 }, (_, n) => `moab+slow@s${n}.example.com`)
    await recordEmails(db, partner, emails)
    const one = startWorker(db, moab.url, 500)
    await until(async () => (await grantsOf(db, partner)).every(({ state }) => state === 'sending'))
    await one.stop()
    const grants = await grantsOf(db, partner)
    expect(grants.filter(({ state }) => state === 'sending')).toHaveLength(0)
    expect(grants.filter(({ ambiguous }) => !ambiguous).length).toBeGreaterThan(30)
  })
})

describe('stopping', () => {
  test('while a claim is under way leaves nothing behind', async () => {
    await recordEmails(
      db,
      partner,
      Array.from({ length: 500 }, (_, n) => `stop.${n}@example.com`),
    )
    const one = startWorker(db, moab.url, 20_000)
    await one.stop()
    const states = new Set((await grantsOf(db, partner)).map(({ state }) => state))
    expect(states.has('sending')).toBe(false)
    expect((await grantsOf(db, partner)).some(({ ambiguous }) => ambiguous)).toBe(false)
  })
})

describe('pace', () => {
  test('all relays together keep it: no second is fuller than it may be', async () => {
    const perSecond = 10
    const own = { ...partner, campaignId: await makeCampaign(db, partner.partnerId, { perSecond }) }
    // Nothing was sent for long: what was not used is not made up for.
    await db.work`update campaign_health set pace_at = now() - interval '1 hour' where campaign_id = ${own.campaignId}`
    const emails = Array.from({ length: 45 }, (_, n) => `pace.${n}@example.com`)
    const sent: number[] = []
    const moab = createServer((_, answer) => {
      sent.push(performance.now())
      answer.end('{"status":"ok"}')
    }).listen(0, '127.0.0.1')
    await once(moab, 'listening')
    const address = moab.address()
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`
    await recordEmails(db, own, emails)
    const workers = [startWorker(db, url), startWorker(db, url)]
    try {
      await settledAs(db, own, ['granted'])
    } finally {
      await Promise.all(workers.map((one) => one.stop()))
      moab.close()
    }
    expect(sent).toHaveLength(emails.length)
    const inSecondFrom = sent.map(
      (from) => sent.filter((at) => at >= from && at < from + 1000).length,
    )
    expect(Math.max(...inSecondFrom)).toBeLessThanOrEqual(perSecond)
    const seconds = ((sent.at(-1) ?? 0) - (sent[0] ?? 0)) / 1000
    // It is used: 45 take about 4.7 s, and some more on a busy machine.
    expect(seconds).toBeLessThan(8)
  })

  test('no moment comes before the relay has heard of it, nor two too close to each other', async () => {
    const perSecond = 10
    const own = { ...partner, campaignId: await makeCampaign(db, partner.partnerId, { perSecond }) }
    const lease = { node: uuidv7(), leaseMs: 60_000, most: 10 }
    const claimOne = async () => {
      await recordEmails(db, own, [`far.${uuidv7()}@example.com`])
      return claimPaced(db.work, lease, { slackMs: 30, wayMs: 400 })
    }
    const grants = [...(await claimOne()), ...(await claimOne())]
    expect(grants).toHaveLength(2)
    for (const { momentMs, claimedMs } of grants)
      expect(momentMs - claimedMs).toBeGreaterThanOrEqual(399)
    const [first = 0, second = 0] = grants.map(({ momentMs }) => momentMs)
    expect(second - first).toBeGreaterThanOrEqual(100 * limits.paceMargin + 2 * 30 - 1)
  })
})
