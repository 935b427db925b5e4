// A whole relay inside the test process, on a database of its own, with a sandbox as MOAB.
import { readConfig } from '../../src/config.ts'
import { fromUrl, openDatabase, type Database } from '../../src/db/open.ts'
import { openInstallation, type Installation } from '../../src/installation.ts'
import { serveSandbox, type Sandbox } from '../../src/moab/sandbox.ts'
import { createLogger } from '../../src/ops/logging.ts'
import { createOutgoing } from '../../src/outgoing/outgoing.ts'
import { applyConfig, describeProblems } from '../../src/partners/apply.ts'
import { startRelay, type Relay } from '../../src/relay.ts'
import { freshDatabase } from './database.ts'

export const relayKey = Buffer.alloc(32, 7).toString('base64url')

export interface TestRelay {
  relay: Relay
  installation: Installation
  /** The database as who owns it: the relay itself works behind its walls. */
  db: Database
  moab: Sandbox
  url: string
  /** Its DATABASE_URL. */
  databaseUrl: string
  apply(yaml: string): Promise<void>
  close(): Promise<void>
}

export async function startTestRelay(
  yaml: string,
  env: Record<string, string> = {},
  /** A wire to the database instead of the straight way. */
  databasePort?: number,
  log = createLogger('silent'),
): Promise<TestRelay> {
  const database = await freshDatabase()
  const moab = await serveSandbox({ port: 0, host: '127.0.0.1' })
  const config = readConfig({
    DATABASE_URL: databasePort === undefined ? database.url : through(database.url, databasePort),
    RELAY_KEY: relayKey,
    MOAB_URL: moab.url,
    PORT: '0',
    LOG_LEVEL: 'silent',
    ...env,
  })
  const installation = await openInstallation(config, { owner: true, migrate: true, log: () => {} })
  const apply = async (text: string) => {
    const { db, vault } = installation
    const outgoing = createOutgoing(config, () => '')
    const deps = { orm: db.orm, vault, outgoing, now: Date.now }
    const result = await applyConfig(deps, text, { file: 'test.yaml', env: {}, actor: 'test' })
    if (!result.ok) throw new Error(describeProblems(result.problems))
  }
  await apply(yaml)
  const relay = await startRelay(config, installation, log)
  const db = openDatabase(fromUrl(config.databaseUrl ?? database.url))
  return {
    relay,
    installation,
    db,
    moab: moab.sandbox,
    url: relay.url,
    databaseUrl: config.databaseUrl ?? database.url,
    apply,
    close: async () => {
      await relay.stop()
      await db.close()
      await installation.close()
      await moab.close()
      await database.drop()
    },
  }
}

function through(databaseUrl: string, port: number): string {
  const url = new URL(databaseUrl)
  url.searchParams.delete('host')
  url.hostname = '127.0.0.1'
  url.port = String(port)
  return url.href
}
