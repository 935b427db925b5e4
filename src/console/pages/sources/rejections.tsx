// …/rejections: requests that were refused, the newest first, each with its reason.
import { Hono } from 'hono'
import { rejectionReasons, sayRejection } from '../../../ledger/rejection-words.ts'
import { listRejections } from '../../../ledger/rejections.ts'
import { limits } from '../../../limits.ts'
import { periodOf } from '../../days.ts'
import type { Listed } from '../../found.ts'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { namesOf } from '../../ui/choices.ts'
import {
  Choice,
  Filters,
  givenIn,
  Listing,
  Nothing,
  NothingFits,
  PeriodFilter,
} from '../../ui/lists.tsx'
import { Mark, Moment, upper } from '../../ui/marks.tsx'
import { providerName } from '../../ui/providers.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'

export function rejectionsRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get(
    '/console/p/:partner/rejections',
    inside(parts, ['rejections:read'], (c, visit) => rejectionsPage(c, visit, parts)),
  )
  return app
}

const filterNames = ['source', 'reason', 'from', 'to'] as const
type Given = { [Name in (typeof filterNames)[number]]?: string }

async function rejectionsPage(c: Page, visit: Visit, { ledger }: ConsoleParts) {
  const { language, timeZone, base, asker } = visit
  const { sources, events } = words[language]
  const say = sources.rejections
  const given: Given = givenIn(c, filterNames)
  const { source, reason } = given
  const { after } = givenIn(c, ['after'])
  const [found, names] = await Promise.all([
    listRejections(ledger, asker, {
      source,
      reason,
      ...periodOf(given, timeZone),
      limit: limits.consoleRowsShown,
      after,
    }),
    namesOf(ledger, asker, 'sources'),
  ])
  const here = `${base}/rejections`
  const isNarrowed = Object.keys(given).length > 0
  const empty = isNarrowed ? (
    <NothingFits visit={visit} />
  ) : (
    <Nothing title={say.none} help={say.noneHelp} />
  )
  return answerIn(
    c,
    visit,
    {
      title: say.title,
      place: 'events',
      above: { href: `${base}/events`, label: events.title },
    },
    <>
      <Filters visit={visit} action={here} isNarrowed={isNarrowed}>
        <Fields visit={visit} given={given} names={names} />
      </Filters>
      <Listing {...{ visit, here, given, after, found, empty }}>
        {(items) => (
          <ol class="feed">
            {items.map((rejection) => (
              <Line rejection={rejection} visit={visit} />
            ))}
          </ol>
        )}
      </Listing>
    </>,
  )
}

interface FieldsProps {
  visit: Visit
  given: Given
  names: Awaited<ReturnType<typeof namesOf>>
}

function Fields({ visit, given, names }: FieldsProps) {
  const { language } = visit
  const say = words[language].sources.rejections
  const reasons = rejectionReasons.map((each) => [each, sayRejection(each, language)] as const)
  return (
    <>
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
        options={reasons}
        none={say.any}
      />
      <PeriodFilter visit={visit} given={given} />
    </>
  )
}

interface LineProps {
  rejection: Listed<typeof listRejections>
  visit: Visit
}

function Line({ rejection: { id, at, reason, source, ip }, visit }: LineProps) {
  const { language, base } = visit
  return (
    <li>
      <a href={`${base}/rejections/${id}`}>
        <Mark tone="bad">{source.name}</Mark>
        <span class="what">
          {upper(sayRejection(reason, language))}{' '}
          <small>{providerName(source.provider, language)}</small>
        </span>
        <span class="who">{ip ?? ''}</span>
        <Moment at={at} visit={visit} />
      </a>
    </li>
  )
}
