// Built relays as processes of their own: a notice survives the one that was sending it, and two of
// them send each once.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { uuidv7 } from '../../src/ids.ts'
import { newSigningSecret } from '../../src/notices/channels.ts'
import { channelPlace } from '../../src/notices/opening.ts'
import { createVault } from '../../src/vault.ts'
import { useStage, type Stage } from '../several/built.ts'
import { relayKey } from '../support/relay.ts'
import { until } from '../support/sending.ts'
import { openReceiver, type Receiver } from './receivers.ts'

let it: Stage
useStage((stage) => (it = stage))

let receiver: Receiver
beforeEach(async () => {
  receiver = await openReceiver()
})
afterEach(() => receiver.close())

const vault = createVault([Buffer.from(relayKey, 'base64url')])
const env = () => it.env({ NOTICES_ALLOWED_NETWORKS: '127.0.0.1' })

/** A channel of the first partner with one notice in its outbox. */
async function queue(name: string): Promise<string> {
  const [partner] = await it.sql`select id from partners`
  const [id, channel] = [uuidv7(), uuidv7()]
  const settings = JSON.stringify({ url: receiver.url, secret: newSigningSecret() })
  await it.sql`insert into notice_channels ${it.sql({
    partner_id: partner?.['id'],
    id: channel,
    name,
    kind: 'webhook',
    language: 'en',
    sealed: await vault.seal(settings, channelPlace(channel)),
    shown: it.sql.json({}),
  })}`
  await it.sql`insert into notices ${it.sql({
    partner_id: partner?.['id'],
    id,
    channel_id: channel,
    items: it.sql.json([]),
    state: 'queued',
    due_at: new Date(),
  })}`
  return id
}

const ids = () => receiver.received.map(({ headers }) => String(headers['webhook-id']))
const delivered = async () => (await it.sql`select 1 from notices where state = 'delivered'`).length

test('a relay killed in the middle of a notice leaves it to the next, under the same id', async () => {
  const first = await it.fleet.start(env())
  await first.ready()
  receiver.answers.push(() => {})
  const id = await queue('one')
  await until(async () => receiver.received.length === 1, 20_000)
  await first.end('SIGKILL')
  const second = await it.fleet.start(env())
  await second.ready()
  await it.sql`update notices set lease_until = now() - interval '1 s' where state = 'sending'`
  await until(async () => (await delivered()) === 1, 20_000)
  expect(ids()).toEqual([id, id])
  expect(await it.sql`select attempt from notices`).toEqual([{ attempt: 2 }])
  expect(await second.end('SIGTERM')).toBe(0)
}, 90_000)

test('two relays at once send each notice once', async () => {
  const relays = [await it.fleet.start(env()), await it.fleet.start(env())]
  for (const relay of relays) await relay.ready()
  const queued: string[] = []
  for (let n = 0; n < 20; n++) queued.push(await queue(`c${n}`))
  await until(async () => (await delivered()) === queued.length, 30_000)
  expect(ids().sort()).toEqual(queued.sort())
}, 90_000)
