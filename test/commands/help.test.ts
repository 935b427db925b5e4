// What needs no relay: help, mistakes at the command line and in the environment, the known senders.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { commands } from '../../src/commands/index.ts'

vi.setConfig({ testTimeout: 60_000 })

const { PATH, HOME } = process.env
let env: NodeJS.ProcessEnv = { PATH, HOME, LANG: 'C' }

async function run(...args: string[]) {
  const child = spawn(process.execPath, [resolve('dist/main.js'), ...args], { env })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, err }
}

describe('help', () => {
  test.each(Object.keys(commands))(
    '%s --help says how it is used and how it ends',
    async (name) => {
      const { code, out } = await run(name, '--help')
      expect(code).toBe(0)
      expect(out).toContain(`Usage: moab-relay ${name}`)
      expect(out).toMatch(/Exit: 0 /)
    },
  )

  test('an unknown command or option is told with what there is, exit 2', async () => {
    expect(await run('sevre')).toEqual({
      code: 2,
      out: '',
      err: 'There is no command “sevre”: did you mean “serve”?\nmoab-relay help lists them all.\n',
    })
    expect(await run('apply', '--dry-rum', 'x')).toEqual({
      code: 2,
      out: '',
      err: 'apply has no option --dry-rum: did you mean --dry-run?\nmoab-relay help apply says how it is called.\n',
    })
    expect(await run('story')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^story: EMAIL is missing\n/),
    })
    expect(await run('trigger', 'shop')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^trigger: EVENT is missing\n/),
    })
  })

  test('help is had by the name of a command, and lists them all without one', async () => {
    const asked = await run('help', 'trigger')
    expect(asked).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Usage: moab-relay trigger /),
    })
    expect(await run('trigger', '--help')).toEqual(asked)
    const { out } = await run('help')
    for (const name of [...Object.keys(commands), 'help', 'version'])
      expect(out).toMatch(new RegExp(`^  ${name} +[A-Z]`, 'm'))
    expect((await run('help', 'sevre')).code).toBe(2)
  })

  test('the version is had in three ways', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }
    for (const way of ['version', '--version', '-V'])
      expect(await run(way)).toEqual({
        code: 0,
        out: `moab-relay ${version} (Node ${process.version}, ${process.platform} ${process.arch})\n`,
        err: '',
      })
  })

  test('a wrong environment names every mistake at once, exit 1', async () => {
    const before = env
    env = { ...env, PORT: 'eighty', ROLE: 'everything', RELAY_KEY: 'short' }
    const { code, err } = await run('doctor')
    env = before
    expect(code).toBe(1)
    for (const name of ['PORT', 'ROLE', 'RELAY_KEY']) expect(err).toContain(name)
  })
})

test('a database that is not there is told in one sentence, exit 1', async () => {
  const before = env
  env = { ...env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }
  const { code, err } = await run('doctor')
  env = before
  expect(code).toBe(1)
  expect(err).toMatch(/^PostgreSQL at 127.0.0.1:1 .*ECONNREFUSED.*DATABASE_URL\n$/)
})

test('providers lists the senders, and gives the code of an Auth0 Action to paste', async () => {
  expect((await run('providers')).out).toContain('auth0-action')
  const { code, out } = await run('providers', 'auth0-action', '--lang', 'ru')
  expect(code).toBe(0)
  expect(out).toContain('exports.onExecutePostUserRegistration')
  expect(out).toMatch(/Секрет: .*[а-я]/)
  const freekassa = (await run('providers', 'freekassa', '--lang', 'ru')).out
  expect(freekassa).toMatch(
    /На настоящем уведомлении ещё не проверено: способ проверки \(.*место почты/,
  )
  expect(freekassa).toContain('Повторы (со слов других): ')
  expect((await run('providers', 'logto', '--lang', 'en')).out).not.toContain('Not checked')
  const russian = (await run('providers', '--lang', 'ru')).out
  expect(russian).toMatch(/^generic-hmac +.*[а-я]/m)
  expect(russian).toMatch(/^yookassa +ЮKassa/m)
  for (const [written, meant] of [
    ['strype', '“stripe”'],
    ['mollie', '“mollie-classic” or “mollie-next-gen”'],
    ['юкасса', '“yookassa”'],
  ] as const)
    expect(await run('providers', written)).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        new RegExp(
          `^there is no provider “${written}”: did you mean ${meant}\\? .moab-relay providers. lists all \\d+\n`,
        ),
      ),
    })
})
