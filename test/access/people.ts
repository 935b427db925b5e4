// A partner with people, for the tests of who may do what.
import { eq } from 'drizzle-orm'
import type { Database } from '../../src/db/open.ts'
import { users } from '../../src/db/schema.ts'
import { invite, join } from '../../src/access/members.ts'
import { hashPassword } from '../../src/access/passwords.ts'
import { memberships, type Role } from '../../src/db/access/schema.ts'
import { uuidv7 } from '../../src/ids.ts'

export const password = 'correct horse battery'

/** One hash for all of them: each takes a third of a second. */
const hash = hashPassword(password)

export async function makeUser(db: Database, email: string, operator = false): Promise<string> {
  const id = uuidv7()
  await db.orm.insert(users).values({ id, email, passwordHash: await hash, operator })
  return id
}

/** By invitation, as everybody comes. */
export async function makeMember(
  db: Database,
  partnerId: string,
  role: Role,
  email = `${role}.${uuidv7()}@example.com`,
): Promise<{ id: string; userId: string; email: string }> {
  const userId = await makeUser(db, email)
  const invited = await invite(db.orm, { partnerId, email, role, actor: 'test' })
  if (!invited.ok) throw new Error(invited.problem)
  const joined = await join(db.orm, invited.token, { userId })
  if (!joined.ok) throw new Error(joined.problem)
  const [row] = await db.orm.select().from(memberships).where(eq(memberships.userId, userId))
  return { id: row?.id ?? '', userId, email }
}
