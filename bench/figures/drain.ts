// Figure 7: how fast a backlog leaves, beside bare undici to the same stub; whether the last of a million leave as
// fast as the first; and what a snapshot that somebody holds open costs: that is how queues in PostgreSQL die.
import postgres from 'postgres'
import { makeBacklog, statesOfGrants } from '../rig/backlog.ts'
import { firstLine, residentBytes, startScript } from '../rig/processes.ts'
import { startRelay } from '../rig/relay.ts'
import type { Figure, Row, Scene } from './figure.ts'

const part = 100_000
const others = 10_000

interface Drained {
  perSecond: number
  /** Grants a second of the first and the last part. */
  first: number
  last: number
  peakBytes: number
}

export const draining: Figure = {
  number: '7',
  title: 'drain',
  async measure(scene) {
    const rates: number[] = []
    const beside: number[] = []
    await prepare(scene)
    const few = scene.quick ? 30_000 : 150_000
    for (let n = 0; n < scene.rounds; n++) {
      const bare = await bareCalls(scene)
      const calm = await drain(scene, few)
      const held = scene.quick ? calm : await withSnapshot(scene, () => drain(scene, few))
      const told = ({ perSecond }: Drained) => `${perSecond.toFixed(0)}/s`
      scene.say(
        `  ${told(calm)}, beside a snapshot ${told(held)}; bare undici ${bare.toFixed(0)}/s`,
      )
      rates.push(calm.perSecond / bare)
      beside.push(held.perSecond / calm.perSecond)
    }
    const rows: Row[] = [
      { what: '÷ bare undici', unit: 'ratio', values: rates, aim: { atLeast: 0.6 } },
    ]
    if (scene.quick) return rows
    const calm = await drain(scene, few)
    await makeCampaigns(scene, others)
    const crowded = await drain(scene, few)
    await makeCampaigns(scene, 0)
    const million = await drain(scene, 1_000_000)
    scene.say(`  a million: ${million.perSecond.toFixed(0)}/s`)
    return [
      ...rows,
      {
        what: 'beside an open snapshot ÷ undisturbed',
        unit: 'ratio',
        values: beside,
        aim: { atLeast: 0.95 },
      },
      {
        what: `beside ${others} campaigns with nothing to send ÷ alone`,
        unit: 'ratio',
        values: [crowded.perSecond / calm.perSecond],
        aim: { atLeast: 0.9 },
      },
      {
        what: 'a million: last 100 000 ÷ first',
        unit: 'ratio',
        values: [million.last / million.first],
        aim: { atLeast: 0.9 },
      },
      {
        what: 'memory meanwhile',
        unit: 'MB',
        values: [million.peakBytes / 1e6],
        aim: { atMost: 200 },
      },
    ]
  },
}

/** A relay makes the tables and the campaign, and goes. */
async function prepare({ folder, server, stub }: Scene): Promise<void> {
  await (await startRelay({ folder, databaseUrl: server.url, stub: stub.url })).stop()
}

async function drain(scene: Scene, count: number): Promise<Drained> {
  const { folder, server, stub } = scene
  await server.sql`truncate grants, attempts`
  await makeBacklog(server, count)
  const before = await stub.count()
  const relay = await startRelay({ folder, databaseUrl: server.url, stub: stub.url })
  const marks: { at: number; count: number }[] = [
    { at: performance.now(), count: (await stub.count()) - before },
  ]
  let peakBytes = 0
  try {
    for (let done = 0; done < count;) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      done = (await stub.count()) - before
      const last = marks.at(-1)
      if (last !== undefined && done > last.count)
        marks.push({ at: performance.now(), count: done })
      else if (last !== undefined && performance.now() - last.at > 10_000)
        throw new Error(
          `only ${done} of ${count} arrived: ${JSON.stringify(await statesOfGrants(server))}`,
        )
      peakBytes = Math.max(peakBytes, residentBytes([relay.pid]))
    }
  } finally {
    await relay.stop()
  }
  const states = await statesOfGrants(server)
  if (states['granted'] !== count) throw new Error(`not all granted: ${JSON.stringify(states)}`)
  const between = (from: number, to: number) => {
    const [start] = marks.filter((mark) => mark.count >= from)
    const [end = marks.at(-1)] = marks.filter((mark) => mark.count >= to)
    return start && end ? ((end.count - start.count) * 1000) / (end.at - start.at) : Number.NaN
  }
  return {
    perSecond: between(0, count),
    first: between(0, Math.min(part, count)),
    last: between(Math.max(0, count - part), count),
    peakBytes,
  }
}

/** So many partners besides, each with a healthy campaign. */
async function makeCampaigns({ server: { sql } }: Scene, count: number): Promise<void> {
  await sql`delete from campaign_health using partners p where p.id = partner_id and p.name like 'other %'`
  await sql`delete from campaigns using partners p where p.id = partner_id and p.name like 'other %'`
  await sql`delete from partners where name like 'other %'`
  await sql`insert into partners (id, name) select gen_random_uuid(), 'other ' || n from generate_series(1, ${count}::int) n`
  await sql`
    insert into campaigns (partner_id, id, name, mode)
    select id, gen_random_uuid(), 'other', 'sandbox' from partners where name like 'other %'`
  await sql`
    insert into campaign_health (partner_id, campaign_id)
    select partner_id, id from campaigns where name = 'other'`
  await sql`vacuum analyze campaigns`
  await sql`vacuum analyze campaign_health`
}

async function bareCalls({ stub }: Scene): Promise<number> {
  return Number(await firstLine(startScript('bench/rig/calls.ts', [stub.url, '24', '3'])))
}

async function withSnapshot<T>({ server }: Scene, work: () => Promise<T>): Promise<T> {
  const { directory: host, port, user: username, database } = server.socket
  const other = postgres({ host, port, username, database, max: 1, onnotice: () => {} })
  try {
    return (await other.begin('isolation level repeatable read', async (tx) => {
      await tx`select count(*) from campaigns`
      return await work()
    })) as T
  } finally {
    await other.end()
  }
}
