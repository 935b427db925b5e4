// Figure 11: what is accepted with much behind it: rows of years, very many sources, rules by the dozen.
import { statfs } from 'node:fs/promises'
import { openPast, relayKey } from '../past.ts'
import { drive } from '../rig/drive.ts'
import { cpuMs } from '../rig/processes.ts'
import type { Server } from '../rig/server.ts'
import { campaign, doors, source, startRelay, type Relay } from '../rig/relay.ts'
import { secret } from '../rig/webhook.ts'
import type { Figure, Row, Scene } from './figure.ts'

/** With all indexes, the bodies of the last month included. */
const bytesPerRow = 2500

export const growing: Figure = {
  number: '11',
  title: 'growth',
  async measure(scene): Promise<Row[]> {
    return [...(await overRows(scene)), ...(await overSources(scene)), ...(await overRules(scene))]
  },
}

const counts = [1_000_000, 10_000_000, 50_000_000]

async function overRows(scene: Scene): Promise<Row[]> {
  const rows: Row[] = []
  const empty = await openPast(scene.kept, 1000)
  for (const count of scene.quick ? counts.slice(0, 1) : counts) {
    const row: Row = {
      what: `${count / 1e6} M events behind it ÷ none`,
      unit: 'ratio',
      aim: { atLeast: 0.9 },
    }
    const { bavail, bsize } = await statfs(scene.kept)
    if (bavail * bsize < count * bytesPerRow * 1.2) {
      const needed = Math.round((count * bytesPerRow) / 1e9)
      rows.push({ ...row, note: `needs ${needed} GB of disk` })
      continue
    }
    const full = await openPast(scene.kept, count)
    const values: number[] = []
    for (let n = 0; n < scene.rounds; n++) {
      const [none, much] = [await accepted(scene, empty), await accepted(scene, full)]
      scene.say(`  none ${none.toFixed(0)}/s, ${count / 1e6} M ${much.toFixed(0)}/s`)
      values.push(much / none)
    }
    await full.close()
    rows.push({ ...row, values })
  }
  await empty.close()
  return rows
}

async function accepted({ folder, stub, seconds }: Scene, past: Server): Promise<number> {
  const env = { RELAY_KEY: relayKey }
  const relay = await startRelay({ folder, databaseUrl: past.url, stub: stub.url, env })
  const url = `${relay.url}/in/${doors.accept}`
  await drive({ url, secret, seconds: 2 })
  const { perSecond } = await drive({ url, secret, seconds })
  await relay.stop()
  return perSecond
}

const many = 1000

/** A thousand that all send, among a hundred thousand that are there. */
async function overSources(scene: Scene): Promise<Row[]> {
  const { folder, server, stub, seconds, rounds, say } = scene
  const key = (n: number) => `bench-many-${String(n).padStart(6, '0')}`
  const config = {
    partner: 'bench',
    campaigns: [{ ...campaign('yardstick', stub.url), enabled: false }],
    sources: Array.from({ length: many }, (_, n) => source(`many ${n}`, key(n), 'yardstick')),
  }
  const values = { thousand: [] as number[], hundredThousand: [] as number[] }
  const relay = await startRelay({ folder, databaseUrl: server.url, stub: stub.url, config })
  const press = async (sources: number) => {
    const load = await drive({ url: `${relay.url}/in/${key(0)}`, secret, seconds, sources })
    if (load.refused > 0) throw new Error(`${load.refused} refused`)
    return load.perSecond
  }
  await press(many)
  for (let n = 0; n < rounds; n++) {
    const [one, thousand] = [await press(1), await press(many)]
    say(`  one source ${one.toFixed(0)}/s, ${many} ${thousand.toFixed(0)}/s`)
    values.thousand.push(thousand / one)
  }
  await makeCrowd(server)
  for (let n = 0; n < rounds; n++) {
    const [one, thousand] = [await press(1), await press(many)]
    say(`  among 100 000: one ${one.toFixed(0)}/s, ${many} ${thousand.toFixed(0)}/s`)
    values.hundredThousand.push(thousand / one)
  }
  await relay.stop()
  const aim = { atLeast: 0.9 }
  return [
    { what: '1000 sources ÷ one', unit: 'ratio', values: values.thousand, aim },
    { what: '1000 of 100 000 sources ÷ one', unit: 'ratio', values: values.hundredThousand, aim },
  ]
}

/** A hundred thousand sources of a thousand partners, who send nothing now. */
async function makeCrowd({ sql }: Server): Promise<void> {
  await sql`
    insert into partners (id, name) select uuidv7(), 'crowd ' || n from generate_series(1, 1000) n`
  await sql`
    insert into sources (partner_id, id, name, provider, ingest_key_hash, ingest_key_sealed)
    select p.id, uuidv7(), 'crowd ' || n, 'stripe', sha256(convert_to(p.name || ' ' || n, 'UTF8')), 'none'
    from partners p, generate_series(1, 100) n where p.name like 'crowd %'`
}

const ruleCounts = [1, 10, 50] as const

async function overRules(scene: Scene): Promise<Row[]> {
  const { folder, server, stub, seconds, rounds, say } = scene
  const key = (n: number) => `bench-rules-${String(n).padStart(6, '0')}`
  const config = {
    partner: 'bench',
    campaigns: [{ ...campaign('yardstick', stub.url), enabled: false }],
    sources: ruleCounts.map((n) => source(`rules ${n}`, key(n), 'yardstick', n)),
  }
  const relay = await startRelay({ folder, databaseUrl: server.url, stub: stub.url, config })
  const perRule: number[] = []
  for (let n = 0; n < rounds; n++) {
    const costs: number[] = []
    for (const rules of ruleCounts) costs.push(await cost(relay, key(rules), seconds))
    const [one = 0, ten = 0, fifty = 0] = costs
    say(`  per event with 1, 10, 50 rules: ${costs.map((us) => us.toFixed(0)).join(', ')} µs`)
    if (n > 0 || rounds === 1) perRule.push((fifty - one) / 49, (ten - one) / 9)
  }
  await relay.stop()
  return [
    {
      what: 'processor time of the relay for one rule more',
      unit: 'µs',
      values: perRule,
      aim: { atMost: 2 },
      note: `a source has at most ${ruleCounts.at(-1)} rules`,
    },
  ]
}

async function cost({ url, pid }: Relay, key: string, seconds: number): Promise<number> {
  const before = cpuMs([pid])
  const { accepted: count } = await drive({ url: `${url}/in/${key}`, secret, seconds })
  return ((cpuMs([pid]) - before) * 1000) / count
}
