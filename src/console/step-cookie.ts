// What a way in has begun and must bring back: in a cookie that is read by us alone, and serves once.
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { ConsoleEnv, ConsoleParts } from './parts.ts'
import { isSecure } from './session.ts'

type Page = Context<ConsoleEnv>

export function stepCookie(way: string, ms: number) {
  const nameOf = (c: Page, parts: ConsoleParts) =>
    `${isSecure(c, parts) ? '__Host-' : ''}moab_relay_${way}`

  return {
    keep(c: Page, parts: ConsoleParts, step: string): void {
      setCookie(c, nameOf(c, parts), step, {
        path: '/',
        httpOnly: true,
        // Lax: it must come along when a provider sends the browser back.
        sameSite: 'Lax',
        secure: isSecure(c, parts),
        maxAge: ms / 1000,
      })
    },

    /** '' where there is none. */
    take(c: Page, parts: ConsoleParts): string {
      const name = nameOf(c, parts)
      const step = getCookie(c, name) ?? ''
      deleteCookie(c, name, { path: '/', secure: isSecure(c, parts) })
      return step
    },
  }
}
