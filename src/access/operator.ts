// The first operator: from ADMIN_EMAIL and ADMIN_PASSWORD, or through a link that works once.
import { UsageError } from '../config.ts'
import { isSetupToken } from '../db/access.ts'
import { createFirstOperator, hasOperator, setSetupToken } from '../db/installation.ts'
import type { Orm } from '../db/open.ts'
import { uuidv7 } from '../ids.ts'
import { limits } from '../limits.ts'
import { checkAccount, type Account } from './account.ts'
import { writeAudit } from './audit.ts'
import { hashPassword } from './passwords.ts'
import { allScopes } from './scopes.ts'
import { hashOf, isSecret, newSecret } from './secret.ts'
import { createToken } from './tokens.ts'

/** The set-up token to show, when there is no operator and none was configured. */
export async function ensureOperator(
  orm: Orm,
  admin: Account | undefined,
): Promise<string | undefined> {
  if (await hasOperator(orm)) return undefined
  if (admin === undefined) {
    const token = newSecret()
    await setSetupToken(orm, hashOf(token))
    return token
  }
  const checked = checkAccount(admin)
  if (!checked.ok) {
    const { en, ru } = words[checked.problem]
    const where = 'ADMIN_EMAIL, ADMIN_PASSWORD'
    throw new UsageError({ en: `${where}: ${en}`, ru: `${where}: ${ru}` })
  }
  await makeOperator(orm, checked.account, undefined, 'ADMIN_EMAIL')
  return undefined
}

const words = {
  email: { en: 'the email is not an address', ru: 'в ADMIN_EMAIL не адрес почты' },
  password: {
    en: `the password must have ${limits.passwordCharsMin} to ${limits.passwordCharsMax} characters`,
    ru: `в пароле должно быть от ${limits.passwordCharsMin} до ${limits.passwordCharsMax} символов`,
  },
} as const

/** Not yet used up. */
export async function setupIsOpen(orm: Orm, token: string): Promise<boolean> {
  return isSecret(token) && (await isSetupToken(orm, hashOf(token)))
}

export type SetUp =
  | { ok: true; apiToken: string; userId: string }
  | { ok: false; problem: 'email' | 'password' | 'closed' }

/** Makes the operator and an API token of the whole installation; uses the set-up token up. */
export async function setUp(orm: Orm, token: string, given: Account): Promise<SetUp> {
  if (!(await setupIsOpen(orm, token))) return { ok: false, problem: 'closed' }
  const checked = checkAccount(given)
  if (!checked.ok) return checked
  const userId = await makeOperator(orm, checked.account, hashOf(token), 'set-up link')
  if (userId === undefined) return { ok: false, problem: 'closed' }
  const { token: apiToken } = await createToken(orm, {
    partnerId: null,
    name: 'set-up',
    scopes: allScopes,
    expiresAt: null,
    actor: 'set-up link',
  })
  return { ok: true, apiToken, userId }
}

/** Undefined: somebody was quicker. */
async function makeOperator(
  orm: Orm,
  { email, password }: Account,
  setupTokenHash: Buffer | undefined,
  actor: string,
): Promise<string | undefined> {
  const id = uuidv7()
  const user = { id, email, passwordHash: await hashPassword(password), operator: true }
  const made = await createFirstOperator(orm, user, setupTokenHash)
  if (made)
    await writeAudit(orm, { partnerId: null, actor, action: 'operator.created', subject: id })
  return made ? id : undefined
}
