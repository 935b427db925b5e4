// `npm run torture`: everything that takes longer than a test may, on the built relay with a database
// that keeps what it commits. Prints a table; exits 1 when something did not hold.
//   tsx test/torture/run.ts [slow|bombs|forgeries|hostile …]
import { mkdtemp, rm, chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbedded } from '../../src/db/embedded.ts'
import { bombs, forgeries, hostile, slow, slowModes, type Finding } from './attacks.ts'
import { hostileConfig } from './hostile.ts'
import { isInstalled } from './proxies.ts'
import { startStand, type Stand } from './stand.ts'

const attacks: Record<string, readonly ((stand: Stand) => Promise<Finding>)[]> = {
  slow: slowModes.map((mode) => (stand: Stand) => slow(stand, mode, 1000)),
  bombs: [(stand) => bombs(stand, 40)],
  hostile: [(stand) => hostile(stand, 50, 20_000)],
  forgeries: [(stand) => forgeries(stand, Number(process.env['FORGERIES'] ?? 1_000_000))],
}

const wanted = process.argv.slice(2)
const names = wanted.length > 0 ? wanted : Object.keys(attacks)
const folder = await mkdtemp(join(tmpdir(), 'moab-relay-torture-data-'))
await chmod(folder, 0o755)
const database = await openEmbedded({ dataDir: folder, owner: true })
try {
  process.exitCode = (await tortureAll()) ? 0 : 1
} finally {
  await database.stop()
  await rm(folder, { recursive: true, force: true })
}

async function tortureAll(): Promise<boolean> {
  let held = true
  for (const name of names) {
    if (name === 'slow' && !isInstalled('slowhttptest')) {
      say('✗ slow: slowhttptest is missing (Debian package slowhttptest)')
      held = false
      continue
    }
    for (const attack of attacks[name] ?? []) held = (await torture(attack)) && held
  }
  return held
}

/** A relay of its own for each, so that none inherits what another left behind. */
async function torture(attack: (stand: Stand) => Promise<Finding>): Promise<boolean> {
  const stand = await startStand({ databaseUrl: databaseUrl(), more: [hostileConfig] })
  try {
    const { what, figures, violations } = await attack(stand)
    if (!(await stand.healthy())) violations.push('the relay does not answer afterwards')
    say(`${violations.length === 0 ? '✓' : '✗'} ${what.padEnd(44)} ${figures}`)
    for (const violation of new Set(violations)) say(`    ${violation}`)
    return violations.length === 0
  } finally {
    await stand.stop()
  }
}

function databaseUrl(): string {
  const { host, port, username, database: name } = database.options
  const url = new URL(`postgres://localhost:${port}/${name}`)
  url.username = username
  url.searchParams.set('host', host)
  return url.href
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
