import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import postgres from 'postgres'
import { afterAll, describe, expect, test } from 'vitest'
import { fromUrl } from '../../src/db/open.ts'
import { freshDatabase } from './database.ts'

const run = promisify(execFile)
const house = join(import.meta.dirname, '..', '..')

describe('a fresh database', () => {
  test('is migrated, reached by options and by URL alike, and shared with nobody', async () => {
    const [one, other] = await Promise.all([freshDatabase(), freshDatabase()])
    const [a, b] = [postgres(one.options), postgres({ ...fromUrl(other.url), onnotice: () => {} })]
    try {
      await a`create table only_here ()`
      expect(await b`select to_regclass('only_here') as found`).toEqual([{ found: null }])
      expect(await b`select count(*)::int as n from events`).toEqual([{ n: 0 }])
    } finally {
      await Promise.all([a.end(), b.end()])
    }
    await Promise.all([one.drop(), other.drop()])
    await expect(postgres({ ...one.options, max: 1 })`select 1`).rejects.toMatchObject({
      code: '3D000',
    })
  })
})

describe('the last line of a run', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'moab-relay-tally-'))
  afterAll(() => rm(directory, { recursive: true }))
  await symlink(join(house, 'node_modules'), join(directory, 'node_modules'))
  await cp(join(house, 'test', 'support', 'tally.ts'), join(directory, 'tally.ts'))
  const start = `import { describe, expect, test } from 'vitest'\n`
  const setup = `globalSetup: ['./setup.ts'],`

  for (const [what, body, more, line, ok] of [
    [
      'counts',
      `test('a', () => {})\ntest('b', () => expect(1).toBe(2))\ntest.skip('c', () => {})`,
      '',
      '1 passed, 1 failed, 1 skipped',
      false,
    ],
    [
      'is silent about what there is none of',
      `test('a', () => {})`,
      '',
      '1 passed, 0 failed',
      true,
    ],
    ['counts a file that does not load', `throw new Error('no')`, '', '0 passed, 1 failed', false],
    [
      'counts a stray rejection',
      `test('a', () => { void Promise.reject(new Error('stray')) })`,
      '',
      '1 passed, 1 failed',
      false,
    ],
    ['counts a set-up that fails', `test('a', () => {})`, setup, '0 passed, 1 failed', false],
  ] as const) {
    test(what, async () => {
      const at = join(directory, what.replaceAll(' ', '-'))
      await mkdir(at)
      await writeFile(join(at, 'setup.ts'), `export default () => { throw new Error('no') }`)
      await writeFile(join(at, 'one.test.ts'), start + body)
      await writeFile(
        join(at, 'vitest.config.ts'),
        `export default { test: { ${more} reporters: ['default', '../tally.ts'] } }`,
      )
      const vitest = join(house, 'node_modules', 'vitest', 'vitest.mjs')
      const env = { PATH: process.env['PATH'] }
      const { code, stdout } = await run(process.execPath, [vitest, 'run', '--root', at], {
        cwd: at,
        env,
      }).then(
        (done) => ({ code: 0, stdout: done.stdout }),
        (error: { code: number; stdout: string }) => error,
      )
      expect(stdout.trimEnd().split('\n').at(-1)).toBe(line)
      expect(code === 0).toBe(ok)
    })
  }
})
