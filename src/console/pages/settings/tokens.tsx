// …/settings/tokens: what programs ask with. A token may do no more than the person who makes it.
import { Hono } from 'hono'
import { allScopes, isScope } from '../../../access/scopes.ts'
import { createToken, revokeToken } from '../../../access/tokens.ts'
import { listTokens } from '../../../ledger/access.ts'
import { limits } from '../../../limits.ts'
import { smallForm, ticksOf } from '../../forms.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { showOnce, takeShownOnce } from '../../shown-once.ts'
import { givenIn, hrefWith } from '../../ui/lists.tsx'
import { inEither, places, type Page, type Standing } from '../../visit.ts'
import { settingsOf } from './overview.tsx'
import { daysOf, isDays, tokensShown, type TokensTold } from './tokens-view.tsx'

const tokensOf = (visit: Standing) => `${settingsOf(visit)}/tokens`

export function tokensRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  for (const place of places) tokensAt(app, `${place}/settings/tokens`, parts)
  return app
}

function tokensAt(app: Hono<ConsoleEnv>, path: string, parts: ConsoleParts): void {
  app.get(
    path,
    inEither(parts, ['access:read'], async (c, visit) =>
      tokensPage(c, visit, parts, { token: await takeShownOnce(c, parts, visit, tokensOf(visit)) }),
    ),
  )
  app.post(
    path,
    smallForm,
    inEither(parts, ['access:write'], (c, visit) => making(c, visit, parts)),
  )
  app.post(
    `${path}/:id/revoke`,
    smallForm,
    inEither(parts, ['access:write'], async (c, visit) => {
      const { actor, owner } = visit
      const done = await revokeToken(parts.orm, c.req.param('id') ?? '', actor, owner)
      if (!done) return tokensPage(c, visit, parts, { problem: 'no_token' })
      return c.redirect(hrefWith(tokensOf(visit), { done: 'revoked' }), 303)
    }),
  )
}

async function making(c: Page, visit: Standing, parts: ConsoleParts) {
  const field = await ticksOf(c)
  const name = field.text('name').trim()
  const scopes = field.all('scope').filter(isScope).filter(visit.may)
  const chosen = field.text('days')
  const days = isDays(chosen) ? chosen : '90'
  const isNamed = name !== '' && name.length <= limits.nameCharsMax && !/\p{Cc}/u.test(name)
  const problem = !isNamed ? 'name' : scopes.length === 0 ? 'scopes' : undefined
  if (problem !== undefined) return tokensPage(c, visit, parts, { problem, name, scopes, days })
  const { actor, owner: partnerId } = visit
  const lasts = daysOf[days]
  const expiresAt = lasts === null ? null : new Date(parts.now() + lasts * 86_400_000)
  const wanted = { partnerId, name, scopes, expiresAt, actor }
  const { token } = await createToken(parts.orm, wanted)
  const page = tokensOf(visit)
  await showOnce(c, parts, visit, { page, secret: token })
  return c.redirect(hrefWith(page, { done: 'made' }), 303)
}

async function tokensPage(c: Page, visit: Standing, parts: ConsoleParts, told: TokensTold) {
  const { after } = givenIn(c, ['after'])
  const limit = limits.consoleRowsShown
  const found = await listTokens(parts.ledger, visit.asker, { limit, after, unowned: true })
  const offered = allScopes.filter(visit.may)
  const shown = { here: tokensOf(visit), after, found, offered, now: parts.now() }
  return tokensShown(c, visit, shown, told)
}
