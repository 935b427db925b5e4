// One run's parts, put together and taken apart: PostgreSQL, relays on their wires, MOAB, the senders
// and the journals. What faults and people do to them stands in faults.ts and people.ts.
import { copyFileSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type postgres from 'postgres'
import { Journal } from './journal.ts'
import { Moab } from './moab.ts'
import { freePort } from '../support/free-port.ts'
import { createPostgres, type Postgres } from './postgres.ts'
import { pause } from './processes.ts'
import type { Profile } from './profiles.ts'
import { randomStream } from './random.ts'
import { RelayNode } from './relay.ts'
import { Senders } from './senders.ts'
import { configFile, firstSetup, type Setup } from './world.ts'

export interface Trial {
  folder: string
  seed: number
  profile: Profile
  postgres: Postgres
  /** Straight to the database, as its superuser. */
  sql: postgres.Sql
  nodes: readonly RelayNode[]
  moab: Moab
  senders: Senders
  journals: { ledger: Journal; calls: Journal; faults: Journal }
  setup: Setup
  close(): Promise<void>
}

export interface TrialOptions {
  folder: string
  seed: number
  profile: Profile
  /** Changes the copy of the built relay before it starts. */
  plant?: (dist: string) => void
}

const nodeNames = ['a', 'b'] as const
const root = join(import.meta.dirname, '../..')

export async function openTrial({ folder, seed, profile, plant }: TrialOptions): Promise<Trial> {
  const house = copyHouse(folder)
  plant?.(join(house, 'dist'))
  const journal = (name: string) => new Journal(join(folder, `${name}.jsonl`))
  const journals = { ledger: journal('ledger'), calls: journal('calls'), faults: journal('faults') }
  writeFileSync(join(folder, 'relay.yaml'), configFile(firstSetup))
  const server = await createPostgres(folder)
  const moab = new Moab(journals.calls, randomStream(seed, 'moab'))
  const nodes = await Promise.all(
    nodeNames.map(async (name) => {
      const node = new RelayNode({
        name,
        house,
        folder,
        port: await freePort(),
        databaseUrl: server.url,
        databasePort: server.port,
        moabPort: await moab.listenFor(name),
        touched: (port) => journals.faults.write({ touched: port, at: Date.now() }),
      })
      await node.open()
      return node
    }),
  )
  await startAll(nodes)
  const sql = server.connect()
  await refusePoison(sql)
  const targets = nodes.map(({ name, fromSenders }) => ({ name, port: fromSenders.port }))
  const senders = new Senders(journals.ledger, targets, seed)
  async function close(): Promise<void> {
    await senders.close()
    await Promise.all(nodes.map((node) => node.close()))
    await moab.close()
    await sql.end({ timeout: 2 })
    await server.stop()
    await closeJournals()
  }
  async function closeJournals(): Promise<void> {
    await Promise.all(Object.values(journals).map((each) => each.close()))
  }
  return {
    folder,
    seed,
    profile,
    postgres: server,
    sql,
    nodes,
    moab,
    senders,
    journals,
    setup: { ...firstSetup },
    close,
  }
}

/** A build that changes meanwhile, or a planted bug, is nobody else's business. */
function copyHouse(folder: string): string {
  const house = join(folder, 'house')
  mkdirSync(house)
  cpSync(join(root, 'dist'), join(house, 'dist'), { recursive: true })
  copyFileSync(join(root, 'package.json'), join(house, 'package.json'))
  for (const name of ['drizzle', 'node_modules']) symlinkSync(join(root, name), join(house, name))
  return house
}

export async function startAll(nodes: readonly RelayNode[]): Promise<void> {
  for (const node of nodes) node.start()
  for (const node of nodes) {
    if (!(await node.ready(150_000))) throw new Error(`relay ${node.name} does not become ready`)
  }
}

/** No webhook known makes the database refuse its row; so the database is told to refuse one kind. */
async function refusePoison(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    create function chaos_refuse() returns trigger language plpgsql as
      $$ begin raise exception 'poisoned row' using errcode = '23514'; end $$;
    create trigger chaos_poison before insert on events
      for each row when (new.type = 'chaos.poison') execute function chaos_refuse()`)
}

/** The database may be away: tried until it answers, or the time is up. */
export async function whenUp<T>(question: () => PromiseLike<T>, withinMs = 60_000): Promise<T> {
  const until = Date.now() + withinMs
  for (;;) {
    try {
      return await question()
    } catch (error) {
      if (Date.now() > until) throw error
      await pause(200)
    }
  }
}

/**
 * What a dead relay had in hand is free for the others at once; of a frozen one only what it was
 * calling for: what waits in its memory it still believes its own, and no lease is ever shortened.
 * Its process is known by whom it was calling for, and by the time in its id.
 */
export async function expireLeases(
  { sql }: Trial,
  node: RelayNode,
  emails: readonly string[],
  isDead: boolean,
): Promise<number> {
  return whenUp(async () => {
    const rows = await sql`
      select distinct lease_owner as owner from grants
      where state = 'sending' and email = any(${[...emails]}::text[])`
    const owners = rows.map((row) => String(row['owner'])).filter((owner) => node.owns(owner))
    if (owners.length !== 1) return 0
    const moved = await sql`
      update grants set lease_until = now() - interval '1 s'
      where state = 'sending' and lease_owner = any(${owners}::uuid[])
        and (${isDead} or email = any(${[...emails]}::text[]))`
    return moved.count
  })
}

/** While no relay lives. */
export async function expireAllLeases({ sql }: Trial): Promise<void> {
  await whenUp(
    () => sql`update grants set lease_until = now() - interval '1 s' where state = 'sending'`,
  )
}
