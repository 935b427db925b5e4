// Questions are asked of DATABASE_AUDIT_URL; tokens are checked, and what was asked is written, at
// DATABASE_URL. Two databases that differ stand in for a replica that is behind.
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { allScopes } from '../../src/access/scopes.ts'
import { createToken, revokeToken } from '../../src/access/tokens.ts'
import type { Io } from '../../src/commands/command.ts'
import { doctorCommand } from '../../src/commands/doctor.ts'
import { readConfig } from '../../src/config.ts'
import { uuidv7 } from '../../src/ids.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { relayKey, startTestRelay, type TestRelay } from '../support/relay.ts'
import { until } from '../support/sending.ts'

let it: TestRelay
let replica: FreshDatabase
let there: postgres.Sql
let partnerId: string
let made: { id: string; token: string }

beforeAll(async () => {
  replica = await freshDatabase()
  it = await startTestRelay('partner: acme\n', { DATABASE_AUDIT_URL: replica.url })
  there = postgres({ ...replica.options, max: 1, onnotice: () => {} })
  const [partner] = await it.db.work<{ id: string }[]>`select id from partners`
  partnerId = partner?.id ?? ''
  await there`insert into partners (id, name) values (${partnerId}, 'acme')`
  await there`
    insert into audit_entries (id, partner_id, at, actor, action, subject)
    values (${uuidv7()}, ${partnerId}, now(), 'cli', 'config.applied', 'there')`
  const wanted = { partnerId, name: 'test', scopes: allScopes, expiresAt: null, actor: 'test' }
  made = await createToken(it.db.orm, wanted)
})
afterAll(async () => {
  await there.end()
  await it.close()
  await replica.drop()
})

const get = (path: string) =>
  fetch(`${it.url}/api/v1/${path}`, { headers: { authorization: `Bearer ${made.token}` } })
const Page = z.object({ items: z.array(z.object({ subject: z.string() })) })

test('lists and exports come from there, with a token that is not there', async () => {
  const page = Page.parse(await (await get('audit-entries')).json())
  expect(page.items.map(({ subject }) => subject)).toEqual(['there'])
  const lines = (await (await get('exports/audit-entries')).text()).trim().split('\n')
  expect(lines.map((line) => z.object({ subject: z.string() }).parse(JSON.parse(line)))).toEqual([
    { subject: 'there' },
  ])
})

test('what was asked is written where changes are made', async () => {
  const exported = (sql: postgres.Sql) => sql<{ action: string }[]>`
    select action from audit_entries where action like 'export.%' order by id`
  await until(async () => (await exported(it.db.work)).length === 2)
  expect((await exported(it.db.work)).map(({ action }) => action)).toEqual([
    'export.started',
    'export.ended',
  ])
  expect(await exported(there)).toHaveLength(0)
})

test('doctor says that it follows nothing, and that it does not answer', async () => {
  const examined = async (auditUrl: string) => {
    const said: string[] = []
    const env = {
      DATABASE_URL: it.databaseUrl,
      RELAY_KEY: relayKey,
      DATABASE_AUDIT_URL: auditUrl,
      MOAB_URL: 'http://127.0.0.1:9/',
    }
    const io: Io = {
      out: (line) => void said.push(line),
      write: async () => {},
      closed: () => false,
      note: () => {},
      colour: false,
      terminal: false,
    }
    const code = await doctorCommand.run({
      positionals: [],
      flag: () => false,
      value: () => undefined,
      config: () => readConfig(env),
      env,
      language: 'en',
      io,
    })
    return { code, says: said.find((line) => line.includes('DATABASE_AUDIT_URL')) }
  }
  expect((await examined(replica.url)).says).toMatch(/^! .*is no replica/)
  const dead = await examined('postgres://nobody@127.0.0.1:9/none')
  expect(dead.code).toBe(1)
  expect(dead.says).toMatch(/^✗ .*does not answer/)
})

test('a token that was revoked ends at once', async () => {
  expect(await revokeToken(it.db.orm, made.id, 'test')).toBe(true)
  expect((await get('audit-entries')).status).toBe(401)
})
