// Makes the database once: initdb and the relay's own database in a draft directory, which is then
// renamed into place. A crash half-way leaves a draft, never half a database.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { exists } from './binaries.ts'
import { codeOf, EmbeddedError } from './failure.ts'
import type { Place } from './place.ts'

export const databaseName = 'moab_relay'
export const roleName = 'moab_relay'

/** True when this call made the database; false when it was there, or another process was faster. */
export async function createDatabase(
  place: Place,
  binaries: Binaries,
  durable: boolean,
): Promise<boolean> {
  if (await exists(place.database)) {
    await refuseOtherMajor(place, binaries)
    return false
  }
  const draft = await mkdtemp(join(place.home, '.new-database-'))
  try {
    if (place.account) await chown(draft, place.account.uid, place.account.gid)
    await run(binaries.initdb, await initArguments(place, draft, durable), place)
    await run(binaries.postgres, singleArguments(draft, durable), place, createStatement)
    await rename(draft, place.database)
    if (durable) await syncDirectory(place.home)
    return true
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (await exists(place.database)) return false
    throw error
  }
}

const createStatement = `create database ${databaseName} owner ${roleName}\n`

/** Trust is sound on a socket in a directory only the server's user may enter; Windows has TCP. */
async function initArguments(place: Place, draft: string, durable: boolean): Promise<string[]> {
  const access =
    process.platform === 'win32'
      ? ['-A', 'scram-sha-256', '--pwfile', await writePassword(place)]
      : ['-A', 'trust']
  // The builtin provider: same order on every machine, and lower() that knows Cyrillic.
  const locale = [
    '-E',
    'UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ]
  return ['-D', draft, '-U', roleName, ...access, ...locale, ...(durable ? [] : ['--no-sync'])]
}

function singleArguments(draft: string, durable: boolean): string[] {
  return ['--single', '-D', draft, ...(durable ? [] : ['-F']), 'postgres']
}

const passwordFile = (place: Place) => join(place.home, 'postgres-password')

async function writePassword(place: Place): Promise<string> {
  const password = randomBytes(24).toString('base64url')
  await writeFile(passwordFile(place), password, { mode: 0o600, flag: 'wx' }).catch(
    (error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error
    },
  )
  return passwordFile(place)
}

export async function readPassword(place: Place): Promise<string | undefined> {
  if (process.platform !== 'win32') return undefined
  return (await readFile(passwordFile(place), 'utf8').catch(() => '')) || undefined
}

async function refuseOtherMajor(place: Place, binaries: Binaries): Promise<void> {
  const written = (
    await readFile(join(place.database, 'PG_VERSION'), 'utf8').catch(() => '')
  ).trim()
  if (written === binaries.major) return
  if (written === '')
    throw new EmbeddedError({
      en: `${place.database} exists but is no PostgreSQL database; move it away, or set DATA_DIR`,
      ru: `${place.database} — не база PostgreSQL: уберите это оттуда или задайте другой DATA_DIR`,
    })
  throw new EmbeddedError({
    en: `the database in ${place.database} was written by PostgreSQL ${written} and this relay brings ${binaries.major}; start the relay version that made it and export, or set DATABASE_URL`,
    ru: `базу в ${place.database} создал PostgreSQL ${written}, а в этом релее ${binaries.major}: запустите прежнюю версию релея и выполните в ней export или задайте DATABASE_URL`,
  })
}

async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const directory = await open(path)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** Nothing of the relay's environment reaches PostgreSQL: it holds the relay's secrets. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept =
    process.platform === 'win32' ? ['PATH', 'SystemRoot', 'TEMP', 'TMP'] : ['PATH', 'TMPDIR']
  const own = kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))
  return { ...Object.fromEntries(own), LC_ALL: 'C', TZ: 'UTC' }
}

function run(program: string, args: string[], place: Place, input = ''): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(program, args, {
      cwd: dirname(program),
      env: cleanEnvironment(),
      ...place.account,
    })
    const said: string[] = []
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => said.push(text))
    }
    child.stdin.on('error', () => {}).end(input)
    child.on('error', (error) => failed(cannotMake(place, error.message)))
    child.on('close', (code) => {
      const text = said.join('')
      // A single-user server ends with 0 whatever became of its statement.
      if (code === 0 && !/(ERROR|FATAL|PANIC):/.test(text)) done()
      else failed(cannotMake(place, text))
    })
  })
}

function cannotMake(place: Place, said: string): EmbeddedError {
  const last = said.trim().split('\n').slice(-3).join(' / ')
  return new EmbeddedError({
    en: `the database in ${place.database} cannot be made: ${last}`,
    ru: `не удалось создать базу в ${place.database}: ${last}`,
  })
}
