// Lists as files over HTTP: who only asks for the headers, or goes away, keeps nobody else waiting.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSession } from '../../src/access/sessions.ts'
import { limits } from '../../src/limits.ts'
import { makeMember } from '../access/people.ts'
import { startTestRelay, type TestRelay } from '../support/relay.ts'

let relay: TestRelay
let headers: Record<string, string>
beforeAll(async () => {
  relay = await startTestRelay('partner: acme\ncampaigns: [{ name: try, mode: sandbox }]\n')
  const [partner] = await relay.db.work<{ id: string }[]>`select id from partners`
  const viewer = await makeMember(relay.db, partner?.id ?? '', 'viewer')
  const from = { ip: null, agent: null }
  const session = await startSession(relay.db.orm, viewer.userId, from, 'test')
  headers = { cookie: `moab_relay=${session}`, connection: 'close' }
})
afterAll(() => relay.close())

const ask = (method: string) =>
  fetch(`${relay.url}/console/p/acme/events/export`, { method, headers })

test('headers alone open no export', async () => {
  for (let n = 0; n <= limits.exportsAtOnceMax; n++) {
    const answer = await ask('HEAD')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/csv; charset=utf-8',
    ])
  }
  const answer = await ask('GET')
  expect([answer.status, (await answer.text()).includes('received_at')]).toEqual([200, true])
})

test('an export that is left gives its place to the next', async () => {
  for (let n = 0; n < limits.exportsAtOnceMax; n++) await (await ask('GET')).body?.cancel()
  await expect.poll(async () => (await ask('GET')).status, { timeout: 5000 }).toBe(200)
})
