// The image, without Docker: what the Dockerfile puts into it, and nothing else, in a folder of its own. It must be
// all that a relay needs.
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { openFleet, type BuiltRelay, type Fleet } from './built.ts'

let image: string
let database: FreshDatabase
let fleet: Fleet
let relay: BuiltRelay
beforeAll(async () => {
  image = await mkdtemp(join(tmpdir(), 'moab-relay-image-'))
  for (const [from, to] of await copied()) {
    await mkdir(dirname(join(image, to)), { recursive: true })
    await cp(from, join(image, to), { recursive: true })
  }
  database = await freshDatabase()
  fleet = await openFleet('http://127.0.0.1:9')
  relay = await fleet.start({ DATABASE_URL: database.url }, { root: image })
  await relay.ready()
}, 60_000)
afterAll(async () => {
  await fleet.close()
  await database.drop()
  await rm(image, { recursive: true, force: true })
})

/** Of the last stage, from here to there. */
async function copied(): Promise<[from: string, to: string][]> {
  const stages = (await readFile('Dockerfile', 'utf8')).split(/^FROM .*$/m)
  const lines = stages.at(-1)?.matchAll(/^COPY (?:--from=build \/app\/)?(\S+) (\S+)$/gm) ?? []
  return [...lines].map(([, from = '', to = '']) => [from, to.endsWith('/') ? join(to, from) : to])
}

const files = [
  '/console/style.css',
  '/console/console.js',
  '/console/passkeys.js',
  '/console/mark.svg',
  '/console/htmx.js',
  '/console/sse.js',
  '/api/docs/start.js',
  '/api/docs/swagger-ui.css',
  '/api/docs/swagger-ui-bundle.js',
]

test.each(['/signin', '/api/docs', '/api/v1/openapi.json', ...files])('has %s', async (path) => {
  const answer = await fetch(`http://127.0.0.1:${relay.port}${path}`)
  expect(answer.status).toBe(200)
  expect((await answer.text()).length).toBeGreaterThan(0)
})

test.each(['identity', 'gzip', 'gzip;q=0.5, br', ''])(
  'files are whole, asked for as “%s”',
  async (as) => {
    const path = '/api/docs/swagger-ui-bundle.js'
    const answer = await fetch(`http://127.0.0.1:${relay.port}${path}`, {
      headers: { 'Accept-Encoding': as },
    })
    expect(answer.headers.get('vary')).toBe('Accept-Encoding')
    expect(answer.headers.get('content-encoding')).toBe(as.includes('gzip') ? 'gzip' : null)
    const whole = await readFile(
      join(image, 'node_modules/swagger-ui-dist/swagger-ui-bundle.js'),
      'utf8',
    )
    expect((await answer.text()) === whole).toBe(true)
  },
)
