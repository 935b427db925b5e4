// The command line under a Russian locale, against a relay that runs: people are spoken to in Russian, and
// what programs read is the same to the byte.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { makeMember, makeUser } from '../access/people.ts'
import { makePartner, setHealth } from '../support/partner.ts'
import { relayKey, startTestRelay, type TestRelay } from '../support/relay.ts'
import { expectRussian } from '../support/russian.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 })

const yaml = `
partner: acme
campaigns: [{ name: try-out, mode: sandbox }]
sources:
  - name: store
    provider: stripe
    key: store-key-0123456789abcdef
    credentials: [{ secret: whsec_cli }]
    rules:
      - { events: [invoice.paid], email: [$.data.object.customer_email], campaign: try-out }
  - { name: bare, provider: github, key: bare-key-0123456789abcdef }
  - name: mail
    provider: signed-link
    key: mail-key-0123456789abcdef
    settings: { landing_url: 'https://shop.example.com/' }
    credentials: [{ secret: link-secret-0123456789-abcdefghijklmnop }]
`
let it: TestRelay
let folder: string
beforeAll(async () => {
  it = await startTestRelay(yaml)
  folder = await mkdtemp(join(tmpdir(), 'moab-relay-russian-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await it.close()
})

interface Ended {
  code: number | null
  out: string
  err: string
}

async function run(args: readonly string[], locale = 'ru_RU.UTF-8'): Promise<Ended> {
  const { PATH, HOME } = process.env
  const env = {
    PATH,
    HOME,
    LANG: locale,
    RELAY_KEY: relayKey,
    DATABASE_URL: it.databaseUrl,
    PUBLIC_URL: it.url,
    MOAB_URL: 'http://127.0.0.1:1/',
  }
  const child = spawn(process.execPath, [resolve('dist/main.js'), ...args], { env, cwd: folder })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, err }
}

/** Names: of what there is, and of what is known under no other. */
const known =
  'acme partner store bare mail try shop moab relay help MOAB PostgreSQL localhost Stripe https UTC ab'.split(
    ' ',
  )

/** In Russian; and it ends as in English. */
async function russian(args: readonly string[], ...more: string[]): Promise<Ended> {
  const [told, english] = await Promise.all([run(args), run(args, 'C')])
  expectRussian(told.out + told.err, [...known, ...args, ...more])
  expect(told.code).toBe(english.code)
  return told
}

describe('people are spoken to in Russian by', () => {
  test('doctor', async () => {
    const { partnerId, campaignId, sourceId } = await makePartner(it.db)
    await setHealth(it.db, campaignId, 'holding', 60_000)
    await it.db.work`
      insert into alarms (id, partner_id, kind, subject, cause, detail)
      values (gen_random_uuid(), ${partnerId}, 'source_silent', ${sourceId}, 'silent', '{}')`
    const { code, out } = await russian(['doctor'], 'email', 'connect')
    expect(code).toBe(1)
    expect(out).toMatch(/^✓ база данных +PostgreSQL /m)
    expect(out).toMatch(/^✗ источник acme\/bare +нет действующего ключа/m)
    expect(out).toMatch(/^✓ источник acme\/store +Stripe, 1 ключ, 1 правило$/m)
    expect(out).toMatch(/^✗ кампания .* достигнут предел.*; 0 бонусов ждут$/m)
    expect(out).toMatch(/^✗ Источник молчит: .* \(с \d{4}-\d\d-\d\d \d\d:\d\d UTC\)$/m)
    const columns = out
      .trim()
      .split('\n')
      .map((line) => /^. .*? {2,}/.exec(line)?.[0].length)
    expect(new Set(columns).size).toBe(1)
  })

  test('account', async () => {
    const { partnerId } = await makePartner(it.db)
    await makeUser(it.db, 'boss@example.com', true)
    await makeMember(it.db, partnerId, 'editor', 'anna@example.com')
    const { out } = await russian(['account', 'list'])
    expect(out).toContain(`anna@example.com  partner ${partnerId}: редактор  пароль\n`)
    expect(out).toContain('boss@example.com  оператор  пароль\n')
    await russian(['account', 'reset', 'nobody@example.com'])
  })

  test('keys', async () => {
    const { out } = await russian(['keys', 'status'])
    expect(out).toMatch(/^[✓✗] секреты: ключом RELAY_KEY зашифровано \d+ из \d+\n/)
  })

  test('audit', async () => {
    const { out } = await russian(['audit', 'verify'])
    expect(out).toMatch(/^✓ acme: \d+ запис\p{L}+ и \d+ отмет\p{L}+ на месте, без изменений/mu)
    await russian(['audit', 'checkpoint', '--partner', 'acne'])
  })

  test('trigger', async () => {
    const sent = await russian(['trigger', 'store', 'invoice.paid'], 'tail')
    expect(sent.out).toMatch(
      /^200 принято: что стало с событием, покажет moab-relay tail store --once\n/,
    )
    const unknown = await russian(['trigger', 'stroe', 'x'])
    expect(unknown).toMatchObject({
      code: 2,
      err: expect.stringContaining('нет источника «stroe»: может быть, «store»? Есть: '),
    })
    const away = await russian(['trigger', 'store', 'invoice.paid', '--url', 'http://127.0.0.1:1'])
    expect(away.err).toMatch(
      /^по адресу http:\/\/127\.0\.0\.1:1 релей не отвечает \(ECONNREFUSED\)/,
    )
  })

  test('erase, whose record is for programs', async () => {
    const done = await run(['erase', 'ivan@example.com', '--partner', 'acme'])
    expect(done).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/),
      err: '',
    })
    await russian(['erase', 'nobody'])
  })

  test('apply, retention, recheck, link and migrate', async () => {
    await writeFile(
      join(folder, 'new.yaml'),
      'partner: acme\ncampaigns: [{ name: more, mode: sandbox }]\n',
    )
    const { out } = await russian(['apply', 'new.yaml', '--dry-run'], 'more')
    expect(out).toMatch(/^создана +кампания +more$/m)
    await writeFile(join(folder, 'wrong.yaml'), 'partner: acme\nsources: [{ nmae: x }]\n')
    const shape = 'name provider key settings enabled credentials rules sources nmae'.split(' ')
    const wrong = await russian(['apply', 'wrong.yaml'], ...shape)
    expect(wrong.err).toMatch(
      /^wrong\.yaml:2:\d+ {2}sources\[0\]\.nmae {2}неизвестное поле «nmae»: может быть, «name»\?/m,
    )
    await russian(['retention', '--partner', 'acme'])
    expect((await russian(['recheck'])).out).toMatch(/^0 отложенных событий/)
    expect((await russian(['link', 'mail', 'nobody'])).err).toBe('«nobody»: нет знака @\n')
    await russian(['migrate'])
  })

  test('whatever the locale, as --lang says', async () => {
    expect((await run(['keys', 'status', '--lang', 'ru'], 'C')).out).toContain('секреты')
    expect((await run(['--lang=en', 'keys', 'status'])).out).toContain('secrets')
    expect(await run(['keys', 'status', '--lang', 'fr'])).toEqual({
      code: 2,
      out: '',
      err: '--lang — это en или ru, а не «fr»\n',
    })
  })
})

describe('what programs read is the same in both:', () => {
  test.each([
    [['export', '--partner', 'acme']],
    [['export', '--partner', 'acme', '--secrets']],
    [['tail', '--json', '--once']],
    [['verify', 'printed.json']],
  ])('%j', async (args) => {
    const { out } = await run(['trigger', 'store', 'invoice.paid', '--print'])
    const recorded = { ...(JSON.parse(out) as object), credentials: [{ secret: 'whsec_cli' }] }
    await writeFile(join(folder, 'printed.json'), JSON.stringify(recorded))
    const told = await run(args)
    expect(told.out).not.toBe('')
    expect(told).toEqual(await run(args, 'C'))
  })

  test.each([
    [['token', 'create', '--partner', 'acme'], /^mrl_[\w-]{43}\n$/],
    [['account', 'reset', 'boss@example.com'], /^http:\/\/[\d.:]+\/reset\/[\w-]{43}\n$/],
    [['link', 'mail', 'ivan@example.com'], /^http:\/\/[\d.:]+\/go\/[\w-]+\?t=[\w.-]+\n$/],
    [['trigger', 'store', 'invoice.paid', '--print'], /^\{\n {2}"provider": "stripe",/],
  ])('%j', async (args, form) => {
    for (const locale of ['ru_RU.UTF-8', 'C']) {
      const { code, out } = await run(args, locale)
      expect(code).toBe(0)
      expect(out).toMatch(form)
    }
  })
})
