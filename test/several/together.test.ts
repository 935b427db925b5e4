// Relays that differ and work on one database: by role, by version, through a pooler; and one that no
// longer hears of changes.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import postgres from 'postgres'
import { expect, inject, test } from 'vitest'
import { until } from '../support/sending.ts'
import { freePort } from '../support/free-port.ts'
import { everythingThere, pause, send, useStage, type Stage } from './built.ts'

let stage: Stage
useStage((opened) => (stage = opened))

test(
  'roles may be split: one takes, another sends, a third is asked',
  { timeout: 60_000 },
  async () => {
    const started = async (ROLE: string) => {
      const relay = await stage.fleet.start(stage.env({ ROLE }))
      await relay.ready()
      return relay
    }
    const [ingest, worker, face] = await Promise.all([
      started('ingest'),
      started('worker'),
      started('console'),
    ])
    const sender = send([ingest.port], 60)
    await pause(1500)
    await sender.stop()
    expect(sender.refused).toEqual([])
    await everythingThere(stage.sql, stage.moab.sandbox, sender.acknowledged)
    for (const [relay, path] of [
      [worker, '/in/several-key-0123456789abcdef'],
      [worker, '/api/v1/events'],
      [ingest, '/api/v1/events'],
      [face, '/in/several-key-0123456789abcdef'],
    ] as const) {
      const answer = await fetch(`http://127.0.0.1:${relay.port}${path}`, { method: 'POST' })
      expect([path, answer.status]).toEqual([path, 404])
    }
  },
)

/** This relay with one migration more, as the next version would have. */
async function nextVersion(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'moab-relay-next-'))
  for (const part of ['dist', 'drizzle', 'package.json'])
    await cp(part, join(root, part), { recursive: true })
  await symlink(resolve('node_modules'), join(root, 'node_modules'))
  const file = join(root, 'drizzle/meta/_journal.json')
  const journal = JSON.parse(await readFile(file, 'utf8'))
  const last = journal.entries.at(-1)
  const tag = '9999_next'
  journal.entries.push({ ...last, idx: last.idx + 1, when: last.when + 1000, tag })
  await writeFile(file, JSON.stringify(journal))
  await writeFile(
    join(root, `drizzle/${tag}.sql`),
    `alter table events add column next_thing text;--> statement-breakpoint
create table next_things (id uuid primary key);`,
  )
  return root
}

test(
  'the next version migrates while this one serves, and both go on together',
  { timeout: 90_000 },
  async () => {
    const root = await nextVersion()
    try {
      const old = await stage.fleet.start(stage.env())
      await old.ready()
      const sender = send([old.port], 60)
      await pause(500)
      const next = await stage.fleet.start(stage.env(), { root })
      await next.ready()
      expect(await stage.sql`select next_thing from events limit 1`).toHaveLength(1)
      const both = send([old.port, next.port], 60)
      await pause(1500)
      await Promise.all([sender.stop(), both.stop()])
      expect([...sender.refused, ...both.refused]).toEqual([])
      // One that starts again finds a database that is ahead of it, and takes it as it is.
      expect(await old.end('SIGTERM')).toBe(0)
      const again = await stage.fleet.start(stage.env())
      await again.ready()
      await everythingThere(
        stage.sql,
        stage.moab.sandbox,
        new Map([...sender.acknowledged, ...both.acknowledged]),
      )
    } finally {
      await rm(root, { recursive: true, force: true })
    }
  },
)

test(
  'who no longer hears of changes sees them within two seconds all the same',
  { timeout: 60_000 },
  async () => {
    const relay = await stage.fleet.start(stage.env())
    await relay.ready()
    const sender = send([relay.port], 20)
    await until(async () => sender.acknowledged.size > 5, 10_000)
    const changed: number[] = []
    for (let n = 0; n < 3; n++) {
      // Nobody notifies: the version alone says that something is new.
      await stage.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'moab-relay listen' and datname = current_database()`
      await stage.sql`update rules set enabled = ${n % 2 === 1}`
      await stage.sql`update installation set config_version = config_version + 1`
      const since = Date.now()
      const wanted = n % 2 === 1 ? 'matched' : 'unmatched'
      await until(async () => {
        const [newest] = await stage.sql`select state from events order by id desc limit 1`
        return newest?.['state'] === wanted
      }, 10_000)
      changed.push(Date.now() - since)
    }
    await sender.stop()
    console.log(`a change without a notice was seen after ${changed.join(', ')} ms`)
    // A poll a second, an event every 50 ms, and a busy machine.
    expect(Math.max(...changed)).toBeLessThan(4000)
  },
)

const hasPooler = spawnSync('pgbouncer', ['--version']).status === 0

test.skipIf(!hasPooler)(
  'two relays through PgBouncer in transaction mode',
  { timeout: 90_000 },
  async () => {
    const pooler = await startPooler()
    try {
      const pooled = stage.env({
        DATABASE_URL: pooler.url,
        DATABASE_POOLED: '1',
        DATABASE_DIRECT_URL: stage.database.url,
      })
      const relays = [await stage.fleet.start(pooled), await stage.fleet.start(pooled)]
      await Promise.all(relays.map((relay) => relay.ready()))
      const sender = send(
        relays.map(({ port }) => port),
        100,
      )
      await pause(2000)
      // One dies, one ends: what they had goes on elsewhere.
      await relays[0]?.end('SIGKILL')
      await pause(500)
      await sender.stop()
      await stage.sql`update grants set lease_until = now() - interval '1 s' where state = 'sending'`
      await everythingThere(stage.sql, stage.moab.sandbox, sender.acknowledged)
      expect(relays.map((relay) => relay.log()).join('')).not.toContain('prepared statement')
    } finally {
      await pooler.stop()
    }
  },
)

async function startPooler() {
  const folder = await mkdtemp(join(tmpdir(), 'moab-relay-pooler-'))
  const server = inject('server')
  const port = await freePort()
  const name = stage.database.options.database
  await writeFile(join(folder, 'users.txt'), `"${server.username}" "${server.password ?? ''}"\n`)
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    `[databases]
${name} = host=${server.host} port=${server.port} dbname=${name}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${join(folder, 'users.txt')}
pool_mode = transaction
default_pool_size = 10
max_client_conn = 200
ignore_startup_parameters = extra_float_digits
logfile = ${join(folder, 'log')}
pidfile = ${join(folder, 'pid')}
`,
  )
  // It refuses to run as root; the socket of the tests' PostgreSQL belongs to this account.
  const account = process.getuid?.() === 0 ? ['-u', 'postgres'] : []
  if (account.length > 0) spawnSync('chown', ['-R', 'postgres', folder])
  const child = spawn('pgbouncer', [...account, join(folder, 'pgbouncer.ini')], { stdio: 'ignore' })
  const url = `postgres://${server.username}@127.0.0.1:${port}/${name}`
  await until(async () => {
    const probe = postgres(url, { prepare: false, max: 1, connect_timeout: 1, onnotice: () => {} })
    const answered = await probe`select 1`.then(
      () => true,
      () => false,
    )
    await probe.end({ timeout: 1 })
    return answered
  }, 10_000)
  return {
    url,
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      await rm(folder, { recursive: true, force: true })
    },
  }
}
