// What a campaign whose MOAB hangs costs the others: grants a second of eight healthy campaigns, with and
// without a ninth that answers nothing, in turns in one run. `tsx bench/hanging.ts`
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbedded } from '../src/db/embedded.ts'
import { migrate } from '../src/db/migrate.ts'
import { openDatabase } from '../src/db/open.ts'
import { recordBatch } from '../src/db/record.ts'
import { Worker } from '../src/grants/worker.ts'
import { uuidv7 } from '../src/ids.ts'
import { createMoabClient } from '../src/moab/client.ts'
import { toLoopback } from '../test/support/outgoing.ts'
import { makeCampaign, makePartner, setHealth } from '../test/support/partner.ts'
import { requestToRecord } from '../test/support/request.ts'

const [rounds, healthy, each, hung] = [6, 8, 1000, 300]

const folder = mkdtempSync(join(tmpdir(), 'moab-relay-hanging-'))
const server = await openEmbedded({ dataDir: folder, owner: true, log: () => {} })
await migrate(server.options)
const db = openDatabase(server.options)
const partner = await makePartner(db)
const campaigns: string[] = []
for (let n = 0; n < healthy; n++) campaigns.push(await makeCampaign(db, partner.partnerId))
const hanging = await makeCampaign(db, partner.partnerId)

const answers = createServer((request, response) => {
  request.resume().on('end', () => setTimeout(() => response.end('{"status":"ok"}'), 20))
}).listen(0, '127.0.0.1')
const silent = createServer(() => {}).listen(0, '127.0.0.1')
await Promise.all([once(answers, 'listening'), once(silent, 'listening')])
const urlOf = (of: typeof answers) => `http://127.0.0.1:${(of.address() as AddressInfo).port}/`
const apiKey = '11111111-2222-4333-8444-555555555555'

async function grant(campaignId: string, count: number): Promise<void> {
  for (let at = 0; at < count; at += 100) {
    const requests = Array.from({ length: Math.min(100, count - at) }, () =>
      requestToRecord({ ...partner, campaignId }, { email: `${uuidv7()}@example.com` }),
    )
    await recordBatch(db.record, requests, uuidv7(), 60_000)
  }
}

async function round(withHanging: boolean): Promise<number> {
  await db.work`truncate attempts, grants`
  await setHealth(db, hanging, 'healthy', null)
  if (withHanging) await grant(hanging, hung)
  for (const id of campaigns) await grant(id, each)
  const moab = createMoabClient({ outgoing: toLoopback })
  const worker = new Worker({
    sql: db.work,
    node: uuidv7(),
    moab,
    destination: async ({ campaignId }) => ({
      url: urlOf(campaignId === hanging ? silent : answers),
      apiKey,
    }),
    random: Math.random,
    attempted: () => {},
    failed: (error) => console.error(error),
  })
  const since = performance.now()
  worker.start()
  for (;;) {
    const [left] = await db.work`
      select count(*)::int as n from grants where campaign_id <> ${hanging} and state <> 'granted'`
    if (left?.['n'] === 0) break
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const ms = performance.now() - since
  silent.closeAllConnections()
  await worker.stop(1000)
  await moab.close()
  return (healthy * each * 1000) / ms
}

const perSecond = { alone: [] as number[], beside: [] as number[] }
await round(false)
for (let n = 0; n < rounds; n++) {
  perSecond.alone.push(await round(false))
  perSecond.beside.push(await round(true))
}
const median = (list: number[]) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0
const [alone, beside] = [median(perSecond.alone), median(perSecond.beside)]
console.log(
  `${Math.round(alone)} grants/s alone, ${Math.round(beside)} beside a hanging campaign: ratio ${(beside / alone).toFixed(3)}`,
)
for (const one of [answers, silent]) one.close()
await db.close()
await server.stop()
rmSync(folder, { recursive: true, force: true })
process.exit(0)
