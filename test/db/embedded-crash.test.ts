import { spawn } from 'node:child_process'
import { chown, copyFile, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Embedded } from '../../src/db/embedded.ts'
import { readPostmaster } from '../../src/db/embedded/postmaster.ts'
import {
  cleanUps,
  directory,
  end,
  open,
  openElsewhere,
  processesIn,
  query,
  refusal,
  until,
} from './embedded-try.ts'

const ownerBackend = async (embedded: Embedded): Promise<number | undefined> => {
  const rows = await query(
    embedded,
    `select l.pid from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.granted and a.application_name = 'moab-relay owner ${process.pid}'`,
  )
  return rows[0]?.['pid']
}

describe('a server found in another state', () => {
  test('is adopted when it outlived a killed relay, and stopped in the end', async () => {
    const dataDir = await directory()
    const { child, said } = await openElsewhere(dataDir, 'owner')
    expect(said.how).toBe('created')
    await end(child, 'SIGKILL')
    const before = await readPostmaster(join(dataDir, 'database'))
    const embedded = await open(dataDir)
    expect(embedded.how).toBe('adopted')
    expect(await readPostmaster(join(dataDir, 'database'))).toEqual(before)
    expect(embedded.options).toEqual(said.options)
    await embedded.stop()
    expect(await processesIn(embedded.dataDirectory)).toEqual([])
  })

  for (const [leftover, start] of [
    ['a process that is gone', ['true']],
    ['a program that is not PostgreSQL', ['sleep', '60']],
    ['a zombie PostgreSQL', ['sh', '-c', './postgres 0 & exec sleep 60']],
    ['a PostgreSQL of another database', ['sh', '-c', 'exec ./postgres 60']],
  ] as const) {
    test(`is started over a pid file that names ${leftover}`, async () => {
      const dataDir = await directory()
      const first = await open(dataDir)
      await first.stop()
      const { uid, gid } = await stat(first.dataDirectory)
      const cwd = await directory()
      await copyFile('/bin/sleep', join(cwd, 'postgres'))
      const child = spawn(start[0], start.slice(1), { cwd, uid, gid, stdio: 'ignore' })
      cleanUps.push(() => child.kill('SIGKILL'))
      await sleep(300)
      const pid = leftover.startsWith('a zombie') ? await childOf(child.pid ?? 0) : child.pid
      const noted = `${pid}\n${first.dataDirectory}\n1\n5432\n${first.options.host}\n\n\nready\n`
      for (const file of [
        join(first.dataDirectory, 'postmaster.pid'),
        join(first.options.host, '.s.PGSQL.5432.lock'),
      ]) {
        await writeFile(file, noted)
        await chown(file, uid, gid)
      }
      const second = await open(dataDir)
      expect(second.how).toBe('started')
      expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }])
    })
  }

  test('comes back after it was killed, with everything committed, and the relay owns it again', async () => {
    const lines: string[] = []
    const embedded = await open(await directory(), { fsync: true, log: (line) => lines.push(line) })
    await query(embedded, 'create table kept (n int); insert into kept values (1)')
    for (const n of [2, 3]) {
      process.kill((await readPostmaster(embedded.dataDirectory))?.pid ?? 0, 'SIGKILL')
      await until(() => query(embedded, `insert into kept values (${n})`))
      await until(() => ownerBackend(embedded))
    }
    expect(await query(embedded, 'select n from kept order by n')).toEqual([
      { n: 1 },
      { n: 2 },
      { n: 3 },
    ])
    expect(lines.filter((line) => line.includes('started again'))).toHaveLength(2)
    await embedded.stop()
    expect(await processesIn(embedded.dataDirectory)).toEqual([])
  }, 60_000)

  test('comes back also when it was adopted', async () => {
    const dataDir = await directory()
    const { child } = await openElsewhere(dataDir, 'owner')
    await end(child, 'SIGKILL')
    const embedded = await open(dataDir)
    process.kill((await readPostmaster(embedded.dataDirectory))?.pid ?? 0, 'SIGKILL')
    expect(await until(() => query(embedded, 'select 1 as one'))).toEqual([{ one: 1 }])
  }, 60_000)
})

describe('several openers', () => {
  test('at once on an empty directory: one wins, the other is told who', async () => {
    const dataDir = await directory('bare')
    const both = await Promise.all([
      openElsewhere(dataDir, 'owner'),
      openElsewhere(dataDir, 'owner'),
    ])
    const [winner] = both.filter(({ said }) => said.how)
    const [loser] = both.filter(({ said }) => said.error)
    expect(loser?.said.error).toContain(
      `another relay (pid ${winner?.child.pid}) is already running on DATA_DIR ${dataDir}`,
    )
    if (winner) await end(winner.child, 'stop')
    expect(await processesIn(join(dataDir, 'database'))).toEqual([])
    expect((await readdir(dataDir)).filter((name) => name.startsWith('.new-'))).toEqual([])
  })

  test('a second owner is refused while the first lives, also after its connection broke', async () => {
    const dataDir = await directory()
    const embedded = await open(dataDir)
    expect(await refusal(dataDir)).toContain(`another relay (pid ${process.pid})`)
    const backend = await ownerBackend(embedded)
    await query(embedded, `select pg_terminate_backend(${backend})`)
    expect(await until(() => ownerBackend(embedded))).not.toBe(backend)
    expect(await refusal(dataDir)).toContain(`another relay (pid ${process.pid})`)
    expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('a guest uses a running server and leaves it running', async () => {
    const dataDir = await directory()
    const embedded = await open(dataDir)
    const guest = await open(dataDir, { owner: false })
    expect(guest.how).toBe('adopted')
    await guest.stop()
    expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('a guest alone starts the server and takes it down, unless others have come', async () => {
    const dataDir = await directory()
    const alone = await open(dataDir, { owner: false })
    expect(alone.how).toBe('created')
    await alone.stop()
    expect(await processesIn(alone.dataDirectory)).toEqual([])

    const first = await open(dataDir, { owner: false })
    expect(first.how).toBe('started')
    const relay = await open(dataDir)
    expect(relay.how).toBe('adopted')
    await first.stop()
    expect(await query(relay, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

async function childOf(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return Number(children.trim().split(' ')[0])
}
