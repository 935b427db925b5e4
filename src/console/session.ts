// The cookie that says who is signed in. It is read by us alone (HttpOnly), comes with no request that
// another site makes (SameSite=Lax; forms see forms.tsx), and over https only where the relay is https.
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { personOf, type From, type SignedInPerson } from '../access/sessions.ts'
import { limits } from '../limits.ts'
import type { ConsoleEnv, ConsoleParts } from './parts.ts'

const names = { plain: 'moab_relay', secure: '__Host-moab_relay' } as const
type Page = Context<ConsoleEnv>

export const isSecure = (c: Page, { publicUrl }: ConsoleParts): boolean =>
  (publicUrl ?? c.req.url).startsWith('https:')

const nameOf = (c: Page, parts: ConsoleParts) => names[isSecure(c, parts) ? 'secure' : 'plain']

export function personAsking(c: Page, parts: ConsoleParts): Promise<SignedInPerson | undefined> {
  return personOf(parts.orm, getCookie(c, nameOf(c, parts)) ?? '')
}

export function keepSession(c: Page, parts: ConsoleParts, session: string): void {
  setCookie(c, nameOf(c, parts), session, {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: isSecure(c, parts),
    maxAge: limits.sessionMs / 1000,
  })
}

const wish = 'moab_relay_wish'
const wishSeconds = 600
const isPage = (path: string) =>
  /^\/console\/(?:p\/|installation(?:\/|$))/.test(path) && !path.endsWith('/live')

/** Where somebody wanted to go who has to sign in first. */
export function keepWish(c: Page, parts: ConsoleParts): void {
  const { pathname, search } = new URL(c.req.url)
  if (c.req.method !== 'GET' || !isPage(pathname)) return
  setCookie(c, wish, pathname + search, {
    path: '/console',
    httpOnly: true,
    sameSite: 'Lax',
    secure: isSecure(c, parts),
    maxAge: wishSeconds,
  })
}

/** Once; undefined where nobody wanted to go anywhere. */
export function takeWish(c: Page, parts: ConsoleParts): string | undefined {
  const to = getCookie(c, wish)
  if (to === undefined) return undefined
  deleteCookie(c, wish, { path: '/console', secure: isSecure(c, parts) })
  return isPage(new URL(to, c.req.url).pathname) && to.startsWith('/console/') ? to : undefined
}

export function forgetSession(c: Page, parts: ConsoleParts): void {
  deleteCookie(c, nameOf(c, parts), { path: '/', secure: isSecure(c, parts) })
}

export function fromWhere(c: Page, { clientAddress }: ConsoleParts): From {
  const forwarded = c.req.header('x-forwarded-for')
  const socket = c.env.incoming?.socket.remoteAddress
  const ip = clientAddress(socket, forwarded === undefined ? undefined : [forwarded])
  return { ip: ip === '' ? null : ip, agent: c.req.header('user-agent') ?? null }
}
