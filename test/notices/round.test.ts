// From an alarm to what a channel is told: once for each cause, again by its ladder, never a flood.
import { describe, expect, test, vi } from 'vitest'
import { limits } from '../../src/limits.ts'
import { makeCampaign, makePartner, setHealth } from '../support/partner.ts'
import { answering } from './receivers.ts'
import { hour, minute } from './scene.ts'
import {
  begin,
  channel,
  heal,
  heard,
  hold,
  it,
  partner,
  receiver,
  turn,
  useNotices,
} from './turns.ts'

// Days pass here, in many small steps.
vi.setConfig({ testTimeout: 60_000 })
useNotices()

describe('a cause', () => {
  test('is told once, however many look, and again by its ladder until it is over', async () => {
    await channel()
    await hold()
    await turn()
    expect(heard()).toEqual([])
    await it.pass(limits.noticeGatherMs)
    await Promise.all([turn(), turn(), turn()])
    expect(heard()).toEqual([['opened']])
    for (const [passed, times] of [
      [hour - 10 * minute, 1],
      [10 * minute, 2],
      [4 * hour, 2],
      [hour, 3],
      [18 * hour, 4],
      [24 * hour, 5],
    ] as const) {
      await it.pass(passed)
      await turn()
      await turn()
      expect(heard()).toHaveLength(times)
    }
    expect(heard().slice(1).flat()).toEqual(Array(4).fill('still'))
    await heal()
    await turn()
    await it.pass(limits.noticeOverMs - minute)
    await turn()
    expect(heard()).toHaveLength(5)
    await it.pass(minute)
    await turn()
    await it.pass(30 * 24 * hour)
    await turn()
    expect(heard().slice(5)).toEqual([['over']])
    expect(await it.db.work`select 1 from notice_ladders`).toHaveLength(0)
  })

  test('is silent after seven days, but its end is told', async () => {
    await channel()
    await hold()
    await begin()
    for (let day = 0; day < 9; day++) {
      await it.pass(24 * hour)
      await turn()
    }
    const told = heard().length
    expect(told).toBe(8)
    await it.pass(24 * hour)
    await turn()
    expect(heard()).toHaveLength(told)
    await heal()
    await turn()
    await it.pass(limits.noticeOverMs)
    await turn()
    expect(heard().at(-1)).toEqual(['over'])
  })

  test('that is gone before it is told is not; one that comes and goes is one matter', async () => {
    await channel()
    await hold()
    await turn()
    await heal()
    await it.pass(limits.noticeGatherMs)
    await turn()
    expect(heard()).toEqual([])
    await hold()
    await begin()
    for (let n = 0; n < 5; n++) {
      await heal()
      await turn()
      await it.pass(minute)
      await hold()
      await turn()
      await it.pass(minute)
    }
    expect(heard()).toEqual([['opened']])
  })

  test('told elsewhere does not keep a new channel from hearing of it', async () => {
    await channel()
    await hold()
    await begin()
    await it.pass(3 * hour)
    await turn()
    const late = await channel()
    await turn()
    await it.pass(limits.noticeGatherMs)
    await turn()
    const rows = (await it.rows()).filter(({ channelId }) => channelId === late)
    expect(rows.flatMap(({ items }) => items)).toMatchObject([{ happened: 'opened' }])
  })
})

describe('a channel', () => {
  test('hears of its own partner, of the kinds it takes, and only while it is on', async () => {
    const own = await channel()
    const all = await channel({}, null)
    const other = await makePartner(it.db)
    const theirs = await channel({}, other.partnerId)
    const picky = await channel({ alarms: ['disk'] })
    const off = await channel({ enabled: false })
    await hold()
    await setHealth(it.db, other.campaignId, 'unreachable', 1000)
    await begin()
    const kinds = new Map<string, string[]>()
    for (const { channelId, items } of await it.rows())
      kinds.set(
        channelId,
        items.map(({ kind }) => kind),
      )
    expect(kinds).toEqual(
      new Map([
        [own, ['campaign_holding']],
        [all, ['moab_down']],
        [theirs, ['moab_unreachable']],
      ]),
    )
    expect([picky, off].some((id) => kinds.has(id))).toBe(false)
  })

  test('gets many causes in one notice, the rest counted', async () => {
    await channel()
    const more = limits.noticeItemsMax + 4
    for (let n = 0; n < more; n++) await hold(await makeCampaign(it.db, partner.partnerId))
    await begin()
    const [row, ...others] = await it.rows()
    expect(others).toEqual([])
    expect(row?.items).toHaveLength(limits.noticeItemsMax)
    expect(row?.more).toBe(4)
    await turn()
    expect(receiver.received).toHaveLength(1)
  })

  test('is told so often an hour at most; what it missed is counted, what stands is gathered', async () => {
    await channel()
    for (let n = 0; n < limits.noticesPerHourMax + 2; n++) {
      await hold(await makeCampaign(it.db, partner.partnerId))
      await it.look()
      await turn()
      await it.db.work`update notice_ladders set due_at = now() where rung = 0`
      await turn()
    }
    expect(await it.rows()).toHaveLength(limits.noticesPerHourMax)
    const gone = await makeCampaign(it.db, partner.partnerId)
    await hold(gone)
    await turn()
    await it.pass(minute)
    await heal(gone)
    await turn()
    expect(await it.rows()).toHaveLength(limits.noticesPerHourMax)
    await it.pass(hour)
    await turn()
    const last = (await it.rows()).at(-1)
    expect(last?.leftOut).toBe(1)
    expect(last?.items.filter(({ happened }) => happened === 'opened')).toHaveLength(2)
    expect(receiver.received.at(-1)?.body).toContain('came and went meanwhile: 1')
    await it.pass(hour)
    await hold(gone)
    await begin()
    expect((await it.rows()).at(-1)?.leftOut).toBe(0)
  })

  test('that is switched off, or removed, gets nothing more', async () => {
    const id = await channel()
    await hold()
    await turn()
    await it.pass(limits.noticeGatherMs)
    receiver.answers.push(answering(500))
    await turn()
    await it.db.work`update notice_channels set enabled = false where id = ${id}`
    await it.pass(hour)
    await turn()
    expect(receiver.received).toHaveLength(1)
    expect(await it.rows()).toMatchObject([{ state: 'given_up', outcome: 'channel_off' }])
    await it.db.work`delete from notice_channels`
    expect(await it.rows()).toEqual([])
  })
})
