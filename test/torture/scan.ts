// `npm run scan`: sqlmap over every documented parameter of the API, wapiti over the console as an owner sees
// it (Debian packages), against a relay of their own on loopback. Bounded; ends with 1 when one of them finds
// something.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { createToken } from '../../src/access/tokens.ts'
import { allScopes } from '../../src/access/scopes.ts'
import { idIn, live, openWorld, password, type World } from '../browser/world.ts'

const run = promisify(execFile)
const operationMsMax = 10 * 60_000
const siteMsMax = 12 * 60_000

const Parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  example: z.unknown().optional(),
  schema: z
    .looseObject({ enum: z.array(z.unknown()).optional(), example: z.unknown().optional() })
    .optional(),
})
const Operation = z.looseObject({
  parameters: z.array(Parameter).default([]),
  requestBody: z.looseObject({}).optional(),
})
const Document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), Operation)) })

/** What stands in a path, by the resource before it. */
const tableOf: Record<string, string> = {
  events: 'events',
  grants: 'grants',
  campaigns: 'campaigns',
  sources: 'sources',
  rules: 'rules',
  credentials: 'credentials',
  rejections: 'rejections',
  plans: 'jobs',
  jobs: 'jobs',
  channels: 'notice_channels',
}

/** Bodies that are read far: as people send them. */
const bodies: Record<string, object> = {
  '/api/v1/people/export': { email: 'maria@example.com' },
  '/api/v1/people/affected': { source: 'shop', format: 'ndjson' },
  '/api/v1/plans': { kind: 'retry', state: 'attention', campaign: 'spring', reason: 'no_answer' },
  '/api/v1/dry-runs': { source: 'shop', rule: 'paid invoices', campaign: 'spring' },
  '/api/v1/campaigns': { name: 'made', mode: 'sandbox' },
}

const thorough =
  '--batch --disable-coloring --flush-session --dbms PostgreSQL --level 1 --risk 1 --timeout 15 --time-sec 4 --ignore-code *'.split(
    ' ',
  )
const attacks =
  '--scope folder -m sql,blindsql,xss,permanentxss,exec,file,crlf,redirect --max-scan-time 300 --max-attack-time 90 -d 4 --flush-session -v 0'.split(
    ' ',
  )

interface Call {
  what: string
  url: string
  data?: string
}

async function callsOf(world: World): Promise<Call[]> {
  const document = Document.parse(await (await fetch(`${world.url}/api/v1/openapi.json`)).json())
  const calls: Call[] = []
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, { parameters }] of Object.entries(operations)) {
      const body = bodies[path]
      if (method === 'post' && body !== undefined)
        calls.push({ what: `POST ${path}`, url: world.url + path, data: JSON.stringify(body) })
      if (method !== 'get' || parameters.length === 0) continue
      const filled = await fill(world, path)
      const query = new URLSearchParams()
      for (const each of parameters) if (each.in === 'query') query.set(each.name, valueOf(each))
      // The star marks what is tried in a path.
      const url = `${world.url}${filled}${query.size > 0 ? `?${query.toString()}` : ''}`
      calls.push({ what: `GET ${path}`, url })
    }
  }
  return calls
}

const fixed: Record<string, string> = {
  limit: '5',
  from: '2026-01-01T00:00:00Z',
  to: '2027-01-01T00:00:00Z',
  email: 'maria@example.com',
  partner: 'vector',
  source: 'shop',
  campaign: 'spring',
  type: 'invoice.paid',
  lang: 'en',
}

const valueOf = ({ name, example, schema }: z.output<typeof Parameter>): string => {
  const value = fixed[name] ?? example ?? schema?.example ?? schema?.enum?.[0]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'x'
}

async function fill(world: World, path: string): Promise<string> {
  const before = /\/([\w-]+)\/\{\w+\}/.exec(path)?.[1] ?? ''
  const table = tableOf[before]
  const id =
    before === 'people' ? 'maria@example.com' : before === 'partners' ? world.partner.id : undefined
  const value =
    id ??
    (table === undefined
      ? world.partner.id
      : await idIn(world, table).catch(() => world.partner.id))
  return path.replace(/\{\w+\}/, `${value}*`)
}

/** What was found; empty: nothing. */
async function inject(
  world: World,
  folder: string,
  { what, url, data }: Call,
): Promise<{ found: string[]; tests: number }> {
  const { token } = await createToken(world.installation.db.orm, {
    partnerId: world.partner.id,
    name: what.slice(0, 60),
    scopes: allScopes,
    expiresAt: null,
    actor: 'scan',
  })
  const headers = [
    `Authorization: Bearer ${token}`,
    ...(data === undefined ? [] : ['Content-Type: application/json']),
  ]
  const options = ['-u', url, '--output-dir', folder, '--headers', headers.join('\n')]
  if (data !== undefined) options.push('--method', 'POST', '--data', data)
  const { stdout } = await run('sqlmap', [...options, ...thorough], {
    timeout: operationMsMax,
    maxBuffer: 64 * 1024 * 1024,
  })
  // It ends with the points it is sure of, after it has ruled out what only looked so.
  const found = stdout.split('\n').filter((line) => /^\s*(?:Type|Title|Payload): /.test(line))
  const isTried = /do not appear to be injectable|does not seem to be injectable/.test(stdout)
  const tests = stdout.split("testing '").length - 1
  const untried = `it was not tried: ${stdout.split('\n').slice(-4).join(' ')}`
  return { found: found.length > 0 || isTried ? found : [untried], tests }
}

const Report = z.looseObject({
  vulnerabilities: z.record(
    z.string(),
    z.array(z.looseObject({ path: z.string(), info: z.string() })),
  ),
})

async function crawl(world: World, folder: string): Promise<string[]> {
  const answer = await fetch(`${world.url}/signin`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: world.url },
    body: new URLSearchParams({ email: world.people.owner, password }),
  })
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const report = join(folder, 'wapiti.json')
  const home = `${world.url}/console/p/vector`
  const options = ['-u', home, '-H', `Cookie: ${cookie}`, '-f', 'json', '-o', report]
  await run('wapiti', [...options, ...attacks], {
    timeout: siteMsMax,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, HOME: folder },
  })
  const { vulnerabilities } = Report.parse(JSON.parse(await readFile(report, 'utf8')))
  return Object.entries(vulnerabilities).flatMap(([kind, list]) =>
    list.map(({ path, info }) => `${kind}: ${path} ${info}`),
  )
}

const folder = await mkdtemp(join(tmpdir(), 'scan-'))
const world = await openWorld()
let findings = 0
const told = (what: string, found: readonly string[]) => {
  findings += found.length
  process.stdout.write(
    `${found.length === 0 ? '✓' : '✗'} ${what}\n${found.map((line) => `    ${line}\n`).join('')}`,
  )
}
try {
  await live(world)
  const only = process.argv[2]
  if (only !== 'wapiti')
    for (const call of await callsOf(world)) {
      const { found, tests } = await inject(world, folder, call)
      told(`sqlmap ${call.what}: ${tests} kinds of injection`, found)
    }
  if (only !== 'sqlmap') told('wapiti, the console as an owner', await crawl(world, folder))
} finally {
  await world.close()
  await rm(folder, { recursive: true, force: true })
}
process.stdout.write(`${findings} findings\n`)
process.exitCode = findings === 0 ? 0 : 1
