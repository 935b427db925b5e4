// Looks and rounds as they come every few seconds, on a database of the file's own.
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { limits } from '../../src/limits.ts'
import { makePartner, setHealth, type TestPartner } from '../support/partner.ts'
import { openReceiver, type Receiver } from './receivers.ts'
import { openNoticeScene, type NoticeScene } from './scene.ts'

export let it: NoticeScene
export let partner: TestPartner
export let receiver: Receiver

/** For the tests of a file: a database, and for each of them a partner and a receiver. */
export function useNotices(): void {
  beforeAll(async () => {
    it = await openNoticeScene()
  })
  afterAll(() => it.close())
  beforeEach(async () => {
    receiver = await openReceiver()
    await it.db.work`truncate alarms, notice_ladders, notices, notice_channels`
    await it.db.work`update campaign_health set state = 'stopped', reason = 'stopped'`
    partner = await makePartner(it.db)
  })
  afterEach(() => receiver.close())
}

export const hook = (path = '/hook') => ({ url: receiver.url + path })
export const channel = (values = {}, partnerId: string | null = partner.partnerId) =>
  it.makeChannel(partnerId, 'webhook', hook(), values)

export const hold = (id = partner.campaignId) => setHealth(it.db, id, 'holding', 1000)
export const heal = (id = partner.campaignId) => setHealth(it.db, id, 'healthy', null)

/** A look and a round, as they come every few seconds; then the sends are over. */
export async function turn(relay = it.relay()): Promise<void> {
  await it.look()
  await relay.notices.round()
  await relay.notices.finish()
  expect(relay.errors).toEqual([])
}

/** What the receiver was told, notice by notice: `opened spring`. */
export const heard = () =>
  receiver.received.map(({ body }) =>
    JSON.parse(body).data.alarms.map((alarm: { happened: string }) => alarm.happened),
  )

/** From the first look to the first notice. */
export async function begin(): Promise<void> {
  await turn()
  await it.pass(limits.noticeGatherMs)
  await turn()
}
