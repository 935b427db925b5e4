// The primary dies, a synchronous standby takes over: what was acknowledged is there.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { appendFile, chmod, mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { test } from 'vitest'
import { serveSandbox } from '../../src/moab/sandbox.ts'
import { until } from '../support/sending.ts'
import { freePort } from '../support/free-port.ts'
import { everythingThere, openFleet, send } from './built.ts'

const bin = newestBin()

test.skipIf(bin === undefined)(
  'a promoted standby lacks nothing that was acknowledged (needs Debian’s postgresql)',
  { timeout: 150_000 },
  async () => {
    const pair = await startPair(bin ?? '')
    const moab = await serveSandbox({ port: 0, host: '127.0.0.1' })
    const fleet = await openFleet(moab.url)
    try {
      const relay = await fleet.start({ DATABASE_URL: pair.url })
      await relay.ready()
      const sender = send([relay.port], 100)
      await until(async () => sender.acknowledged.size > 150, 20_000)
      await pair.failOver()
      const before = sender.acknowledged.size
      await until(async () => sender.acknowledged.size > before + 50, 30_000)
      await sender.stop()

      const sql = postgres(pair.url, { onnotice: () => {} })
      try {
        await sql`update grants set lease_until = now() - interval '1 s' where state = 'sending'`
        await everythingThere(sql, moab.sandbox, sender.acknowledged)
      } finally {
        await sql.end()
      }
    } finally {
      await fleet.close()
      await moab.close()
      await pair.stop()
    }
  },
)

function newestBin(): string | undefined {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return undefined
  const versions = readdirSync(root).filter((name) => Number(name) >= 15)
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0]
  return newest === undefined ? undefined : join(root, newest, 'bin')
}

/** A primary and a standby that confirms each commit, behind one address. */
async function startPair(from: string) {
  const folder = await mkdtemp(join(tmpdir(), 'moab-relay-pair-'))
  await chmod(folder, 0o777)
  // PostgreSQL refuses to run as root.
  const account = process.getuid?.() === 0 ? accountOf('postgres') : {}
  const [first, second] = [join(folder, 'first'), join(folder, 'second')]
  const [firstPort, secondPort] = [await freePort(), await freePort()]
  const run = (program: string, parameters: string[]) => {
    const { status, stderr } = spawnSync(join(from, program), parameters, {
      ...account,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`${program}: ${stderr}`)
  }
  const start = (data: string, port: number): ChildProcess =>
    spawn(
      join(from, 'postgres'),
      ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'],
      // A group of its own: a machine that dies takes all its processes with it.
      { ...account, detached: true, stdio: 'ignore' },
    )
  const urlOf = (port: number, name: string) => `postgres://postgres@127.0.0.1:${port}/${name}`

  run('initdb', ['-D', first, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C'])
  await appendFile(join(first, 'postgresql.conf'), 'wal_level = replica\nmax_connections = 50\n')
  const primary = start(first, firstPort)
  await answers(urlOf(firstPort, 'postgres'))
  const boss = postgres(urlOf(firstPort, 'postgres'), { max: 1, onnotice: () => {} })
  await boss`create database relay`
  run('pg_basebackup', [
    '-D',
    second,
    '-h',
    '127.0.0.1',
    '-p',
    String(firstPort),
    '-U',
    'postgres',
    '-R',
    '-X',
    'stream',
    '--checkpoint=fast',
  ])
  const standby = start(second, secondPort)
  await until(async () => {
    const [row] = await boss`select 1 from pg_stat_replication where state = 'streaming'`
    return row !== undefined
  }, 30_000)
  await boss`alter system set synchronous_standby_names = '*'`
  await boss`select pg_reload_conf()`
  await until(async () => {
    const [row] = await boss`select sync_state from pg_stat_replication`
    return row?.['sync_state'] === 'sync'
  }, 10_000)
  await boss.end()

  const address = await startAddress(firstPort)
  return {
    url: urlOf(address.port, 'relay'),
    async failOver() {
      endGroup(primary)
      await once(primary, 'exit')
      run('pg_ctl', ['promote', '-D', second, '-w'])
      address.leadTo(secondPort)
    },
    async stop() {
      for (const server of [primary, standby]) {
        if (server.exitCode !== null || server.signalCode !== null) continue
        const gone = once(server, 'exit')
        endGroup(server)
        await gone
      }
      await address.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function accountOf(name: string): { uid: number; gid: number } {
  const id = (flag: string) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout)
  return { uid: id('-u'), gid: id('-g') }
}

function endGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL')
}

async function answers(url: string): Promise<void> {
  await until(async () => {
    const probe = postgres(url, { max: 1, connect_timeout: 1, onnotice: () => {} })
    const well = await probe`select 1`.then(
      () => true,
      () => false,
    )
    await probe.end({ timeout: 1 })
    return well
  }, 30_000)
}

/** What a name or a virtual address is in a real installation. */
async function startAddress(firstPort: number) {
  let target = firstPort
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        near.destroy()
        far.destroy()
        sockets.delete(socket)
      })
    }
    near.pipe(far).pipe(near)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    leadTo(port: number) {
      target = port
      for (const socket of sockets) socket.destroy()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
