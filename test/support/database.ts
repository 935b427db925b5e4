// One PostgreSQL for the whole test run, one database of its own for each test file.
// The server is the embedded one, or that of TEST_DATABASE_URL (to try other versions).
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { inject } from 'vitest'
import type { TestProject } from 'vitest/node'
import { openEmbedded } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { fromUrl } from '../../src/db/open.ts'

export interface TestServer {
  host: string
  port: number
  username: string
  password?: string
}

declare module 'vitest' {
  interface ProvidedContext {
    server: TestServer
    template: string
  }
}

export interface FreshDatabase {
  /** For postgres.js and openDatabase. */
  options: TestServer & { database: string }
  /** The same as a DATABASE_URL, for child processes. */
  url: string
  drop(): Promise<void>
}

/** A migrated, empty database: 10-30 ms. Close your pools, then drop it in afterAll. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const server = inject('server')
  const database = `test_${randomBytes(8).toString('hex')}`
  await inDatabase(
    server,
    (sql) => sql`create database ${sql(database)} template ${sql(inject('template'))}`,
  )
  return {
    options: { ...server, database },
    url: urlOf(server, database),
    drop: () => dropDatabase(server, database),
  }
}

function urlOf(server: TestServer, database: string): string {
  const url = new URL(`postgres://localhost:${server.port}/${database}`)
  url.username = server.username
  url.password = server.password ?? ''
  if (server.host.startsWith('/')) url.searchParams.set('host', server.host)
  else url.hostname = server.host
  return url.href
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { server, stop } = await openServer()
  const template = `moab_relay_template_${process.pid}_${project.name.replaceAll(/\W/g, '_')}`
  try {
    await inDatabase(server, (sql) => sql`create database ${sql(template)}`)
    await migrate({ ...server, database: template })
  } catch (error) {
    await stop()
    throw error
  }
  project.provide('server', server)
  project.provide('template', template)
  return async () => {
    if (process.env['TEST_DATABASE_URL']) await dropDatabase(server, template)
    await stop()
  }
}

async function openServer(): Promise<{ server: TestServer; stop: () => Promise<void> }> {
  const url = process.env['TEST_DATABASE_URL']
  if (url) {
    const { host, port, username, password } = fromUrl(url)
    const server = { host: String(host), port: Number(port), username: String(username) }
    return {
      server: typeof password === 'string' ? { ...server, password } : server,
      stop: async () => {},
    }
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'moab-relay-test-'))
  const clear = () => rm(dataDir, { recursive: true, force: true })
  const settings = { max_connections: '300' } // every test file opens the pools of a whole relay
  const embedded = await openEmbedded({ dataDir, owner: true, settings }).catch(
    async (error: unknown) => {
      await clear()
      throw error
    },
  )
  const { database: _, ...server } = embedded.options
  const stop = async () => {
    await embedded.stop()
    await clear()
  }
  return { server, stop }
}

async function dropDatabase(server: TestServer, database: string): Promise<void> {
  await inDatabase(server, (sql) => sql`drop database if exists ${sql(database)} with (force)`)
}

/** Runs one statement beside the tests' databases. */
async function inDatabase(
  server: TestServer,
  statement: (sql: postgres.Sql) => PromiseLike<unknown>,
): Promise<void> {
  const sql = postgres({ ...server, database: 'postgres', max: 1, onnotice: () => {} })
  try {
    await statement(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
