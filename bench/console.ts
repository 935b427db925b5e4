// `tsx bench/console.ts FOLDER ROWS`: how long the console's pages take with a long past behind them, as the
// owner of the biggest partner sees them, from the built relay over HTTP. The past is that of bench/audit.ts.
import { fromUrl, openDatabase } from '../src/db/open.ts'
import { makeMember, password } from '../test/access/people.ts'
import { openPast, relayKey } from './past.ts'
import { startRelay } from './rig/relay.ts'

const [, , folder = '/tmp/moab-relay-past', rows = '300000'] = process.argv
const times = 20
const partner = 'partner-0'

const past = await openPast(folder, Number(rows))
const db = openDatabase(fromUrl(past.url))
const first = async (what: string, where: string) => {
  const [row] = await past.sql.unsafe<{ id: string }[]>(
    `select id from ${what} where ${where} order by id desc limit 1`,
  )
  return row?.id ?? ''
}
const partnerId = await first('partners', `name = '${partner}'`)
const of = `partner_id = '${partnerId}'`
const { email } = await makeMember(db, partnerId, 'owner')
const relay = await startRelay({ folder, databaseUrl: past.url, env: { RELAY_KEY: relayKey } })
const { url } = relay
try {
  const cookie = await signIn()
  for (const path of await paths()) await measure(path, cookie)
} finally {
  await relay.stop()
  await db.close()
  await past.close()
}

async function signIn(): Promise<string> {
  const answer = await fetch(`${url}/signin`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: url },
    body: new URLSearchParams({ email, password }),
  })
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

async function paths(): Promise<string[]> {
  return [
    '',
    '/events',
    '/events?state=unmatched',
    '/events?type=coupon.created',
    `/events/${await first('events', of)}`,
    '/grants',
    '/grants?state=held',
    `/grants/${await first('grants', of)}`,
    '/campaigns',
    `/campaigns/${await first('campaigns', of)}`,
    '/sources',
    `/sources/${await first('sources', of)}`,
    `/rules/${await first('rules', of)}`,
    '/rejections',
    '/jobs',
    '/audit',
    '/settings/people',
  ]
}

async function measure(path: string, cookie: string): Promise<void> {
  const took: number[] = []
  let status = 0
  for (let n = 0; n < times; n++) {
    const began = performance.now()
    const answer = await fetch(`${url}/console/p/${partner}${path}`, { headers: { cookie } })
    await answer.text()
    status = answer.status
    took.push(performance.now() - began)
  }
  const [at, sorted] = [took[0] ?? 0, took.toSorted((a, b) => a - b)]
  const shown = [at, sorted[times >> 1] ?? 0, sorted.at(-1) ?? 0].map((ms) =>
    ms.toFixed(0).padStart(6),
  )
  console.log(
    `${status}  ${(path === '' ? '/' : path).padEnd(56)} first ${shown[0]}  median ${shown[1]}  most ${shown[2]} ms`,
  )
}
