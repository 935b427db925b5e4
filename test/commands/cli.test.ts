// The built command line, as a person uses it: a fresh directory, an embedded database, a config file.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { until } from '../support/sending.ts'

// Every step is a process of its own, and a busy machine takes seconds to start one.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 })

const main = resolve('dist/main.js')
let folder: string
let env: NodeJS.ProcessEnv
let url: string
let relay: ChildProcess
let said = ''

interface Ended {
  code: number | null
  out: string
  err: string
}

async function run(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], { env, cwd: folder })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const late = setTimeout(() => child.kill('SIGKILL'), 30_000)
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(late)
  return { code, out, err }
}

async function serve(): Promise<number> {
  const started = performance.now()
  relay = spawn(process.execPath, [main, 'serve'], { env, cwd: folder })
  said = ''
  relay.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await until(async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok, 30_000)
  return performance.now() - started
}

async function end(signal: NodeJS.Signals): Promise<number | null> {
  const gone = once(relay, 'exit')
  relay.kill(signal)
  const [code] = (await gone) as [number | null]
  return code
}

const relayYaml = `
partner: acme
campaigns:
  - { name: try-out, mode: sandbox }
sources:
  - name: shop
    provider: stripe
    credentials: [{ secret: '\${STRIPE_WEBHOOK_SECRET}' }]
    rules:
      - { events: [invoice.paid], email: [$.data.object.customer_email], campaign: try-out }
`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moab-relay-cli-'))
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  const port = typeof address === 'object' && address ? address.port : 0
  probe.close()
  url = `http://127.0.0.1:${port}`
  const { PATH, HOME } = process.env
  env = {
    PATH,
    HOME,
    PORT: String(port),
    LOG_LEVEL: 'warn',
    STRIPE_WEBHOOK_SECRET: 'whsec_cli',
    LANG: 'C',
  }
  await writeFile(join(folder, 'relay.yaml'), relayYaml)
  await serve()
}, 60_000)

afterAll(async () => {
  if (relay.exitCode === null && relay.signalCode === null) await end('SIGTERM')
  await rm(folder, { recursive: true, force: true })
})

describe('a fresh machine', () => {
  test('the first start says where everything is', () => {
    for (const text of [`${url}/`, `${url}/api/docs`, 'Set-up link', '/setup/', 'npm run demo'])
      expect(said).toContain(text)
  })

  test('the key is readable by its owner only', async () => {
    const { mode } = await stat(join(folder, 'data', 'relay.key'))
    expect(mode & 0o777).toBe(0o600)
  })

  test('a second relay on the same directory says so and exits 1', async () => {
    const { code, err } = await run('serve')
    expect(code).toBe(1)
    expect(err).toMatch(/another relay \(pid \d+\) is already running on DATA_DIR/)
  })
})

describe('from a config file to a granted bonus', () => {
  test('apply reports what it did; a second time nothing changes; mistakes change nothing', async () => {
    const first = await run('apply', 'relay.yaml')
    expect(first).toMatchObject({
      code: 0,
      out: expect.stringMatching(/created +source +shop.*\/in\//),
    })
    expect(await run('apply', 'relay.yaml')).toMatchObject({
      code: 0,
      out: expect.not.stringContaining('created'),
    })
    await writeFile(
      join(folder, 'wrong.yaml'),
      relayYaml.replace('invoice.paid', 'in*voice').replace('mode: sandbox', 'mode: sandbax'),
    )
    const wrong = await run('apply', 'wrong.yaml')
    expect(wrong.code).toBe(1)
    expect(wrong.err).toMatch(/wrong\.yaml:4:\d+/)
    expect(wrong.err).toMatch(/wrong\.yaml:10:\d+/)
    expect((await run('apply', 'absent.yaml')).code).toBe(2)
  })

  test('trigger sends a signed event, story tells its way', async () => {
    const sent = await run('trigger', 'shop', 'invoice.paid', '--email', 'Maria@example.com')
    expect(sent).toEqual({
      code: 0,
      out: '200 accepted: moab-relay story Maria@example.com says what became of it\n',
      err: '',
    })
    const story = await until(async () => {
      const told = await run('story', 'Maria@example.com')
      return told.out.includes('granted') && told
    })
    expect(story.code).toBe(0)
    expect(story.out).toContain('invoice.paid')
    const russian = await run('story', 'Maria@example.com', '--lang', 'ru')
    expect(russian.out).toMatch(/[а-я]/)
    expect(await run('story', 'nobody@example.com')).toMatchObject({ code: 1, out: '' })
    expect(await run('story', 'nobody')).toMatchObject({
      code: 2,
      err: expect.stringContaining('“nobody” is not an address'),
    })
    expect(await run('trigger', 'shop', 'invoce.paid')).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean “invoice.paid”?'),
    })
    expect(await run('trigger', 'shpo', 'invoice.paid')).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        'there is no source “shpo”: did you mean “shop”? There are: shop',
      ),
    })
  })

  test('of somebody whom no rule took, story says where the address stands', async () => {
    expect(
      (await run('trigger', 'shop', 'customer.created', '--email', 'olga@example.com')).code,
    ).toBe(0)
    const told = await run('story', 'Olga@Example.com')
    expect(told.code).toBe(0)
    expect(told.out).toMatch(/^No rule has found Olga@example.com, so there is no bonus/)
    expect(told.out).toMatch(
      /customer\.created at shop \(Stripe\): no rule led to a grant: the rule is not for/,
    )
    expect((await run('story', 'Olga@Example.com', '--lang', 'ru')).out).toMatch(
      /^Ни одно правило не нашло/,
    )
  })

  test('trigger says what another answer than 2xx means, and why', async () => {
    const lost = await run('trigger', 'shop', 'invoice.paid', '--url', `${url}/elsewhere`)
    expect(lost).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^404 no such source there: /),
    })
    const printed = await run('trigger', 'shop', 'invoice.paid', '--print')
    expect(printed.err).toContain('Secrets are left out')
    const recorded = JSON.parse(printed.out) as object
    await writeFile(
      join(folder, 'printed.json'),
      JSON.stringify({ ...recorded, credentials: [{ secret: 'whsec_cli' }] }),
    )
    expect(await run('verify', 'printed.json')).toMatchObject({ code: 0 })
    await writeFile(join(folder, 'printed.json'), printed.out)
    const russian = await run('verify', '--lang', 'ru', 'printed.json', 'absent.json')
    expect(russian).toMatchObject({ code: 2, err: 'absent.json: не удалось прочитать файл\n' })
    expect(russian.out).toContain('"hint":"у источника ещё нет ключа"')
    expect((await run('verify', '--lang', 'fr', 'printed.json')).code).toBe(2)
  })

  test('token prints the token alone, and the API takes it', async () => {
    const { code, out } = await run('token', 'create', '--partner', 'acme')
    expect(code).toBe(0)
    expect(out).toMatch(/^mrl_[\w-]{43}\n$/)
    const answer = await fetch(`${url}/api/v1/events`, {
      headers: { authorization: `Bearer ${out.trim()}` },
    })
    expect(answer.status).toBe(200)
    expect(JSON.stringify(await answer.json())).toContain('invoice.paid')
    expect((await run('token', 'create', '--partner', 'nobody')).code).toBe(2)
    expect((await run('token', 'create', '--partner', 'acme', '--scopes', 'all')).code).toBe(2)
    // A token without end must be meant, not come of an empty variable.
    for (const days of ['', '0', '1.5', 'soon'])
      expect((await run('token', 'create', '--partner', 'acme', '--days', days)).code).toBe(2)
  })

  test('export prints what apply takes, without the secret', async () => {
    const { code, out } = await run('export')
    expect(code).toBe(0)
    expect(out).toContain('${STRIPE_WEBHOOK_SECRET}')
    expect(out).not.toContain('whsec_cli')
    await writeFile(join(folder, 'again.yaml'), out)
    expect(await run('apply', 'again.yaml')).toMatchObject({
      code: 0,
      out: expect.not.stringMatching(/created|updated|removed/),
    })
  })

  test('doctor finds it well', async () => {
    const { code, out } = await run('doctor')
    expect(out).toMatch(/✓ source acme\/shop/)
    expect(code).toBe(0)
  })

  test('doctor names what the relay does not go to, as it is now, and not its path', async () => {
    const inside = `- { name: inside, mode: sandbox, url: 'https://localhost:8443/add?hidden' }`
    await writeFile(
      join(folder, 'inside.yaml'),
      relayYaml.replace('campaigns:', `campaigns:\n  ${inside}`) +
        `  - { name: keyed, provider: kinde, credentials: [{ jwksUrl: 'https://localhost:8443/hidden' }] }\n`,
    )
    expect((await run('apply', 'inside.yaml')).code).toBe(0)
    const { code, out } = await run('doctor')
    expect(out).toMatch(/✗ campaign acme\/inside .*localhost:8443.*private network/)
    expect(out).toMatch(/✗ source acme\/keyed .*localhost:8443.*private network/)
    expect(out).not.toContain('hidden')
    expect(code).toBe(1)
    const before = env
    env = { ...env, OUTGOING_ALLOWED_NETWORKS: '127.0.0.0/8 ::1' }
    const allowed = await run('doctor')
    env = before
    expect(allowed).toMatchObject({ code: 0, out: expect.stringMatching(/✓ addresses +2 of/) })
  })
})

describe('verify', () => {
  const fixture = (name: string) => resolve(`test/fixtures/stripe/${name}`)
  async function recordedFile(name: string): Promise<string> {
    const { recorded } = JSON.parse(await readFile(fixture(name), 'utf8')) as { recorded: unknown }
    const file = join(folder, name)
    await writeFile(file, JSON.stringify(recorded))
    return file
  }

  test('one JSON line each; 0 all authentic, 1 some rejected, 2 unusable', async () => {
    const valid = await recordedFile('valid.json')
    const tampered = await recordedFile('rejected-changed-body.json')
    const good = await run('verify', valid)
    expect(good.code).toBe(0)
    expect(JSON.parse(good.out)).toMatchObject({
      authentic: true,
      reason: null,
      event: { type: expect.any(String) },
      email: { trust: 'signed' },
      answer: { status: 200 },
    })
    const mixed = await run('verify', valid, tampered)
    expect(mixed.code).toBe(1)
    expect(
      mixed.out
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { authentic: boolean }).authentic),
    ).toEqual([true, false])
    await writeFile(join(folder, 'broken.json'), '{"provider":"strype"}')
    expect(await run('verify', valid, join(folder, 'broken.json'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('broken.json'),
    })
  })
})

describe('stopping and starting', () => {
  test('SIGTERM ends it gracefully with 0, and the next start is quick', async () => {
    expect(await end('SIGTERM')).toBe(0)
    const ms = await serve()
    process.stdout.write(`second start, ready after ${ms.toFixed(0)} ms\n`)
    expect(said).not.toContain('created')
  }, 30_000)

  test('after kill -9 the database is adopted and nothing is lost', async () => {
    await end('SIGKILL')
    await serve()
    expect(said).toMatch(/Database .*\((adopted|started)\)/)
    expect((await run('story', 'Maria@example.com')).code).toBe(0)
  }, 30_000)
})
