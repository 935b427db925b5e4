// …/rejections: requests that were refused, each with its reason; and one of them, diagnosed.
import { Hono } from 'hono'
import { isUuid } from '../../../ids.ts'
import type { Finding } from '../../../diagnosis/causes.ts'
import { diagnoseRefused } from '../../../diagnosis/refused.ts'
import { rejectionForDiagnosis } from '../../../db/ledger/rejections.ts'
import { reading } from '../../../db/ledger/reading.ts'
import { listRejections, readRejection, readRejectionBody } from '../../../ledger/rejections.ts'
import { listSources } from '../../../ledger/setup.ts'
import { limits } from '../../../limits.ts'
import type { ActiveSource } from '../../../partners/directory.ts'
import { pathOfSource } from '../../../partners/source-url.ts'
import { smallForm } from '../../forms.tsx'
import { numberIn } from '../../moments.ts'
import { notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { namesOf } from '../../ui/choices.ts'
import { Choice, Filters, givenIn, Pager } from '../../ui/lists.tsx'
import { Empty, Mark, Moment, upper } from '../../ui/marks.tsx'
import { providerName } from '../../ui/providers.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { rejectionReasons, sayRejection } from '../../words/reasons.ts'
import { outside } from './meant.ts'

type Rejection = NonNullable<Awaited<ReturnType<typeof readRejection>>>

export function rejectionsRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const path = '/console/p/:partner/rejections'
  app.get(
    path,
    inside(parts, ['rejections:read'], (c, visit) => rejectionsPage(c, visit, parts)),
  )
  app.get(
    `${path}/:id`,
    inside(parts, ['rejections:read'], async (c, visit) => {
      const id = c.req.param('id') ?? ''
      const found = isUuid(id) ? await readRejection(parts.ledger, visit.asker, id) : undefined
      return found === undefined ? notThere(c) : rejectionPage(c, visit, parts, found)
    }),
  )
  app.post(
    `${path}/:id/body`,
    smallForm,
    inside(parts, ['rejections:read', 'people:reveal'], async (c, visit) => {
      const id = c.req.param('id') ?? ''
      if (!isUuid(id)) return notThere(c)
      const found = await readRejection(parts.ledger, visit.asker, id)
      const body = await readRejectionBody(parts.ledger, visit.asker, id)
      if (found === undefined || body === undefined) return notThere(c)
      return rejectionPage(c, visit, parts, found, body)
    }),
  )
  return app
}

async function rejectionsPage(c: Page, visit: Visit, { ledger }: ConsoleParts) {
  const { language, base, asker } = visit
  const { sources, common } = words[language]
  const say = sources.rejections
  const given = givenIn(c, ['source', 'reason'])
  const after = givenIn(c, ['after']).after
  const [found, names] = await Promise.all([
    listRejections(ledger, asker, { ...given, limit: limits.consoleRowsShown, after }),
    namesOf(ledger, asker, 'sources'),
  ])
  const items = 'items' in found ? found.items : []
  const here = `${base}/rejections`
  const isNarrowed = Object.keys(given).length > 0
  return answerIn(
    c,
    visit,
    {
      title: say.title,
      place: 'events',
      above: { href: `${base}/events`, label: words[language].events.title },
    },
    <>
      <Filters visit={visit} action={here} isNarrowed={isNarrowed}>
        <Choice
          name="source"
          label={say.source}
          value={given.source}
          options={names}
          none={say.any}
        />
        <Choice
          name="reason"
          label={say.reason}
          value={given.reason}
          options={rejectionReasons.map((each) => [each, sayRejection(each, language)])}
          none={say.any}
        />
      </Filters>
      {'unknown' in found && <p class="problem">{common.unknownName(found.unknown)}</p>}
      {items.length === 0 && (
        <Empty>
          {isNarrowed ? (
            common.nothing
          ) : (
            <>
              <p>
                <strong>{say.none}</strong>
              </p>
              <p>{say.noneHelp}</p>
            </>
          )}
        </Empty>
      )}
      {items.length > 0 && (
        <ol class="feed">
          {items.map(({ id, at, reason, source, ip }) => (
            <li>
              <a href={`${here}/${id}`}>
                <Mark tone="bad">{source.name}</Mark>
                <span class="what">
                  {upper(sayRejection(reason, language))}{' '}
                  <small>{providerName(source.provider, language)}</small>
                </span>
                <span class="who">{ip ?? ''}</span>
                <Moment at={at} visit={visit} />
              </a>
            </li>
          ))}
        </ol>
      )}
      {'items' in found && (
        <Pager visit={visit} here={here} given={given} after={after} next={found.next} />
      )}
    </>,
  )
}

/** Tried anew with the credentials of now; those of the partner's other sources are tried as well. */
export async function findingsOf(
  c: Page,
  { partner, asker }: Visit,
  parts: ConsoleParts,
  { id, source: { id: sourceId } }: Pick<Rejection, 'id' | 'source'>,
): Promise<Finding[]> {
  const { history, ledger } = parts
  const kept = await reading(ledger.orm, partner.id, (tx) =>
    rejectionForDiagnosis(tx, partner.id, id),
  )
  const source = await history.sourceById(partner.id, sourceId)
  if (kept === undefined || source === undefined || 'broken' in source) return []
  const listed = await listSources(ledger, asker, { limit: limits.choicesShownMax })
  const alike = ('items' in listed ? listed.items : []).filter(
    (each) => each.provider === source.providerId && each.id !== sourceId,
  )
  const others = await Promise.all(
    alike.slice(0, limits.sourcesTriedMax).map((each) => history.sourceById(partner.id, each.id)),
  )
  const usable = others.filter(
    (each): each is ActiveSource => each !== undefined && !('broken' in each),
  )
  const path = (await pathOfSource(parts, partner.id, sourceId)) ?? ''
  return diagnoseRefused(source, usable, {
    ...kept,
    at: kept.at.getTime(),
    url: outside(c, parts) + path,
  })
}

async function rejectionPage(
  c: Page,
  visit: Visit,
  parts: ConsoleParts,
  rejection: Rejection,
  body?: Buffer,
) {
  const { language, base } = visit
  const say = words[language].sources.rejections
  const findings = await findingsOf(c, visit, parts, rejection)
  const here = `${base}/rejections/${rejection.id}`
  const { source, reason, at, ip, method, body_bytes: bytes, headers } = rejection
  return answerIn(
    c,
    visit,
    {
      title: upper(sayRejection(reason, language)),
      place: 'events',
      above: { href: `${base}/rejections`, label: say.title },
    },
    <>
      <Findings findings={findings} visit={visit} hint={rejection.hint} />
      <dl class="facts">
        <dt>{say.source}</dt>
        <dd>
          <a href={`${base}/sources/${source.id}`}>{source.name}</a> (
          {providerName(source.provider, language)})
        </dd>
        <dt>{say.at}</dt>
        <dd>
          <Moment at={at} visit={visit} />
        </dd>
        <dt>{say.from}</dt>
        <dd>{ip ?? '–'}</dd>
        <dt>{say.method}</dt>
        <dd>{method}</dd>
        <dt>{say.size}</dt>
        <dd>{numberIn(language, bytes)}</dd>
      </dl>
      <details class="more">
        <summary>{words[language].events.one.headers}</summary>
        <dl class="facts">
          {Object.entries(headers).map(([name, values]) => (
            <>
              <dt>
                <code>{name}</code>
              </dt>
              <dd class="mono">{values.join(', ')}</dd>
            </>
          ))}
        </dl>
      </details>
      {body !== undefined && (
        <>
          <h2>{say.body}</h2>
          <pre class="bytes" tabindex={0}>
            {body.toString('utf8')}
          </pre>
        </>
      )}
      {body === undefined && bytes > 0 && visit.may('people:reveal') && (
        <form method="post" action={`${here}/body`} class="more">
          <button type="submit" class="quiet">
            {say.look}
          </button>
          <p class="help">{say.lookHelp}</p>
        </form>
      )}
    </>,
  )
}

/** What to do, what is certain first; without a diagnosis what was noted when it was refused. */
export function Findings({
  findings,
  visit,
  hint,
}: {
  findings: readonly Finding[]
  visit: Visit
  hint: string
}) {
  const say = words[visit.language].sources.rejections
  if (findings.length === 0)
    return visit.language === 'en' ? <p>{upper(hint)}</p> : <p>{say.tooLarge}</p>
  return (
    <ul class="needs">
      {findings.map(({ text, certain }) => (
        <li>
          <div>
            {text[visit.language]}
            {!certain && <span class="help"> ({say.likely})</span>}
          </div>
        </li>
      ))}
    </ul>
  )
}
