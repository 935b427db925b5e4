import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { hasGlibc } from '../../src/db/embedded/binaries.ts'
import { findAccount } from '../../src/db/embedded/place.ts'
import { readPostmaster } from '../../src/db/embedded/postmaster.ts'
import { limits } from '../../src/limits.ts'
import {
  cleanUps,
  directory,
  isRoot,
  linkPrograms,
  open,
  processesIn,
  query,
  refusal,
} from './embedded-try.ts'

// A first start takes seconds, four in a row many where others use the machine, too.
vi.setConfig({ testTimeout: 60_000 })

describe('a server of our own', () => {
  test('is made durable and private at the first start, and is back within a second', async () => {
    const dataDir = await directory('bare')
    const cold = performance.now()
    const first = await open(dataDir, { fsync: true })
    const coldMs = performance.now() - cold
    expect(first.how).toBe('created')
    await query(first, 'create table kept (n int); insert into kept values (42)')
    const settings = await query(
      first,
      `
      select name, setting from pg_settings where name in
      ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'listen_addresses', 'unix_socket_permissions', 'server_encoding')`,
    )
    expect(Object.fromEntries(settings.map((row) => [row['name'], row['setting']]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      data_checksums: 'on',
      listen_addresses: '',
      unix_socket_permissions: '0700',
      server_encoding: 'UTF8',
    })
    expect((await stat(first.options.host)).mode & 0o777).toBe(0o700)
    expect((await stat(first.dataDirectory)).mode & 0o777).toBe(0o700)
    await first.stop()
    expect(await processesIn(first.dataDirectory)).toEqual([])

    const warm = performance.now()
    const second = await open(dataDir, { fsync: true })
    const warmMs = performance.now() - warm
    console.log(`cold start ${coldMs.toFixed(0)} ms, warm start ${warmMs.toFixed(0)} ms`)
    expect(second.how).toBe('started')
    expect(await query(second, 'select n from kept')).toEqual([{ n: 42 }])
    expect(warmMs).toBeLessThan(1000)
  })

  test('knows nothing of the relay’s environment, and its log nothing of the data', async () => {
    process.env['RELAY_KEY'] = 'very-secret-key'
    cleanUps.push(() => delete process.env['RELAY_KEY'])
    const dataDir = await directory()
    const embedded = await open(dataDir)
    const pid = (await readPostmaster(embedded.dataDirectory))?.pid
    expect(await readFile(`/proc/${pid}/environ`, 'utf8')).not.toContain('very-secret-key')
    await query(embedded, 'create table people (email text primary key)')
    await query(embedded, `insert into people values ('ivan@example.com')`)
    const mistakes = [
      `insert into people values ('ivan@example.com')`,
      `select 'ivan@example.com'::uuid`,
      `select 'ivan@example.com' from nowhere`,
    ]
    for (const mistake of mistakes) await expect(query(embedded, mistake)).rejects.toThrow()
    await embedded.stop()
    const log = await readFile(join(dataDir, 'postgres.log'), 'utf8')
    expect(log).toContain('database system is shut down')
    expect(log).not.toContain('ivan')
  })

  test('keeps its log bounded', async () => {
    const dataDir = await directory()
    const log = join(dataDir, 'postgres.log')
    for (const [size, kept] of [
      [limits.embeddedLogBytesMax, true],
      [limits.embeddedLogBytesMax + 1, false],
    ] as const) {
      await writeFile(log, Buffer.alloc(size, 'x'))
      const embedded = await open(dataDir)
      expect((await stat(log)).size > size).toBe(kept)
      await embedded.stop()
    }
  })

  test('can be copied with a strict umask', async () => {
    const before = process.umask(0o077)
    cleanUps.push(() => process.umask(before))
    expect((await open(await directory('bare'))).how).toBe('created')
  })

  test('serves from a path too long, or too odd, for a socket', async () => {
    const base = await directory()
    for (const name of ['deep/'.repeat(40), 'a,b', 'c:d', 'a blank']) {
      await linkPrograms(join(base, name))
      const embedded = await open(join(base, name))
      expect(Buffer.byteLength(embedded.options.host)).toBeLessThanOrEqual(
        limits.socketPathBytesMax,
      )
      expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }])
      expect(embedded.dataDirectory.startsWith(base)).toBe(true)
      await embedded.stop()
      if (!embedded.options.host.startsWith(base))
        await rm(embedded.options.host, { recursive: true })
    }
  })
})

describe('what cannot work is said in one sentence', () => {
  test('a setting PostgreSQL refuses, at once and in its words', async () => {
    const started = Date.now()
    const message = await refusal(await directory(), { settings: { shared_buffers: 'plenty' } })
    expect(message).toContain('invalid value for parameter "shared_buffers"')
    expect(Date.now() - started).toBeLessThan(10_000)
  })

  test('a database of another major version, and a directory that is none', async () => {
    const dataDir = await directory()
    const embedded = await open(dataDir)
    await embedded.stop()
    await writeFile(join(embedded.dataDirectory, 'PG_VERSION'), '17\n')
    expect(await refusal(dataDir)).toContain('was written by PostgreSQL 17')
    await rm(join(embedded.dataDirectory, 'PG_VERSION'))
    expect(await refusal(dataDir)).toContain('is no PostgreSQL database')
  })

  test('a database that is not there, to whoever only asks; nothing is made', async () => {
    const dataDir = join(await directory(), 'elsewhere')
    expect(await refusal(dataDir, { create: false })).toMatch(
      /there is no database in .*elsewhere yet: start the relay first/,
    )
    await expect(stat(dataDir)).rejects.toThrow('ENOENT')
    await linkPrograms(dataDir)
    const relay = await open(dataDir)
    const guest = await open(dataDir, { create: false, owner: false })
    expect([relay.how, guest.how]).toEqual(['created', 'adopted'])
  })

  test('a DATA_DIR that cannot be used', async () => {
    const file = join(await directory(), 'file')
    await writeFile(file, '')
    expect(await refusal(join(file, 'data'))).toMatch(
      /^DATA_DIR .* cannot be used: a file stands in its way \(EEXIST\); set DATA_DIR to /,
    )
  })

  // Node's own way of making directories never comes back from there.
  test.skipIf(process.platform !== 'linux')(
    'a DATA_DIR where no directory can be made',
    async () => {
      expect(await refusal('/proc/moab-relay/data')).toMatch(
        /^DATA_DIR \/proc\/moab-relay\/data cannot be used: no directory can be made there/,
      )
    },
  )

  test('a system without glibc is recognised', () => {
    expect(hasGlibc({ header: { glibcVersionRuntime: '2.36' } })).toBe(true)
    expect(hasGlibc({ header: {} })).toBe(false)
    expect(hasGlibc({})).toBe(false)
  })
})

describe('as root', () => {
  test.skipIf(!isRoot)('the server runs as another user, who owns the database', async () => {
    const embedded = await open(await directory())
    const { uid } = await stat(embedded.dataDirectory)
    expect(uid).not.toBe(0)
    const pid = (await readPostmaster(embedded.dataDirectory))?.pid
    expect((await stat(`/proc/${pid}`)).uid).toBe(uid)
  })

  test.skipIf(!isRoot)(
    'a DATA_DIR behind closed doors moves the database, once and for all',
    async () => {
      const closed = await directory()
      await chmod(closed, 0o700)
      const dataDir = join(closed, 'data')
      const lines: string[] = []
      const first = await open(dataDir, { log: (line) => lines.push(line) })
      const refuge = dirname(first.dataDirectory)
      cleanUps.unshift(() => rm(refuge, { recursive: true }))
      expect(refuge).toMatch(/^\/var\/lib\/moab-relay\/[0-9a-f]{16}$/)
      expect(lines.join()).toContain(refuge)
      await first.stop()
      await chmod(closed, 0o755)
      expect((await open(dataDir)).dataDirectory).toBe(first.dataDirectory)
    },
  )

  test.skipIf(!isRoot)(
    'a database that became unreachable is not replaced by an empty one',
    async () => {
      const parent = await directory()
      const dataDir = join(parent, 'data')
      await mkdir(dataDir)
      await (await open(dataDir)).stop()
      await chmod(parent, 0o700)
      expect(await refusal(dataDir)).toContain('allow passing through the directories above')
    },
  )

  test.skipIf(!isRoot)(
    'only the last directory, when ours, is opened for passing through',
    async () => {
      const dataDir = await directory()
      await chmod(dataDir, 0o700)
      expect((await open(dataDir)).dataDirectory).toBe(join(dataDir, 'database'))
      expect((await stat(dataDir)).mode & 0o777).toBe(0o711)
    },
  )

  test('the account comes from the password file, never root', () => {
    const passwd =
      'root:x:0:0::/:/bin/sh\nevil:x:0:0::/:/bin/sh\npostgres:x:101:104:,,,:/:/bin/sh\nbroken:x::\n'
    expect(findAccount(passwd, 'postgres')).toEqual({ uid: 101, gid: 104 })
    for (const name of ['root', 'evil', 'broken', 'nobody'])
      expect(findAccount(passwd, name)).toBeUndefined()
  })
})
