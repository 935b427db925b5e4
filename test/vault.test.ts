// Secrets at rest: what opens, what does not, and that a database is not opened with another key.
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig, UsageError } from '../src/config.ts'
import { openInstallation } from '../src/installation.ts'
import { loadRelayKey } from '../src/relay-key.ts'
import { createVault, VaultError } from '../src/vault.ts'
import { freshDatabase } from './support/database.ts'

const [first, second] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
const place = 'credentials.sealed:0190'

describe('a sealed secret', () => {
  test('opens at its place, and shows nothing of itself', async () => {
    const vault = createVault([first])
    const sealed = await vault.seal('whsec_hidden', place)
    expect(sealed).not.toContain('whsec')
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('whsec')
    expect(await vault.open(sealed, place)).toBe('whsec_hidden')
    expect(await vault.seal('whsec_hidden', place)).not.toBe(sealed)
  })

  test('does not open at another place', async () => {
    const vault = createVault([first])
    const sealed = await vault.seal('x', place)
    await expect(vault.open(sealed, 'credentials.sealed:0191')).rejects.toThrow(VaultError)
  })

  test('does not open under another key, nor altered', async () => {
    const sealed = await createVault([first]).seal('x', place)
    await expect(createVault([second]).open(sealed, place)).rejects.toThrow(VaultError)
    const parts = sealed.split('.')
    const altered = parts.with(3, Buffer.from('y').toString('base64url')).join('.')
    await expect(createVault([first]).open(altered, place)).rejects.toThrow(VaultError)
    await expect(createVault([first]).open('', place)).rejects.toThrow(VaultError)
  })

  test('of an older key opens beside a newer one, which seals', async () => {
    const old = await createVault([first]).seal('x', place)
    const both = createVault([second, first])
    expect(await both.open(old, place)).toBe('x')
    expect(await createVault([second]).open(await both.seal('y', place), place)).toBe('y')
  })

  test('needs a key', () => {
    expect(() => createVault([])).toThrow(VaultError)
  })
})

test('a database that was set up with another key is not opened', async () => {
  const database = await freshDatabase()
  const open = (key: Buffer) =>
    openInstallation(
      readConfig({ DATABASE_URL: database.url, RELAY_KEY: key.toString('base64url') }),
      { owner: true, migrate: true, log: () => {} },
    )
  try {
    await (await open(first)).close()
    await expect(open(second)).rejects.toThrow(UsageError)
    const again = await open(first)
    expect(again.pepper).toHaveLength(32)
    await again.close()
  } finally {
    await database.drop()
  }
})

describe('the relay key', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'moab-relay-key-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('is made once, whoever comes first, for its owner only', async () => {
    const dir = join(folder, 'made')
    const keys = await Promise.all(Array.from({ length: 8 }, () => loadRelayKey(undefined, dir)))
    for (const key of keys) expect(key).toEqual(keys[0])
    expect(keys[0]).toHaveLength(32)
    expect((await stat(join(dir, 'relay.key'))).mode & 0o777).toBe(0o600)
    expect(await readdir(dir)).toEqual(['relay.key'])
  })

  test('that is given makes no file', async () => {
    const dir = join(folder, 'given')
    expect(await loadRelayKey(first, dir)).toEqual(first)
    await expect(stat(dir)).rejects.toThrow('ENOENT')
  })

  test.skipIf(process.platform !== 'linux')('that cannot be kept says so, and ends', async () => {
    await expect(loadRelayKey(undefined, '/proc/moab-relay')).rejects.toThrow(
      '/proc/moab-relay/relay.key cannot be written',
    )
  })

  test('of another length is not used and not replaced', async () => {
    await writeFile(join(folder, 'relay.key'), 'short\n')
    await expect(loadRelayKey(undefined, folder)).rejects.toThrow(UsageError)
  })
})
