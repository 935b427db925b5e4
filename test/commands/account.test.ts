// `account`: the way back in for whoever is locked out, the only operator too.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { resetOf } from '../../src/access/resets.ts'
import { insertPasskey } from '../../src/db/access/passkeys.ts'
import { setTotp } from '../../src/db/access/people.ts'
import { readConfig } from '../../src/config.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { uuidv7 } from '../../src/ids.ts'
import { openInstallation, type Installation } from '../../src/installation.ts'
import { makeMember, makeUser } from '../access/people.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { makePartner } from '../support/partner.ts'
import { relayKey } from '../support/relay.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let fresh: FreshDatabase
let installation: Installation
/** As who owns the tables. */
let db: Database
beforeAll(async () => {
  fresh = await freshDatabase()
  const config = readConfig({ DATABASE_URL: fresh.url, RELAY_KEY: relayKey })
  installation = await openInstallation(config, { owner: true, migrate: true, log: () => {} })
  db = openDatabase(fresh.options)
})
afterAll(async () => {
  await db.close()
  await installation.close()
  await fresh.drop()
})

async function account(...args: string[]) {
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, RELAY_KEY: relayKey, DATABASE_URL: fresh.url, PORT: '8123' }
  const child = spawn(process.execPath, [resolve('dist/main.js'), 'account', ...args], { env })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, err }
}

test('lists who can sign in, and makes the only operator a link', async () => {
  const { partnerId } = await makePartner(db)
  const userId = await makeUser(db, 'boss@example.com', true)
  await setTotp(db.orm, userId, 'sealed')
  const { userId: anna } = await makeMember(db, partnerId, 'editor', 'anna@example.com')
  const key = { rpId: 'relay.example.com', name: 'phone', publicKey: Buffer.of(1), counter: 0 }
  for (const id of [uuidv7(), uuidv7()])
    await insertPasskey(db.orm, { id, userId: anna, credentialId: Buffer.from(id), ...key })
  const listed = await account('list')
  expect(listed.out.split('\n')).toEqual([
    `anna@example.com  partner ${partnerId}: editor  password, passkeys: 2`,
    'boss@example.com  operator  password, one-time codes',
    '',
  ])
  const made = await account('reset', 'Boss@Example.com', '--codes')
  expect(made).toMatchObject({ code: 0, err: '' })
  const [, token = ''] = /^http:\/\/127\.0\.0\.1:8123\/reset\/([\w-]{43})\n$/.exec(made.out) ?? []
  expect(await resetOf(db.orm, token)).toMatchObject({ email: 'boss@example.com', codes: true })
})

test('says who has none, and how it is called', async () => {
  expect(await account('reset', 'nobody@example.com')).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('nobody has an account with the email nobody@example.com'),
  })
  for (const args of [['reset'], ['list', 'x'], ['remove', 'x']])
    expect((await account(...args)).code).toBe(2)
})
