// `link` as a person uses it, and the lists it reads.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { csvField, csvRecords } from '../../src/links/csv.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { relayKey } from '../support/relay.ts'

const config = `
partner: acme
campaigns: [{ name: spring, mode: sandbox }]
sources:
  - name: mail
    provider: signed-link
    key: mail-key-0123456789abcdef
    settings: { landing_url: 'https://shop.example.com/' }
    credentials: [{ secret: link-secret-0123456789-abcdefghijklmnop }]
  - name: weak
    provider: signed-link
    settings: { landing_url: 'https://shop.example.com/' }
    credentials: [{ secret: guess-me }]
  - name: keys
    provider: signed-link
    settings: { landing_url: 'https://shop.example.com/', algorithms: RS256 }
    credentials: [{ jwksUrl: 'https://partner.example.com/jwks.json' }]
  - { name: shop, provider: stripe, credentials: [{ secret: whsec_x }] }
`
let fresh: FreshDatabase
let folder: string

beforeAll(async () => {
  fresh = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'moab-relay-link-'))
  await writeFile(join(folder, 'relay.yaml'), config)
  expect(await run(['apply', 'relay.yaml'])).toMatchObject({ code: 0 })
}, 30_000)
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await fresh.drop()
})

async function run(args: readonly string[], input = '', more: Record<string, string> = {}) {
  const { PATH, HOME } = process.env
  const env = {
    PATH,
    HOME,
    RELAY_KEY: relayKey,
    DATABASE_URL: fresh.url,
    PUBLIC_URL: 'https://relay.example.com/',
    ...more,
  }
  const child = spawn(process.execPath, [resolve('dist/main.js'), ...args], { env, cwd: folder })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, err }
}

const claimsOf = (url: string) => decodeJwt(new URL(url).searchParams.get('t') ?? '')

/** Each starts a program of its own, which takes its time on a busy machine. */
describe('moab-relay link', { timeout: 60_000 }, () => {
  test('prints a link per address, and what is wrong with the others beside', async () => {
    const { code, out, err } = await run([
      'link',
      'acme/mail',
      'Anna@Example.com',
      'nobody',
      'vera@example.com',
      '--campaign',
      'spring',
      '--days',
      '3',
    ])
    const links = out.trim().split('\n')
    expect(links).toHaveLength(2)
    for (const link of links)
      expect(link).toMatch(
        /^https:\/\/relay\.example\.com\/go\/mail-key-0123456789abcdef\?t=eyJ[\w.-]+$/,
      )
    expect(claimsOf(links[0] ?? '')).toMatchObject({
      email: 'Anna@example.com',
      campaign: 'spring',
    })
    const { exp = 0, iat = 0 } = claimsOf(links[0] ?? '')
    expect(exp - iat).toBe(3 * 86_400)
    expect(err).toBe('“nobody” has no @\n')
    expect(code).toBe(1)
  })

  test('reads a list and writes one, with the lines of what it cannot use', async () => {
    const list =
      '\uFEFFName;E-mail\r\n"Анна; мама";anna@example.com\r\n\r\nНикто;\r\n"две\r\nстроки"; vera@example.com \r\nПётр;"petr@example.com"'
    const { code, out, err } = await run(
      ['link', 'mail', '--csv', '-', '--url', 'http://localhost:1'],
      list,
    )
    const [head, ...rows] = out.trim().split('\n')
    expect(head).toBe('email,link')
    expect(rows.map((row) => row.split(',')[0])).toEqual([
      'anna@example.com',
      'vera@example.com',
      'petr@example.com',
    ])
    for (const row of rows)
      expect(row).toContain(',http://localhost:1/go/mail-key-0123456789abcdef?t=')
    expect(err).toBe('line 4: is empty\n')
    expect(code).toBe(1)
  })

  test('reads a long list as it comes', async () => {
    const file = join(folder, 'people.csv')
    const count = 3 * limits.linksBatchMax + 7
    await writeFile(file, Array.from({ length: count }, (_, n) => `p${n}@example.com\n`).join(''))
    const { code, out, err } = await run(['link', 'mail', '--csv', file])
    const rows = out.trim().split('\n').slice(1)
    expect([code, err, rows.length]).toEqual([0, '', count])
    expect(rows[count - 1]?.split(',')[0]).toBe(`p${count - 1}@example.com`)
    expect(new Set(rows.map((row) => claimsOf(row.split(',')[1] ?? '').jti)).size).toBe(count)
  })

  test.each([
    [['link', 'mail'], 'either addresses or --csv'],
    [['link', 'mail', 'a@example.com', '--csv', 'x'], 'either addresses or --csv'],
    [['link', 'mail', '--csv', 'absent.csv'], 'absent.csv cannot be read'],
    [['link', 'nowhere', 'a@example.com'], 'there is no source “nowhere”'],
    [['link', 'shop', 'a@example.com'], 'provider must be signed-link'],
    [['link', 'keys', 'a@example.com'], 'only who has the private key can make its links'],
    [['link', 'mail', 'a@example.com', '--days', '0'], '--days takes a number'],
    [
      ['link', 'mail', 'a@example.com', '--days', String(limits.linkDaysMax + 1)],
      '--days takes a number',
    ],
    [['link', 'mail', 'a@example.com', '--campaign', ''], '--campaign wants a value'],
    [['link', 'mail', 'a@example.com', '--url', 'relay.example.com'], '--url takes'],
  ])('%j exits 2 and says why', async (args, why) => {
    const { code, err } = await run(args)
    expect([code, err]).toEqual([2, expect.stringContaining(why)])
  })

  test('warns of links that lead to this machine, and of a secret that can be guessed', async () => {
    const { code, err } = await run(['link', 'weak', 'a@example.com'], '', { PUBLIC_URL: '' })
    expect(code).toBe(0)
    expect(err).toContain('PUBLIC_URL is not set')
    expect(err).toContain('shorter than')
    expect(err).not.toContain('guess-me')
  })
})

describe('a list', () => {
  async function* inChunks(text: string, size: number) {
    for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
  }
  async function recordsOf(text: string, size = 7) {
    const found: [number, string[] | null][] = []
    for await (const { line, fields } of csvRecords(inChunks(text, size)))
      found.push([line, fields])
    return found
  }

  test.each([
    [
      'a,b\nc,d',
      [
        [1, ['a', 'b']],
        [2, ['c', 'd']],
      ],
    ],
    ['\uFEFFa\tb,c\r\n', [[1, ['a\tb', 'c']]]],
    ['a\tb\n', [[1, ['a', 'b']]]],
    ['"a,;b";c\n', [[1, ['a,;b', 'c']]]],
    ['"say ""hi""",b\n', [[1, ['say "hi"', 'b']]]],
    [
      '"two\nlines",b\nc,d\n',
      [
        [1, ['two\nlines', 'b']],
        [3, ['c', 'd']],
      ],
    ],
    ['\n\n  \na\n', [[4, ['a']]]],
    [
      'a\n"never closed\nb\n',
      [
        [1, ['a']],
        [2, null],
      ],
    ],
    ['', []],
  ])('%j', async (text, expected) => {
    for (const size of [1, 3, 1000]) expect(await recordsOf(text, size)).toEqual(expected)
  })

  test('a record that is too long is told, and those after it are read', async () => {
    const most = 'x'.repeat(limits.csvRecordCharsMax)
    expect(await recordsOf(`${most}\na\n`, 1000)).toEqual([
      [1, [most]],
      [2, ['a']],
    ])
    expect(await recordsOf(`${most}${most}\na\n`, 1000)).toEqual([
      [1, null],
      [2, ['a']],
    ])
    expect(await recordsOf(`"${`x\n`.repeat(limits.csvRecordCharsMax)}`, 1000)).toContainEqual([
      1,
      null,
    ])
  })

  test('what is written can be read', async () => {
    for (const text of ['a', 'a,b', 'a"b', 'a;b', 'a\nb'])
      expect(await recordsOf(`x,${csvField(text)}`)).toEqual([[1, ['x', text]]])
  })
})
