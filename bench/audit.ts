// `tsx bench/audit.ts FOLDER ROWS`: what questions about a long past cost, asked of the built relay over
// HTTP: every filter on its first and on a deep page, one person's story, exports; and what fifty of the
// worst at once do to the acknowledgement of webhooks. The past is made first, if it is not there.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createToken } from '../src/access/tokens.ts'
import { allScopes } from '../src/access/scopes.ts'
import { lackingIndexes } from '../src/db/indexes.ts'
import { openDatabase, fromUrl } from '../src/db/open.ts'
import { filters, worstQueries } from './audit-questions.ts'
import { openPast, relayKey } from './past.ts'
import { drive } from './rig/drive.ts'
import { residentBytes } from './rig/processes.ts'
import { doors, startRelay, type Relay } from './rig/relay.ts'
import type { Server } from './rig/server.ts'
import { quantile as quantileOf } from './rig/statistics.ts'
import { secret } from './rig/webhook.ts'

const usual = 'pages,story,stats,exports,crowd'
const [, , folder = '/tmp/moab-relay-past', rows = '300000', parts = usual] = process.argv
const times = Number(process.env['TIMES'] ?? 10)
/** For a client that waits for the answers: as an email or a campaign would be asked about. */
const biggest = 'partner-0'
const smallest = 'partner-39'

interface Asked extends Relay {
  /** Several, an operator's: each may ask so often a minute and no more. */
  tokens: readonly string[]
  /** Of the biggest partner, which is behind the second wall. */
  ofBiggest: readonly string[]
}

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const past = await openPast(folder, Number(rows))
  const relay = await startAsked(past)
  try {
    await waitUntilBuilt(past, relay)
    if (parts.includes('pages')) await measurePages(past, relay)
    if (parts.includes('story')) await measureStories(past, relay)
    if (parts.includes('stats')) await measureStats(relay)
    if (parts.includes('exports')) await measureExports(relay)
    if (parts.includes('crowd')) await measureCrowd(relay)
  } finally {
    await relay.stop()
    await past.close()
  }
}

async function startAsked(past: Server): Promise<Asked> {
  const relay = await startRelay({
    folder,
    databaseUrl: past.url,
    env: { RELAY_KEY: relayKey },
  })
  const db = openDatabase(fromUrl(past.url))
  const make = async (partnerId: string | null, name: string) => {
    const made = { partnerId, name, scopes: allScopes, expiresAt: null, actor: 'bench' }
    return (await createToken(db.orm, made)).token
  }
  const [own] = await past.sql<{ id: string }[]>`select id from partners where name = ${biggest}`
  const [tokens, ofBiggest]: [string[], string[]] = [[], []]
  for (let n = 0; n < 50; n++) {
    tokens.push(await make(null, `bench ${n}`))
    ofBiggest.push(await make(own?.id ?? null, `biggest ${n}`))
  }
  await db.close()
  return { ...relay, tokens, ofBiggest }
}

/** The indexes, which the relay builds beside its work, and the statistics of the whole past. */
async function waitUntilBuilt({ sql }: Server, relay: Asked): Promise<void> {
  const began = performance.now()
  const since = () => `${((performance.now() - began) / 1000).toFixed(0)} s`
  while ((await lackingIndexes(sql)).length > 0) await pause(1000)
  say(`indexes built after ${since()}`)
  await sql`vacuum analyze`
  const isCounted = async (of: string) => {
    const body: unknown = await (await get(relay, `stats?of=${of}&step=month`)).json()
    return typeof body === 'object' && body !== null && 'complete' in body && body.complete === true
  }
  // Nothing else asks for them.
  if (!parts.includes('stats')) return
  while (!(await isCounted('events')) || !(await isCounted('grants'))) await pause(1000)
  say(`hours counted after ${since()}`)
}

let turn = 0
/** A connection that the relay has just given up is no answer: once more. */
function get({ url, tokens }: Asked, path: string): Promise<Response> {
  const token = tokens[turn++ % tokens.length]
  const asked = () =>
    fetch(`${url}/api/v1/${path}`, { headers: { authorization: `Bearer ${token}` } })
  return asked().catch(asked)
}

interface Page {
  ms: number
  items: number
  next: string | null
}

async function ask(relay: Asked, path: string): Promise<Page> {
  const before = performance.now()
  const answer = await get(relay, path)
  const body = (await answer.json()) as { items?: unknown[]; next?: string | null }
  const ms = performance.now() - before
  // Somebody of whom nothing is known is answered 404.
  if (!answer.ok && !path.startsWith('people/')) throw new Error(`${path}: ${JSON.stringify(body)}`)
  return { ms, items: body.items?.length ?? 0, next: body.next ?? null }
}

async function measurePages(past: Server, relay: Asked): Promise<void> {
  say(
    'page                                                          first p50    p95    cpu     deep p50    p95    cpu   rows',
  )
  const worst: number[] = []
  for (const [list, queries] of Object.entries(filters)) {
    const deep = await deepCursor(past, list)
    for (const [owner, tokens] of [
      [`partner=${biggest}`, relay.tokens],
      ['itself', relay.ofBiggest],
      [`partner=${smallest}`, relay.tokens],
      ['', relay.tokens],
    ] as const) {
      for (const query of queries) {
        if (owner === '' && /source|rule|campaign/.test(query)) continue
        const asked = [owner === 'itself' ? '' : owner, query].filter((one) => one !== '').join('&')
        const path = `${list}?${asked}`
        const first = await several(past, { ...relay, tokens }, path)
        const isDeep = deep !== undefined && owner !== '' && owner !== `partner=${smallest}`
        const below = isDeep
          ? await several(past, { ...relay, tokens }, `${path}&cursor=${deep}`)
          : undefined
        worst.push(first.cpuMs, ...(below ? [below.cpuMs] : []))
        say(
          `${`${list}?${[owner, query].filter((one) => one !== '').join('&')}`.padEnd(60)} ${told(first)}   ${below ? told(below) : '                 -'}   ${first.items}`,
        )
      }
    }
  }
  say(
    `worst ${Math.max(...worst).toFixed(0)} ms of processor time, pages over 50 ms: ${worst.filter((ms) => ms > 50).length} of ${worst.length}`,
  )
}

interface Several {
  ms: number[]
  /** Of the relay and the database together, for one answer: what other load on the machine does not change. */
  cpuMs: number
  items: number
}

async function several(past: Server, relay: Asked, path: string): Promise<Several> {
  const { items } = await ask(relay, path)
  const ms: number[] = []
  const before = await cpuMs(past, relay)
  for (let n = 0; n < times; n++) ms.push((await ask(relay, path)).ms)
  const after = await cpuMs(past, relay)
  let used = 0
  for (const [pid, spent] of after) used += spent - (before.get(pid) ?? 0)
  return { ms, cpuMs: used / times, items }
}

/** Of each process that has to do with a question: user and system time, in ticks of 10 ms. */
async function cpuMs({ sql }: Server, relay: Asked): Promise<Map<number, number>> {
  const backends = await sql<{ pid: number }[]>`
    select pid from pg_stat_activity where application_name in ('moab-relay questions', 'moab-relay orm')`
  const spent = new Map<number, number>()
  for (const pid of [relay.pid, ...backends.map((row) => row.pid)]) {
    // It may have ended since.
    if (!existsSync(`/proc/${pid}/stat`)) continue
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    spent.set(pid, (Number(fields[11]) + Number(fields[12])) * 10)
  }
  return spent
}

/** Of the biggest partner, after two thirds of its rows. */
async function deepCursor({ sql }: Server, list: string): Promise<string | undefined> {
  if (list !== 'events' && list !== 'grants') return undefined
  const [row] = await sql<{ id: string }[]>`
    select id from ${sql(list)} where partner_id = (select id from partners where name = ${biggest})
    order by id offset (select count(*) / 3 from ${sql(list)} where partner_id = (select id from partners where name = ${biggest})) limit 1`
  const hex = row?.id.replaceAll('-', '') ?? ''
  return Buffer.concat([Buffer.of(1), Buffer.from(hex, 'hex')]).toString('base64url')
}

/** Asked by the biggest partner itself, and by an operator, of everybody. */
async function measureStories(past: Server, relay: Asked): Promise<void> {
  const people = [
    'person0@example.com',
    'person1@mail.example',
    'person1234@post.example',
    'person77777@shop.example',
    'person7000000@example.com',
    'nobody@example.com',
  ]
  for (const [who, tokens] of [
    ['the partner', relay.ofBiggest],
    ['an operator', relay.tokens],
  ] as const) {
    for (const person of people) {
      const told_ = told(await several(past, { ...relay, tokens }, `people/${person}`))
      say(`story of ${person.padEnd(30)} by ${who} ${told_}`)
    }
  }
}

async function measureStats(relay: Asked): Promise<void> {
  for (const query of [
    'of=events&step=month&by=reason&partner=partner-0',
    'of=grants&step=month&by=campaign&partner=partner-0',
    'of=events&step=day&by=source&partner=partner-0',
    'of=grants&step=day&zone=Europe/Moscow',
    'of=events&step=month',
  ]) {
    const ms: number[] = []
    for (let n = 0; n < times; n++) {
      const before = performance.now()
      const answer = await get(relay, `stats?${query}&from=${yearAgo}`)
      const body = await answer.text()
      if (!answer.ok) throw new Error(body)
      ms.push(performance.now() - before)
    }
    say(`stats?${query.padEnd(60)} ${told({ ms })}`)
  }
}
const yearAgo = new Date(Date.now() - 390 * 86_400_000).toISOString().slice(0, 10)

async function measureExports(relay: Asked): Promise<void> {
  for (const path of ['attempts', 'grants', 'events', 'events?format=csv', 'grants?format=csv']) {
    const before = { at: performance.now(), rss: rss(relay) }
    const answer = await get(relay, `exports/${path}`)
    let [lines, bytes, most] = [0, 0, 0]
    for await (const chunk of answer.body ?? []) {
      const piece = Buffer.from(chunk)
      bytes += piece.length
      for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines += 1
      most = Math.max(most, rss(relay))
    }
    const seconds = (performance.now() - before.at) / 1000
    say(
      `export ${path.padEnd(20)} ${lines} lines, ${(bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(1)} s: ${(lines / seconds).toFixed(0)}/s; memory ${mb(before.rss)} -> at most ${mb(most)} MB`,
    )
  }
}

const mb = (size: number) => (size / 1e6).toFixed(0)
const rss = ({ pid }: Asked) => residentBytes([pid])

async function measureCrowd(relay: Asked): Promise<void> {
  const [alone, crowded]: [number[], number[]] = [[], []]
  for (let round = 0; round < 4; round++) {
    alone.push(...(await acknowledged(relay)))
    let going = true
    const crowd = Array.from({ length: 50 }, async (_, n) => {
      while (going)
        await get(relay, worstQueries[n % worstQueries.length] ?? '').then((answer) =>
          answer.text(),
        )
    })
    crowded.push(...(await acknowledged(relay)))
    going = false
    await Promise.all(crowd)
  }
  say(
    `acknowledged alone ${told({ ms: alone })} p99 ${quantile(alone, 0.99).toFixed(0)}; beside 50 of the worst questions ${told({ ms: crowded })} p99 ${quantile(crowded, 0.99).toFixed(0)}`,
  )
}

/** Milliseconds of each webhook of ten seconds, fifty a second, sent when its time has come. */
async function acknowledged({ url }: Asked): Promise<number[]> {
  const at = { url: `${url}/in/${doors.accept}`, secret, rate: 50, seconds: 10 }
  return (await drive({ ...at, times: true })).times ?? []
}

const told = ({ ms, cpuMs: cpu }: { ms: readonly number[]; cpuMs?: number }) =>
  [quantile(ms, 0.5), quantile(ms, 0.95), ...(cpu === undefined ? [] : [cpu])]
    .map((each) => each.toFixed(1).padStart(6))
    .join(' ')
const quantile = (ms: readonly number[], q: number) =>
  quantileOf(
    ms.toSorted((a, b) => a - b),
    q,
  )
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

await main()
