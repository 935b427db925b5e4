// What an account is made of: an email that is an address, and a password of a fair length.
import { limits } from '../limits.ts'
import { foldedAddress, normaliseEmail } from '../rules/email.ts'

export interface Account {
  email: string
  password: string
}

/** People sign in with whatever case their keyboard makes of it; undefined: no address. */
export function accountEmail(given: string): string | undefined {
  const normalised = normaliseEmail(given)
  return normalised.ok ? foldedAddress(normalised.email.address) : undefined
}

export const isPassword = ({ length }: string): boolean =>
  length >= limits.passwordCharsMin && length <= limits.passwordCharsMax

export function checkAccount({ email: given, password }: Account) {
  const email = accountEmail(given)
  if (email === undefined) return { ok: false, problem: 'email' } as const
  if (!isPassword(password)) return { ok: false, problem: 'password' } as const
  return { ok: true, account: { email, password } } as const
}
