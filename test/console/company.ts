// A console behind the walls of the database, partners with people, and browsers they are signed in with.
import { desc, eq } from 'drizzle-orm'
import { startSession } from '../../src/access/sessions.ts'
import { consoleRoutes } from '../../src/console/index.ts'
import type { ConsoleParts } from '../../src/console/parts.ts'
import type { Role } from '../../src/db/access/schema.ts'
import { openDatabase, type Database } from '../../src/db/open.ts'
import { auditEntries, partners } from '../../src/db/schema.ts'
import { uuidv7 } from '../../src/ids.ts'
import { makeMember, makeUser } from '../access/people.ts'
import { freshDatabase } from '../support/database.ts'
import { consoleParts } from './parts.ts'
import { Surfer } from './surfer.ts'

export type House = Awaited<ReturnType<typeof openHouse>>
export type Member = Awaited<ReturnType<House['member']>>

export async function openHouse(more: Partial<ConsoleParts> = {}) {
  const fresh = await freshDatabase()
  const db = openDatabase(fresh.options)
  const relayDb = openDatabase(fresh.options, fresh.options, true)
  const parts = consoleParts(relayDb, more)
  const app = consoleRoutes(parts)

  async function company(name: string = uuidv7()) {
    const id = uuidv7()
    await db.orm.insert(partners).values({ id, name })
    return { id, name, base: `/console/p/${encodeURIComponent(name)}` }
  }

  async function member(partnerId: string, role: Role, email?: string) {
    const made = await makeMember(db, partnerId, role, email)
    return { ...made, surfer: await surferFor(db, app, made.userId) }
  }

  async function operator() {
    const email = `${uuidv7()}@example.com`
    const userId = await makeUser(db, email, true)
    return { userId, email, surfer: await surferFor(db, app, userId) }
  }

  async function close() {
    await relayDb.close()
    await db.close()
    await fresh.drop()
  }
  return { db, relayDb, parts, app, company, member, operator, close }
}

/** A company whose owner is at its settings, and a clock that the test sets: `clock.ahead`, in milliseconds. */
export async function openSettings() {
  const clock = { ahead: 0 }
  const it = await openHouse({ now: () => Date.now() + clock.ahead })
  const company = await it.company()
  const owner = await it.member(company.id, 'owner')
  return { it, company, owner, here: `${company.base}/settings`, clock }
}

/** The newest entry of a company's audit. */
export async function lastAudit({ db }: House, partnerId: string) {
  const [entry] = await db.orm
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.partnerId, partnerId))
    .orderBy(desc(auditEntries.id))
    .limit(1)
  return { action: entry?.action, actor: entry?.actor, detail: entry?.detail }
}

/** What a page shows once, to be copied. */
export const copied = (html: string): string =>
  /class="copyable"><input[^>]*value="([^"]*)"/.exec(html)?.[1] ?? ''

/** Signed in. */
export async function surferFor(
  db: Database,
  app: ReturnType<typeof consoleRoutes>,
  userId: string,
) {
  const surfer = new Surfer(app)
  const session = await startSession(db.orm, userId, { ip: null, agent: null }, 'test')
  surfer.cookies.set('moab_relay', session)
  return surfer
}

/** What a name may try. */
export const hostile = `<img src=x onerror=alert(1)>"'&`

/** Nothing of the hostile name became markup, and it is there. */
export const isEscaped = (html: string): boolean =>
  !/<img src=x/i.test(html) && html.includes('&lt;img src=x onerror=alert(1)&gt;')
