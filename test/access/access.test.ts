import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eq } from 'drizzle-orm'
import { auditActions, writeAudit } from '../../src/access/audit.ts'
import { ensureOperator, setUp, setupIsOpen } from '../../src/access/operator.ts'
import { hashPassword, verifyPassword } from '../../src/access/passwords.ts'
import { isScope, scopes } from '../../src/access/scopes.ts'
import { createToken, revokeToken, verifyToken } from '../../src/access/tokens.ts'
import { UsageError } from '../../src/config.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { apiTokens, auditEntries, users } from '../../src/db/schema.ts'
import { limits } from '../../src/limits.ts'
import { freshDatabase, type FreshDatabase } from '../support/database.ts'
import { makePartner } from '../support/partner.ts'

let fresh: FreshDatabase
let db: Database
let relayDb: Database
beforeAll(async () => {
  fresh = await freshDatabase()
  db = openDatabase(fresh.options)
  relayDb = openDatabase(fresh.options, fresh.options, true)
})
afterAll(async () => {
  await relayDb.close()
  await db.close()
  await fresh.drop()
})

describe('a password', () => {
  test('is hashed with a salt of its own, and only it verifies', async () => {
    const [one, other] = await Promise.all([
      hashPassword('correct horse'),
      hashPassword('correct horse'),
    ])
    expect(one).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(one).not.toBe(other)
    expect(await verifyPassword(one, 'correct horse')).toBe(true)
    expect(await verifyPassword(one, 'correct horsf')).toBe(false)
    expect(await verifyPassword(one, '')).toBe(false)
  })

  test('is the same however its letters were composed', async () => {
    expect(
      await verifyPassword(await hashPassword('пароль й é'), 'пароль й é'.normalize('NFD')),
    ).toBe(true)
  })

  test.each([
    '',
    'plain',
    '$scrypt$ln=99,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '$scrypt$ln=0,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '$scrypt$ln=15,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$',
  ])('never verifies against %j', async (phc) => {
    expect(await verifyPassword(phc, '')).toBe(false)
  })
})

describe('a token', () => {
  const now = 1_796_000_000_000
  const make = (expiresAt: Date | null = null) =>
    createToken(relayDb.orm, {
      partnerId: null,
      name: 'test',
      scopes: ['events:read'],
      expiresAt,
      actor: 'test',
    })

  test('is 256 random bits, stored as a hash only', async () => {
    const { id, token } = await make()
    expect(token).toMatch(/^mrl_[\w-]{43}$/)
    const [row] = await db.orm.select().from(apiTokens).where(eq(apiTokens.id, id))
    expect(JSON.stringify(row)).not.toContain(token.slice(4))
    expect(await verifyToken(relayDb.orm, token, now)).toEqual({
      id,
      partnerId: null,
      scopes: new Set(['events:read']),
    })
  })

  test('is over at its end, and is nobody’s once revoked', async () => {
    const { id, token } = await make(new Date(now))
    expect(await verifyToken(relayDb.orm, token, now - 1)).toBeDefined()
    expect(await verifyToken(relayDb.orm, token, now)).toBeUndefined()
    expect(await revokeToken(relayDb.orm, id, 'test')).toBe(true)
    expect(await revokeToken(relayDb.orm, id, 'test')).toBe(false)
    expect(await verifyToken(relayDb.orm, token, now - 1)).toBeUndefined()
  })

  test.each([
    '',
    'mrl_',
    `mrl_${'A'.repeat(43)}`,
    `mrl_${'A'.repeat(44)}`,
    'x'.repeat(10_000),
    'mrl_\u0000',
  ])('that nobody made is refused: %j', async (token) => {
    expect(await verifyToken(relayDb.orm, token, now)).toBeUndefined()
  })

  test('remembers its last use to the minute', async () => {
    const { id, token } = await make()
    const lastUsed = async () => {
      const [row] = await db.orm.select().from(apiTokens).where(eq(apiTokens.id, id))
      return row?.lastUsedAt?.getTime()
    }
    await verifyToken(relayDb.orm, token, now)
    expect(await lastUsed()).toBe(now)
    await verifyToken(relayDb.orm, token, now + limits.tokenTouchMs - 1)
    expect(await lastUsed()).toBe(now)
    await verifyToken(relayDb.orm, token, now + limits.tokenTouchMs)
    expect(await lastUsed()).toBe(now + limits.tokenTouchMs)
  })

  test('knows the scopes of the table and no other', () => {
    expect(Object.keys(scopes).every(isScope)).toBe(true)
    expect(['constructor', '__proto__', 'events:write', ''].some(isScope)).toBe(false)
  })
})

describe('the audit', () => {
  test('holds who made and revoked a token', async () => {
    const { partnerId } = await makePartner(db)
    const { id } = await createToken(relayDb.orm, {
      partnerId,
      name: 'ci',
      scopes: ['grants:read'],
      expiresAt: null,
      actor: 'me',
    })
    await revokeToken(relayDb.orm, id, 'you')
    const rows = await db.orm
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.partnerId, partnerId))
      .orderBy(auditEntries.id)
    expect(rows).toMatchObject([
      {
        action: 'token.created',
        actor: 'me',
        subject: id,
        detail: { name: 'ci', scopes: 'grants:read' },
      },
      { action: 'token.revoked', actor: 'you', subject: id },
    ])
  })

  test('is not written when the change it belongs to is not', async () => {
    const undone = db.orm.transaction(async (tx) => {
      await writeAudit(tx, { partnerId: null, actor: 'undone', action: 'config.applied' })
      throw new Error('no')
    })
    await expect(undone).rejects.toThrow('no')
    expect(
      await db.orm.select().from(auditEntries).where(eq(auditEntries.actor, 'undone')),
    ).toEqual([])
  })

  test('has a word in each language for every action', () => {
    for (const { en, ru } of Object.values(auditActions))
      expect(en && /[а-я]/.test(ru)).toBeTruthy()
  })
})

describe('the first operator', () => {
  const password = 'long enough'
  let own: FreshDatabase
  let ownDb: Database
  beforeAll(async () => {
    own = await freshDatabase()
    ownDb = openDatabase(own.options)
  })
  afterAll(async () => {
    await ownDb.close()
    await own.drop()
  })

  test.each([
    { email: 'nobody', password },
    { email: 'a@example.com', password: 'short' },
    { email: 'a@example.com', password: 'x'.repeat(limits.passwordCharsMax + 1) },
  ])('is not made of $email and a password of the wrong form', async (admin) => {
    await expect(ensureOperator(ownDb.orm, admin)).rejects.toThrow(UsageError)
    await expect(ensureOperator(ownDb.orm, admin)).rejects.not.toThrow(admin.password)
  })

  test('comes through a link that works once, also when it is opened many times at once', async () => {
    const token = (await ensureOperator(ownDb.orm, undefined)) ?? ''
    expect(await setupIsOpen(ownDb.orm, token)).toBe(true)
    expect(await setupIsOpen(ownDb.orm, `${token.slice(0, -1)}_`)).toBe(false)
    expect(await setUp(ownDb.orm, token, { email: 'x', password })).toEqual({
      ok: false,
      problem: 'email',
    })
    const tries = await Promise.all(
      [1, 2, 3].map((n) => setUp(ownDb.orm, token, { email: `Op${n}@Example.com`, password })),
    )
    expect(tries.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await setupIsOpen(ownDb.orm, token)).toBe(false)
    const people = await ownDb.orm.select().from(users)
    expect(people).toHaveLength(1)
    expect(people[0]).toMatchObject({
      operator: true,
      email: expect.stringMatching(/^op\d@example\.com$/),
    })
    expect(await ensureOperator(ownDb.orm, undefined)).toBeUndefined()
    expect(await ensureOperator(ownDb.orm, { email: 'b@example.com', password })).toBeUndefined()
    expect(await ownDb.orm.select().from(users)).toHaveLength(1)
  })
})
