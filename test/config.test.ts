// The environment, read once: every mistake at once, each with the name of its variable.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig, UsageError, variables } from '../src/config.ts'
import { parseRanges } from '../src/schemes/ip.ts'

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
    OIDC_ISSUER: 'http://s3cret.example',
    OIDC_NAME: 's3cret'.repeat(20),
    TRUSTED_PROXIES: '10.0.0.0/8, s3cret',
    OUTGOING_ALLOWED_NETWORKS: '10.0.0.0/8 s3cret',
    NOTICES_ALLOWED_NETWORKS: '10.0.0.0/8 s3cret',
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

test('an OpenID provider is told of in three variables, and has a name of its own', () => {
  const all = {
    OIDC_ISSUER: 'https://id.example.com/acme',
    OIDC_CLIENT_ID: 'relay',
    OIDC_CLIENT_SECRET: 'open sesame',
  }
  expect(readConfig({}).oidc).toBeUndefined()
  expect(readConfig(all).oidc).toEqual({
    issuer: 'https://id.example.com/acme',
    clientId: 'relay',
    clientSecret: 'open sesame',
    name: 'id.example.com',
  })
  expect(readConfig({ ...all, OIDC_NAME: 'Acme' }).oidc?.name).toBe('Acme')
  for (const name of Object.keys(all)) {
    const message = messageOf({ ...all, [name]: '', PORT: 'eighty' })
    expect(message).toContain('must be set together')
    expect(message).toContain('PORT')
  }
})

test.each([
  ['https://id.example.com', true],
  ['http://127.0.0.1:9000/realm', true],
  ['http://localhost:9000', true],
  ['http://[::1]:9000', true],
  ['http://id.example.com', false],
  ['http://127.0.0.1.example.com', false],
  ['ldap://id.example.com', false],
  ['id.example.com', false],
])('as issuer %s is taken: %s', (url, isTaken) => {
  const env = { OIDC_ISSUER: url, OIDC_CLIENT_ID: 'relay', OIDC_CLIENT_SECRET: 'open sesame' }
  if (isTaken) expect(readConfig(env).oidc?.issuer).toBe(url)
  else expect(messageOf(env)).toContain('OIDC_ISSUER')
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

test('no network is allowed to partners unless it is named, also by its older name', () => {
  const allowed = (env: NodeJS.ProcessEnv) => readConfig(env).outgoingAllowed
  expect(allowed({})).toEqual([])
  const named = parseRanges('10.1.0.0/16 ::1')
  expect(allowed({ OUTGOING_ALLOWED_NETWORKS: '10.1.0.0/16, ::1' })).toEqual(named)
  expect(allowed({ NOTICES_ALLOWED_NETWORKS: '10.1.0.0/16, ::1' })).toEqual(named)
  const both = { OUTGOING_ALLOWED_NETWORKS: '10.1.0.0/16', NOTICES_ALLOWED_NETWORKS: '::1' }
  expect(allowed(both)).toEqual(named)
})
