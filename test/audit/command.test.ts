// `audit verify` and `audit checkpoint`, as a person calls them.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Language } from '../../src/commands/command.ts'
import { auditCommand } from '../../src/commands/audit.ts'
import { readConfig } from '../../src/config.ts'
import { openInstallation } from '../../src/installation.ts'
import { insertEntry, openAuditScene, type AuditScene } from './scene.ts'

const key = randomBytes(32)
let it: AuditScene
let folder: string
let partner: string
let kept: string

async function audit(
  what: string,
  options: Record<string, string> = {},
  language: Language = 'en',
) {
  const out: string[] = []
  const said: string[] = []
  const env = {
    DATABASE_URL: it.fresh.url,
    RELAY_KEY: key.toString('base64url'),
    DATA_DIR: folder,
  }
  const code = await auditCommand.run({
    positionals: [what],
    flag: () => false,
    value: (name) => options[name],
    config: () => readConfig(env),
    env,
    language,
    io: {
      out: (text) => void out.push(text),
      write: async (text) => void out.push(text),
      closed: () => false,
      note: (text) => void said.push(text),
      colour: false,
      terminal: false,
    },
  })
  return { code, out: out.join('\n'), said: said.join('\n') }
}

beforeAll(async () => {
  it = await openAuditScene(key)
  folder = await mkdtemp(join(tmpdir(), 'moab-relay-audit-'))
  const env = { DATABASE_URL: it.fresh.url, RELAY_KEY: key.toString('base64url') }
  const options = { owner: false, migrate: true, log: () => {} }
  await (await openInstallation(readConfig(env), options)).close()
  partner = await it.makePartner()
  kept = join(folder, 'kept.jws')
})
afterAll(async () => {
  await it.close()
  await rm(folder, { recursive: true })
})

const name = () => `partner ${partner}`

test('before anything was chained there is no checkpoint, and nothing is wrong', async () => {
  await insertEntry(it.db.work, partner)
  expect(await audit('checkpoint', { partner: name() })).toMatchObject({ code: 1, out: '' })
  const { code, out } = await audit('verify')
  expect(code).toBe(0)
  expect(out).toContain(`✓ ${name()}: 0 entries and 0 checkpoints are as they were, 1 wait`)
})

test('all chains are checked, or one; a kept checkpoint is found in its chain', async () => {
  for (let n = 0; n < 4; n++) await insertEntry(it.db.work, partner)
  await insertEntry(it.db.work, null)
  await it.chaining().round()
  const printed = await audit('checkpoint', { partner: name() })
  expect(printed).toMatchObject({ code: 0, out: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) })
  await writeFile(kept, `${printed.out}\n`)
  const all = await audit('verify')
  expect(all.code).toBe(0)
  expect(all.out).toBe(
    `✓ the installation: 1 entry and 1 checkpoint are as they were\n✓ ${name()}: 5 entries and 1 checkpoint are as they were`,
  )
  const one = await audit('verify', { since: kept })
  expect(one.code).toBe(0)
  expect(one.out).toMatch(/^✓ the chain contains the kept checkpoint \(entry 5, .*\n✓ partner /)
})

test('the first break is named, exit 1', async () => {
  const [entry] = await it.db.work<{ id: string }[]>`
    select entry_id as id from audit_links where chain = ${partner} and seq = 2`
  await it.tamper((sql) => sql`update audit_entries set actor = 'x' where id = ${entry?.id ?? ''}`)
  const { code, out } = await audit('verify', { partner: name() })
  expect(code).toBe(1)
  expect(out).toContain(`✗ ${name()}: 1 entry and 0 checkpoints are as they were, and then:`)
  expect(out).toContain(`place 2 of the chain, entry ${entry?.id}: the entry is not the one`)
})

test('a chain that lost its end, or a checkpoint of somebody else, is told', async () => {
  await it.tamper((sql) => sql`delete from audit_links where chain = ${partner} and seq > 3`)
  const { code, out } = await audit('verify', { since: kept })
  expect(code).toBe(1)
  expect(out).toContain('✗ the kept checkpoint: the chain ends before the checkpoint')
  const foreign = join(folder, 'foreign.jws')
  await writeFile(foreign, 'eyJhbGciOiJub25lIn0.e30.')
  expect(await audit('verify', { since: foreign })).toMatchObject({
    code: 1,
    out: expect.stringContaining('no key of this installation has signed the checkpoint'),
  })
})

test('what cannot be meant is refused', async () => {
  await expect(audit('nonsense')).rejects.toThrow('there is no “audit nonsense”')
  await expect(audit('verify', { partner: 'nobody' })).rejects.toThrow('there is no partner')
  await expect(audit('verify', { since: join(folder, 'none') })).rejects.toThrow('cannot be read')
  const other = await it.makePartner()
  await expect(audit('verify', { since: kept, partner: `partner ${other}` })).rejects.toThrow(
    'a checkpoint of another chain',
  )
})
