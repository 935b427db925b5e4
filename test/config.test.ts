// The environment, read once: every mistake at once, each with the name of its variable.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig, UsageError, variables } from '../src/config.ts'

function messageOf(env: NodeJS.ProcessEnv): string {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
  throw new Error('nothing was wrong')
}

test('every mistake is reported at the same time, and no value is', () => {
  const wrong = {
    PORT: '65536',
    PUBLIC_URL: 'ftp://s3cret',
    DATABASE_URL: 'mysql://s3cret',
    DATABASE_POOLED: 's3cret',
    DATABASE_DIRECT_URL: 's3cret',
    RELAY_KEY: 's3cret',
    MOAB_URL: 's3cret',
    ROLE: 's3cret',
    LOG_LEVEL: 's3cret',
    ADMIN_PASSWORD: 's3cret',
  }
  const message = messageOf({ ...wrong, ADMIN_EMAIL: 'a@example.com' })
  for (const name of Object.keys(wrong)) expect(message).toContain(name)
  expect(message).not.toContain('s3cret')
})

test('what belongs together is a mistake beside the others', () => {
  const message = messageOf({ PORT: 'eighty', ADMIN_EMAIL: 'a@example.com', DATABASE_POOLED: '1' })
  expect(message).toContain('PORT')
  expect(message).toContain('DATABASE_DIRECT_URL')
  expect(message).toContain('ADMIN_PASSWORD')
})

test('a file gives any variable, the variable itself goes first, empty is absent', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'moab-relay-config-'))
  try {
    const path = join(folder, 'port')
    await writeFile(path, ' 8181\n')
    expect(readConfig({ PORT_FILE: path }).port).toBe(8181)
    expect(readConfig({ PORT_FILE: path, PORT: '8282' }).port).toBe(8282)
    expect(readConfig({ PORT: '', PORT_FILE: '' }).port).toBe(8080)
    const message = messageOf({ ROLE: 'nobody', PORT_FILE: join(folder, 'absent') })
    expect(message).toContain('PORT_FILE')
    expect(message).toContain('ROLE')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('an empty environment is enough', () => {
  expect(() => readConfig({})).not.toThrow()
  expect(Object.keys(variables)).toContain('RELAY_KEY')
})
