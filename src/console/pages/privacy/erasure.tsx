// …/erasures/:id: how far an erasure is, and its signed record.
import { Hono } from 'hono'
import { erasedThings } from '../../../db/privacy/schema.ts'
import { isUuid } from '../../../ids.ts'
import { readErasure, recordOfErasure } from '../../../ledger/erasures.ts'
import { numberIn } from '../../moments.ts'
import { notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { Facts } from '../../ui/facts.tsx'
import { Mark, Moment, upper } from '../../ui/marks.tsx'
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
  const went = erasedThings.filter((thing) => (erasure.erased[thing] ?? 0) > 0)
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
      <Facts
        facts={[
          [say.asked, <Moment at={erasure.requested_at} visit={visit} />],
          erasure.done_at !== null && [say.done, <Moment at={erasure.done_at} visit={visit} />],
          [say.person, <code>{erasure.person}</code>],
          isDone && went.length === 0 && [say.erased, say.nothing],
        ]}
      />
      {went.length > 0 && (
        <section>
          <h2>{say.erased}</h2>
          <Facts
            facts={went.map((thing) => [
              upper(say.kinds[thing]),
              numberIn(language, erasure.erased[thing] ?? 0),
            ])}
          />
        </section>
      )}
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
