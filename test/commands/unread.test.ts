// A reader that has seen enough, `| head`, is no mistake: the command says nothing of it and ends with
// the code of what it has done.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { relayKey } from '../support/relay.ts'

const config = `
partner: acme
sources:
  - name: mail
    provider: signed-link
    settings: { landing_url: 'https://shop.example.com/' }
    credentials: [{ secret: link-secret-0123456789-abcdefghijklmnop }]
`
let fresh: FreshDatabase
let folder: string

beforeAll(async () => {
  fresh = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'moab-relay-unread-'))
  await writeFile(join(folder, 'relay.yaml'), config)
  expect(await inShell('"$@"', 'apply', 'relay.yaml')).toMatchObject({ code: 0 })
}, 60_000)
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await fresh.drop()
})

/** "$@" of the script is the command; what it says to 3 is kept. */
async function inShell(script: string, ...args: string[]) {
  const { PATH, HOME } = process.env
  const command = [process.execPath, resolve('dist/main.js'), ...args]
  const child = spawn('bash', ['-c', script, 'bash', ...command], {
    env: {
      PATH,
      HOME,
      RELAY_KEY: relayKey,
      DATABASE_URL: fresh.url,
      PUBLIC_URL: 'https://relay.example.com',
    },
    cwd: folder,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stdio[3]?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const late = setTimeout(() => child.kill('SIGKILL'), 30_000)
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(late)
  return { code, said }
}

const unread = '"$@" 2>&3 | true; exit ${PIPESTATUS[0]}'

describe('to a reader that reads nothing', { timeout: 60_000 }, () => {
  test.each([['providers'], ['export'], ['--help']])('%s ends quietly', async (...args) => {
    expect(await inShell(unread, ...args)).toEqual({ code: 0, said: '' })
  })

  test('verify ends with what it has found so far', async () => {
    const recorded = async (name: string) => {
      const text = await readFile(resolve(`test/fixtures/stripe/${name}.json`), 'utf8')
      const file = join(folder, `${name}.json`)
      await writeFile(file, JSON.stringify((JSON.parse(text) as { recorded: unknown }).recorded))
      return file
    }
    const rejected = await recorded('rejected-changed-body')
    const valid = Array.from<string>({ length: 100 }).fill(await recorded('valid'))
    expect(await inShell(unread, 'verify', rejected, ...valid)).toEqual({ code: 1, said: '' })
  })

  test('link stops making them, however many are asked for', async () => {
    const endless = 'yes anna@example.com | "$@" 2>&3 | head -n 3 >&3; exit ${PIPESTATUS[1]}'
    const { code, said } = await inShell(endless, 'link', 'mail', '--csv', '-')
    expect(said).toMatch(/^email,link\nanna@example\.com,https:\/\/\S+\nanna@example\.com,\S+\n/)
    expect(code).toBe(0)
  })

  test('what is said beside the result may go unread as well', async () => {
    const script = '"$@" 2>&1 | true; exit ${PIPESTATUS[0]}'
    expect(await inShell(script, 'sevre')).toEqual({ code: 2, said: '' })
  })
})
