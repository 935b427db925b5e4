// …/erasures/:id: how far an erasure is, and its signed record.
import { Hono } from 'hono'
import { isUuid } from '../../../ids.ts'
import { readErasure, recordOfErasure } from '../../../ledger/erasures.ts'
import { numberIn } from '../../moments.ts'
import { notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { Mark, Moment } from '../../ui/marks.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'

const path = '/console/p/:partner/erasures/:id'

type Erasure = NonNullable<Awaited<ReturnType<typeof readErasure>>>

export function erasureRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const id = (c: Page) => c.req.param('id') ?? ''
  app.get(
    path,
    inside(parts, ['people:erase'], async (c, visit) => {
      const found = isUuid(id(c)) ? await readErasure(parts.ledger, visit.asker, id(c)) : undefined
      return found === undefined ? notThere(c) : erasurePage(c, visit, found)
    }),
  )
  app.get(
    `${path}/record`,
    inside(parts, ['people:erase'], async (c, visit) => {
      const jws = isUuid(id(c))
        ? await recordOfErasure(parts.ledger, visit.asker, id(c))
        : undefined
      if (jws === undefined || jws === null) return notThere(c)
      return c.body(jws, 200, {
        'Content-Type': 'application/jose',
        'Content-Disposition': `attachment; filename="erasure-${id(c)}.jws"`,
        'Cache-Control': 'no-store',
      })
    }),
  )
  return app
}

function erasurePage(c: Page, visit: Visit, erasure: Erasure) {
  const { language, base } = visit
  const { privacy, people } = words[language]
  const say = privacy.erasure
  const isDone = erasure.done_at !== null
  return answerIn(
    c,
    visit,
    {
      title: say.title,
      place: 'people',
      above: { href: `${base}/people`, label: people.title },
      ...(!isDone && { refreshSeconds: 2, reloads: true }),
    },
    <>
      <p>
        <Mark tone={isDone ? 'good' : 'wait'}>{say.phases[erasure.phase]}</Mark>
      </p>
      <dl class="facts">
        <dt>{say.asked}</dt>
        <dd>
          <Moment at={erasure.requested_at} visit={visit} />
        </dd>
        {erasure.done_at !== null && (
          <>
            <dt>{say.done}</dt>
            <dd>
              <Moment at={erasure.done_at} visit={visit} />
            </dd>
          </>
        )}
        <dt>{say.person}</dt>
        <dd>
          <code>{erasure.person}</code>
        </dd>
        {Object.entries(erasure.erased).map(([kind, count]) => (
          <>
            <dt>
              <code>{kind}</code>
            </dt>
            <dd>{numberIn(language, count)}</dd>
          </>
        ))}
      </dl>
      {isDone && (
        <>
          <p>
            <a class="button" href={`${base}/erasures/${erasure.id}/record`} download="">
              {say.record}
            </a>
          </p>
          <p class="help">{say.recordHelp}</p>
        </>
      )}
    </>,
  )
}
