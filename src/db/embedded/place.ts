// Where the embedded server lives and as whom it runs. Everything stands under DATA_DIR, except
// for root in a closed home and for socket paths that the system would find too long.
// Never makes a second, empty database beside one that is already there.
import { createHash } from 'node:crypto'
import {
  access,
  chmod,
  constants,
  lchown,
  lstat,
  mkdir,
  readFile,
  realpath,
  stat,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { makeDirectory } from '../../directories.ts'
import { limits } from '../../limits.ts'
import { exists } from './binaries.ts'
import { codeOf, EmbeddedError } from './failure.ts'
import type { Text } from '../../providers/provider.ts'

export interface Account {
  uid: number
  gid: number
}

export interface Place {
  /** As the person gave it, made absolute: the name messages use. */
  dataDir: string
  /** Holds the programs, the database, the log and (mostly) the socket. */
  home: string
  database: string
  logFile: string
  socketDirectory: string
  /** Only where TCP must serve (Windows), once it is known. */
  port?: number
  /** Set when we are root: PostgreSQL refuses to be. */
  account: Account | undefined
}

const refuges = '/var/lib/moab-relay'

export async function choosePlace(
  given: string,
  log: (line: string) => void,
  isRoot = process.getuid?.() === 0,
): Promise<Place> {
  const dataDir = await ownDirectory(resolve(given), isRoot)
  const { home, account } = await chooseHome(dataDir, isRoot, log)
  const database = join(home, 'database')
  await refuseForeign(database, account)
  return {
    dataDir,
    home,
    database,
    logFile: join(home, 'postgres.log'),
    socketDirectory: await openSocketDirectory(home, account),
    account,
  }
}

/** Is there a database for this directory? Leaves no trace where there is none. */
export async function hasDatabase(given: string): Promise<boolean> {
  const dataDir = await realpath(resolve(given)).catch(() => undefined)
  if (dataDir === undefined) return false
  const homes = [join(refuges, shortHash(dataDir)), dataDir]
  const found = await Promise.all(homes.map((home) => exists(join(home, 'database'))))
  return found.includes(true)
}

async function ownDirectory(path: string, isRoot: boolean): Promise<string> {
  try {
    await makeDirectory(path, isRoot ? 0o755 : 0o700)
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
    return await realpath(path)
  } catch (error) {
    const code = codeOf(error) ?? 'failed'
    const why = refusals[code] ?? { en: 'the system refuses it', ru: 'система не разрешает' }
    throw new EmbeddedError({
      en: `DATA_DIR ${path} cannot be used: ${why.en} (${code}); set DATA_DIR to a directory this user may write`,
      ru: `DATA_DIR ${path} не годится: ${why.ru} (${code}); укажите в DATA_DIR каталог, куда этот пользователь может писать`,
    })
  }
}

const forbidden: Text = {
  en: 'this user may not write there',
  ru: 'этому пользователю туда писать нельзя',
}
const inTheWay: Text = {
  en: 'a file stands in its way',
  ru: 'на этом месте уже лежит файл',
}
const refusals: Readonly<Record<string, Text>> = {
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: { en: 'it can only be read there', ru: 'там доступно только чтение' },
  EEXIST: inTheWay,
  ENOTDIR: inTheWay,
  ENOENT: { en: 'no directory can be made there', ru: 'каталог там не создать' },
  ENOSPC: { en: 'the disk is full', ru: 'диск заполнен' },
}

interface Home {
  home: string
  account: Account | undefined
}

async function chooseHome(
  dataDir: string,
  isRoot: boolean,
  log: (line: string) => void,
): Promise<Home> {
  const refuge = join(refuges, shortHash(dataDir))
  // Once a database has been put there it stays there, also when DATA_DIR has been opened since.
  if (await exists(join(refuge, 'database'))) {
    return { home: refuge, account: isRoot ? await chooseAccount(refuge) : undefined }
  }
  if (!isRoot) return { home: dataDir, account: undefined }
  const account = await chooseAccount(dataDir)
  if (await reachable(dataDir, account)) return { home: dataDir, account }
  if (await exists(join(dataDir, 'database'))) {
    throw new EmbeddedError({
      en: `the database in ${dataDir} cannot be reached by the user it belongs to; allow passing through the directories above it (chmod o+x), or set DATABASE_URL`,
      ru: `до базы в ${dataDir} не дойти пользователю, которому она принадлежит: разрешите проход через каталоги над ней (chmod o+x) или задайте DATABASE_URL`,
    })
  }
  await makeDirectory(refuge, 0o755)
  log(
    `the user PostgreSQL runs as cannot reach ${dataDir}: the database is kept in ${refuge}; back up both`,
  )
  return { home: refuge, account }
}

/** The owner of an existing database, else the system's own accounts for such a server. */
async function chooseAccount(home: string): Promise<Account> {
  const owner = await lstat(join(home, 'database')).catch(() => undefined)
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const account = findAccount(passwd, 'postgres') ?? findAccount(passwd, 'nobody')
  if (account) return account
  throw new EmbeddedError({
    en: 'PostgreSQL refuses to run as root and there is neither a user postgres nor nobody; start the relay as another user, or set DATABASE_URL',
    ru: 'PostgreSQL не работает под root, а пользователей postgres и nobody здесь нет: запустите релей под другим пользователем или задайте DATABASE_URL',
  })
}

export function findAccount(passwd: string, name: string): Account | undefined {
  const fields = passwd
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))
    ?.split(':')
  const [uid, gid] = [Number(fields?.[2]), Number(fields?.[3])]
  return uid > 0 && Number.isInteger(uid) && Number.isInteger(gid) ? { uid, gid } : undefined
}

/** May this account pass through every directory down to `path`? The last one, when ours, is opened. */
async function reachable(path: string, account: Account): Promise<boolean> {
  const above = dirname(path)
  if (above !== path && !(await passable(above, account, true))) return false
  if (await passable(path, account, false)) return true
  const { uid, mode } = await stat(path)
  if (uid !== process.getuid?.()) return false
  await chmod(path, (mode & 0o777) | 0o011) // passing through, not listing
  return true
}

async function passable(path: string, account: Account, upward: boolean): Promise<boolean> {
  const { uid, gid, mode } = await stat(path)
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
  if ((mode & bit) === 0) return false
  const above = dirname(path)
  return !upward || above === path || passable(above, account, true)
}

/** Without this a database of another user would end in a riddle from the server's log. */
async function refuseForeign(database: string, account: Account | undefined): Promise<void> {
  const owner = await lstat(database).catch(() => undefined)
  const self = account?.uid ?? process.getuid?.()
  if (!owner || self === undefined || owner.uid === self) return
  throw new EmbeddedError({
    en: `the database in ${database} belongs to another user (uid ${owner.uid}); start the relay as that user, or set DATA_DIR or DATABASE_URL`,
    ru: `база в ${database} принадлежит другому пользователю (uid ${owner.uid}): запустите релей под ним или задайте DATA_DIR или DATABASE_URL`,
  })
}

async function openSocketDirectory(home: string, account: Account | undefined): Promise<string> {
  const short = `moab-relay-${shortHash(home)}`
  const candidates = [join(home, 'run'), join(tmpdir(), short), join('/tmp', short)]
  const directory = candidates.find(fitsSocket) ?? join('/tmp', short)
  await mkdir(directory, { mode: 0o700 }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error
  })
  if (account && (await lstat(directory)).uid === 0)
    await lchown(directory, account.uid, account.gid)
  const found = await lstat(directory)
  const mine = process.getuid === undefined || found.uid === (account?.uid ?? process.getuid())
  const closed = process.platform === 'win32' || (found.mode & 0o077) === 0
  if (found.isDirectory() && mine && closed) return directory
  throw new EmbeddedError({
    en: `${directory}, where the database's socket belongs, is not a private directory of ours; remove it, or set DATA_DIR to a shorter path`,
    ru: `каталог ${directory} нужен для сокета базы, но он чужой или открыт другим: удалите его или укажите в DATA_DIR путь короче`,
  })
}

/** postgres.js reads "," and ":" in a host as a list of servers and as a port. */
function fitsSocket(directory: string): boolean {
  const path = join(directory, '.s.PGSQL.5432')
  if (process.platform === 'win32') return true
  return Buffer.byteLength(path) <= limits.socketPathBytesMax && !/[,:]/.test(path)
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
