// A 2xx means committed: a relay does not start on a PostgreSQL that forgets commits, and doctor says so.
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { readConfig, UsageError } from '../../src/config.ts'
import type { Embedded } from '../../src/db/embedded.ts'
import { openInstallation } from '../../src/installation.ts'
import { askDoctor } from '../support/doctor.ts'
import { relayKey } from '../support/relay.ts'
import { directory, open, query } from './embedded-try.ts'

const frail = [
  { name: 'fsync', settings: { fsync: 'off' } },
  { name: 'full_page_writes', settings: { full_page_writes: 'off' } },
  { name: 'synchronous_commit', settings: { synchronous_commit: 'off' } },
]

test.each(frail)('a server with $name = off is refused, and doctor says why', async (row) => {
  const server = await open(await directory(), { fsync: true, settings: row.settings })
  await setUp(server)
  const refusal = await start(server).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(UsageError)
  expect(String(refusal)).toContain(`${row.name} = off`)
  expect(String(refusal)).toContain(`${row.name} = on`)
  const said = await doctor(server)
  expect(said.code).toBe(1)
  expect(said.lines.find((line) => line.includes('durability'))).toMatch(
    new RegExp(`^✗ .*${row.name} = off`),
  )
})

test('what counts is what the relay’s own role has', async () => {
  const server = await open(await directory(), {
    fsync: true,
    settings: { synchronous_commit: 'off' },
  })
  const { username, database } = server.options
  const sql = postgres({ ...server.options, max: 1, onnotice: () => {} })
  await sql`alter role ${sql(username)} in database ${sql(database)} set synchronous_commit = on`
  await sql.end()
  await expect(start(server)).resolves.toBeUndefined()
  const said = await doctor(server)
  expect(said.lines.find((line) => line.includes('durability'))).toMatch(/^✓/)
})

test('a stricter choice is kept', async () => {
  const settings = { synchronous_commit: 'remote_apply' }
  const server = await open(await directory(), { fsync: true, settings })
  await expect(start(server)).resolves.toBeUndefined()
  expect(await query(server, 'show synchronous_commit')).toEqual([
    { synchronous_commit: 'remote_apply' },
  ])
})

/** As `migrate` does, which promises nothing to a sender. */
async function setUp(server: Embedded): Promise<void> {
  const options = { owner: false, migrate: true, log: () => {} }
  await (await openInstallation(configFor(server), options)).close()
}

async function start(server: Embedded): Promise<void> {
  const installation = await openInstallation(configFor(server), {
    owner: true,
    migrate: true,
    log: () => {},
  })
  await installation.close()
}

/** What a relay that was not refused has left: a database with all migrations. */
const doctor = (server: Embedded) => askDoctor(configFor(server))

function configFor({ options }: Embedded) {
  const url = new URL(`postgres://localhost:${options.port}/${options.database}`)
  url.username = options.username
  url.searchParams.set('host', options.host)
  return readConfig({
    DATABASE_URL: url.href,
    RELAY_KEY: relayKey,
    MOAB_URL: 'http://127.0.0.1:9/',
    LOG_LEVEL: 'silent',
  })
}
