// Notices on their way: tried again, given up, and never lost with a relay.
import { describe, expect, test, vi } from 'vitest'
import { lockKeys } from '../../src/db/locks.ts'
import {
  claimNotices,
  rescueNotices,
  settleNotice,
  tidyNotices,
} from '../../src/db/notices/outbox.ts'
import { uuidv7 } from '../../src/ids.ts'
import { limits } from '../../src/limits.ts'
import { makeCampaign } from '../support/partner.ts'
import { answering } from './receivers.ts'
import { hour, minute } from './scene.ts'
import { begin, channel, hold, hook, it, partner, receiver, turn, useNotices } from './turns.ts'

// Days pass here, in many small steps.
vi.setConfig({ testTimeout: 60_000 })
useNotices()

describe('a notice', () => {
  test('is written by one relay at a time', async () => {
    await channel()
    await hold()
    await turn()
    await it.pass(limits.noticeGatherMs)
    await it.db.record.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(${lockKeys.notices}::bigint)`
      await turn()
      expect(await it.rows()).toEqual([])
    })
    await turn()
    expect(await it.rows()).toHaveLength(1)
  })

  const stored = (channelId: string, more: object) => it.db.work`
    insert into notices ${it.db.work({
      partner_id: partner.partnerId,
      id: uuidv7(),
      channel_id: channelId,
      items: it.db.work.json([]),
      ...more,
    })}`
  const ids = () => receiver.received.map(({ headers }) => String(headers['webhook-id']))

  test('is tried again under the same id, later each time, and what comes meanwhile waits for it', async () => {
    const id = await channel()
    receiver.answers.push(answering(500), answering(429, '', { 'retry-after': '300' }))
    await hold()
    await begin()
    expect(await it.rows()).toMatchObject([{ state: 'queued', outcome: 'server_error' }])
    await hold(await makeCampaign(it.db, partner.partnerId))
    await it.pass(10_000)
    await turn()
    expect(receiver.received).toHaveLength(2)
    await it.pass(minute)
    await turn()
    expect(receiver.received).toHaveLength(2)
    await it.pass(4 * minute)
    await turn()
    expect(new Set(ids().slice(0, 3)).size).toBe(1)
    await turn()
    expect(await it.rows()).toMatchObject([
      { state: 'delivered', attempt: 3 },
      { state: 'delivered', items: [{ happened: 'opened' }] },
    ])
    const [row] = await it.db.work`select failures, problem from notice_channels where id = ${id}`
    expect(row).toEqual({ failures: 0, problem: null })
  })

  test('is given up where only a person can help, and after six hours; the ladder tells it again', async () => {
    await channel()
    receiver.answers.push(answering(410))
    await hold()
    await begin()
    expect(await it.rows()).toMatchObject([{ state: 'given_up', outcome: 'gone', attempt: 1 }])
    receiver.answers.push(answering(500), answering(500))
    await it.pass(hour)
    await turn()
    expect((await it.rows())[1]).toMatchObject({ state: 'queued' })
    await it.pass(6 * hour)
    await turn()
    expect((await it.rows())[1]).toMatchObject({ state: 'given_up', outcome: 'server_error' })
    await turn()
    expect((await it.rows())[2]).toMatchObject({
      state: 'delivered',
      items: [{ happened: 'still' }],
    })
  })

  test('that does not arrive is an alarm itself, told to other channels and not to its own', async () => {
    const broken = await it.makeChannel(partner.partnerId, 'webhook', hook('/broken'))
    const well = await it.makeChannel(partner.partnerId, 'slack', hook('/well'))
    receiver.answers.push(answering(410), answering(410))
    await it.db.work`update notice_channels set enabled = false where id = ${well}`
    await hold()
    await begin()
    await it.db.work`update notice_channels set enabled = true where id = ${well}`
    receiver.answers.length = 0
    await it.look()
    const open = await it.db
      .work`select subject, partner_id from alarms where kind = 'channel_failing'`
    expect(open).toEqual([{ subject: broken, partner_id: partner.partnerId }])
    await begin()
    await it.pass(30 * minute)
    await turn()
    const told = (await it.rows()).filter(({ items }) =>
      items.some(({ kind }) => kind === 'channel_failing'),
    )
    expect(told.map(({ channelId }) => channelId)).toEqual([well])
    await it.db.work`update notice_channels set failures = 0`
    await turn()
    await it.pass(limits.noticeOverMs)
    await turn()
    expect((await it.rows()).at(-1)?.items).toMatchObject([
      { happened: 'over', kind: 'channel_failing' },
    ])
  })

  test('of a relay that was killed goes on with another; what the first learns too late counts no more', async () => {
    await channel()
    await hold()
    await turn()
    await it.pass(limits.noticeGatherMs)
    const slow = it.relay()
    let release = () => {}
    receiver.answers.push((response) => (release = () => void response.writeHead(500).end()))
    await slow.notices.round()
    await expect.poll(() => receiver.received.length).toBe(1)
    await turn()
    expect(receiver.received).toHaveLength(1)
    await it.pass(limits.leaseMs + 1000)
    await turn()
    expect(new Set(ids()).size).toBe(1)
    expect(receiver.received).toHaveLength(2)
    release()
    await slow.notices.finish()
    expect(slow.noticed).toMatchObject([{ outcome: 'too_late' }])
    expect(await it.rows()).toMatchObject([{ state: 'delivered', attempt: 2 }])
  })

  test('is claimed by one relay only, and settled by whoever has it', async () => {
    await stored(await channel(), { state: 'queued', due_at: new Date() })
    const nodes = [uuidv7(), uuidv7(), uuidv7()]
    const lease = { leaseMs: limits.leaseMs, most: 10 }
    const claims = await Promise.all(
      nodes.map((node) => claimNotices(it.db.work, { ...lease, node })),
    )
    const all = claims.flat()
    expect(all).toHaveLength(1)
    const [claimed] = all
    const node = nodes[claims.findIndex(({ length }) => length === 1)] ?? ''
    if (claimed === undefined) throw new Error('nobody has it')
    const result = { outcome: 'delivered', httpStatus: 200, answer: null, delayMs: null } as const
    const settle = (by: string, attempt = claimed.attempt) =>
      settleNotice(it.db.work, { ...claimed, attempt }, result, by)
    expect(await settle(uuidv7())).toBe(false)
    expect(await settle(node, claimed.attempt - 1)).toBe(false)
    expect(await settle(node)).toBe(true)
    expect(await settle(node)).toBe(false)
  })

  test('whose relay dies again and again is given up; a test whose relay died is not sent again', async () => {
    const id = await channel()
    const gone = { state: 'sending', lease_until: new Date(Date.now() - 1000), lease_owner: id }
    await stored(id, { ...gone, attempt: limits.noticeAttemptsMax })
    await stored(id, { ...gone, attempt: limits.noticeAttemptsMax - 1 })
    await stored(id, { ...gone, attempt: 1, test: true })
    await rescueNotices(it.db.work)
    const states = await it.db.work`select state, outcome from notices order by id`
    expect(states.map(({ state }) => state)).toEqual(['given_up', 'queued', 'given_up'])
  })

  test('whose secret does not open is given up with these words', async () => {
    await channel()
    await it.db.work`update notice_channels set sealed = 'nonsense'`
    await hold()
    await begin()
    expect(await it.rows()).toMatchObject([{ state: 'given_up', outcome: 'secret_unusable' }])
  })

  test('is kept for a month', async () => {
    await channel()
    await hold()
    await begin()
    await it.pass(limits.noticesKeptMs - minute)
    await tidyNotices(it.db.work)
    expect(await it.rows()).toHaveLength(1)
    await it.pass(2 * minute)
    await tidyNotices(it.db.work)
    expect(await it.rows()).toHaveLength(0)
  })
})
