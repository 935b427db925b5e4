// A secret that its person gets to see once: it waits, sealed, in a cookie of the page that follows the
// form, and that page takes it away. So nobody makes a second one by loading the page again.
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { z } from 'zod'
import { sealedStep } from '../access/sealed-step.ts'
import { limits } from '../limits.ts'
import type { ConsoleParts } from './parts.ts'
import { isSecure } from './session.ts'
import type { Page, Standing } from './visit.ts'

/** Bound to the page, and to the session: another reader of this browser does not get to see it. */
const step = sealedStep(
  'shown-once',
  z.strictObject({ until: z.number(), session: z.string(), page: z.string(), secret: z.string() }),
)
const cookie = 'moab_relay_once'

export async function showOnce(
  c: Page,
  parts: ConsoleParts,
  { person }: Standing,
  { page, secret }: { page: string; secret: string },
): Promise<void> {
  const until = parts.now() + limits.shownOnceMs
  const sealed = await step.seal(parts.vault, { until, session: person.sessionId, page, secret })
  setCookie(c, cookie, sealed, {
    path: page,
    httpOnly: true,
    sameSite: 'Lax',
    secure: isSecure(c, parts),
    maxAge: limits.shownOnceMs / 1000,
  })
}

/** Undefined: there is none for this page, or it was shown already. */
export async function takeShownOnce(
  c: Page,
  parts: ConsoleParts,
  { person }: Standing,
  page: string,
): Promise<string | undefined> {
  const sealed = getCookie(c, cookie)
  if (sealed === undefined) return undefined
  deleteCookie(c, cookie, { path: page, secure: isSecure(c, parts) })
  const kept = await step.open(parts.vault, sealed, parts.now())
  const isTheirs = kept?.session === person.sessionId && kept.page === page
  return isTheirs ? kept.secret : undefined
}
