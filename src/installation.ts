// What every command needs: the database (embedded or by URL), migrated, with the vault and the
// pepper that belong to it.
import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import type { Config } from './config.ts'
import { UsageError } from './config.ts'
import { EmbeddedError, openEmbedded } from './db/embedded.ts'
import { keepPepper, readPepper } from './db/installation.ts'
import { migrate, survey } from './db/migrate.ts'
import {
  asLogin,
  fromUrl,
  openDatabase,
  sqlState,
  type Database,
  type DatabaseOptions,
} from './db/open.ts'
import { countSealed } from './db/sealed.ts'
import { frailSettings } from './db/upkeep.ts'
import { embeddedAt, frailDatabase, serverAt } from './installation-words.ts'
import type { Text } from './providers/provider.ts'
import { loadRelayKey } from './relay-key.ts'
import { anyHead, createVault, VaultError, type Vault } from './vault.ts'

export interface Installation {
  db: Database
  vault: Vault
  /** Key of the hash under which emails are looked up. */
  pepper: Buffer
  /** The second wall between partners stands: see db/walls.ts. */
  walls: boolean
  /** For people: where the data is. */
  where: Text
  close(): Promise<void>
}

export interface OpenOptions {
  /** The relay itself owns an embedded server; commands beside it are guests. */
  owner: boolean
  /** Makes the database where there is none and brings it to this version. Others only look. */
  migrate: boolean
  log(line: string): void
  settings?: Record<string, string>
}

export async function openInstallation(
  config: Config,
  options: OpenOptions,
): Promise<Installation> {
  const server = await openServer(config, options)
  let db: Database | undefined
  const close = async () => {
    await db?.close()
    await server.stop()
  }
  try {
    const [relayKey, walls] = await Promise.all([
      loadRelayKey(config.relayKey, config.dataDir),
      prepare(server.direct, options.migrate),
    ])
    const behindWalls = walls && !config.databasePooled
    db = openDatabase(server.options, server.direct, behindWalls, undefined, server.audit)
    if (options.owner) await refuseFrail(db)
    const vault = createVault([relayKey, ...config.otherKeys])
    const pepper = await loadPepper(db, vault, options.migrate)
    if (options.owner) await refuseForeign(server.direct, vault)
    return { db, vault, pepper, walls, where: server.where, close }
  } catch (error) {
    await close()
    throw unreachable(error, server.where) ?? error
  }
}

/** Migrated, where that may be done; resolves with whether the second wall stands. */
async function prepare(direct: DatabaseOptions, mayMigrate: boolean): Promise<boolean> {
  const { pending, encoding, walls } = await survey(direct)
  if (encoding !== 'UTF8') throw wrongEncoding(encoding)
  if (pending === 0) return walls
  if (!mayMigrate) throw tooOld(pending)
  await migrate(direct)
  return (await survey(direct)).walls
}

/** Not reached, not let in, not there: for the person who set DATABASE_URL. */
const unreachableStates =
  /^(ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT|CONNECT_TIMEOUT|28...|3D000)$/

function unreachable(error: unknown, where: Text): UsageError | undefined {
  const state = sqlState(error)
  if (state === undefined || !unreachableStates.test(state)) return undefined
  return new UsageError({
    en: `${where.en} does not let the relay in (${state}): check DATABASE_URL`,
    ru: `${where.ru} не отвечает релею или не пускает его (${state}): проверьте DATABASE_URL`,
  })
}

function tooOld(pending: number): UsageError {
  return new UsageError({
    en: `the database lacks ${pending} migration(s): run \`migrate\`, or start the relay`,
    ru: `база данных старше этой версии (не хватает миграций: ${pending}): выполните \`migrate\` или запустите релей`,
  })
}

/** Bodies travel as text and are turned back into the same bytes: that needs UTF8 on both sides. */
function wrongEncoding(encoding: string): UsageError {
  return new UsageError({
    en: `the database is encoded in ${encoding}: create one with ENCODING 'UTF8'`,
    ru: `кодировка базы данных — ${encoding}: создайте базу с ENCODING 'UTF8'`,
  })
}

/**
 * A 2xx means committed, so a commit must last. The relay does not set synchronous_commit for its own
 * sessions: a pooler would not pass that on, and it would weaken a stricter choice (remote_apply).
 */
async function refuseFrail({ record }: Database): Promise<void> {
  const frail = await frailSettings(record)
  if (frail.length > 0) throw new UsageError(frailDatabase(frail))
}

/** A key that is taken away too early takes its secrets with it: better told now than by each of them. */
async function refuseForeign(direct: DatabaseOptions, { heads }: Vault): Promise<void> {
  const counts = await asLogin(direct, countSealed)
  const foreign = counts.filter(({ head }) => head.startsWith(anyHead) && !heads.includes(head))
  if (foreign.length === 0) return
  const where = foreign.map(({ table, column, n }) => `${n} in ${table}.${column}`).join(', ')
  const places = foreign.map(({ table, column, n }) => `${table}.${column}: ${n}`).join(', ')
  throw new UsageError({
    en: `secrets are still sealed with a key that is not given (${where}): give it in RELAY_KEY_PREVIOUS and run \`keys rotate\`, or set these secrets anew with \`apply\``,
    ru: `часть секретов зашифрована ключом, который не указан (${places}): добавьте его в RELAY_KEY_PREVIOUS и выполните \`keys rotate\` или задайте эти секреты заново через \`apply\``,
  })
}

interface DatabaseServer {
  options: DatabaseOptions
  /** Past a pooler: for migrations and LISTEN. */
  direct: DatabaseOptions
  /** For questions and exports. */
  audit: DatabaseOptions
  where: Text
  stop(): Promise<void>
}

async function openServer(
  config: Config,
  { owner, migrate, log, settings }: OpenOptions,
): Promise<DatabaseServer> {
  if (config.databaseUrl !== undefined) {
    const options = fromUrl(config.databaseUrl, config.databasePooled)
    const direct =
      config.databaseDirectUrl === undefined ? options : fromUrl(config.databaseDirectUrl)
    const audit =
      config.databaseAuditUrl === undefined
        ? options
        : fromUrl(config.databaseAuditUrl, config.databasePooled)
    return {
      options,
      direct,
      audit,
      where: serverAt(new URL(config.databaseUrl).host),
      stop: async () => {},
    }
  }
  try {
    const dataDir = resolve(config.dataDir)
    const embedded = await openEmbedded({
      dataDir,
      owner,
      create: migrate,
      log,
      ...(settings && { settings }),
    })
    const { options } = embedded
    return {
      options,
      direct: options,
      audit: options,
      where: embeddedAt(embedded),
      stop: embedded.stop,
    }
  } catch (error) {
    if (error instanceof EmbeddedError) throw new UsageError(error.text)
    throw error
  }
}

const pepperPlace = 'installation.pepper_sealed'

async function loadPepper({ orm }: Database, vault: Vault, make: boolean): Promise<Buffer> {
  const sealed =
    (await readPepper(orm)) ??
    (make &&
      (await keepPepper(orm, await vault.seal(randomBytes(32).toString('base64url'), pepperPlace))))
  try {
    return Buffer.from(await vault.open(sealed || '', pepperPlace), 'base64url')
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
    throw new UsageError({
      en: 'RELAY_KEY is not the key this database was set up with: give the old one back, or as RELAY_KEY_PREVIOUS beside the new one',
      ru: 'RELAY_KEY — не тот ключ, с которым заводили эту базу: верните прежний или укажите его в RELAY_KEY_PREVIOUS рядом с новым',
    })
  }
}
