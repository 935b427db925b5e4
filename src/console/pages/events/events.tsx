// …/events: everything that came in, by every filter, the newest first; and told as it comes.
import { Hono } from 'hono'
import { eventStates, type EventState } from '../../../db/schema.ts'
import { uuidv7 } from '../../../ids.ts'
import { listEvents, type EventsWanted } from '../../../ledger/events.ts'
import { limits } from '../../../limits.ts'
import { periodOf } from '../../days.ts'
import { download } from '../../download.ts'
import { itemsOf } from '../../found.ts'
import { over, pieceOf, told } from '../../live.ts'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { namesOf, rulesOf } from '../../ui/choices.ts'
import { EventLine } from '../../ui/event-line.tsx'
import {
  Choice,
  Filters,
  givenIn,
  hrefWith,
  Listing,
  Nothing,
  NothingFits,
  PeriodFilter,
  TextFilter,
} from '../../ui/lists.tsx'
import { RareFilters } from '../../ui/rare-filters.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'

const filterNames = ['source', 'type', 'state', 'campaign', 'rule', 'reason', 'from', 'to'] as const
type Given = { [Name in (typeof filterNames)[number]]?: string }

const isState = (text: string | undefined): text is EventState =>
  eventStates.some((state) => state === text)

export function eventsRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const path = '/console/p/:partner/events'
  app.get(
    path,
    inside(parts, ['events:read'], (c, visit) => eventsPage(c, visit, parts)),
  )
  app.get(
    `${path}/live`,
    inside(parts, ['events:read'], (c, visit) => eventsLive(c, visit, parts)),
  )
  app.get(
    `${path}/export`,
    inside(parts, ['events:read'], (c, visit) => {
      const filters = wantedOf(givenIn(c, filterNames), visit)
      return download(c, parts, visit, { what: 'events', filters })
    }),
  )
  return app
}

function wantedOf(given: Given, { timeZone }: Visit): Omit<EventsWanted, 'limit'> {
  const { state, from, to, ...others } = given
  return {
    ...others,
    ...(isState(state) && { state }),
    ...periodOf({ from, to }, timeZone),
  }
}

async function eventsPage(c: Page, visit: Visit, { ledger }: ConsoleParts) {
  const say = words[visit.language].events
  const given = givenIn(c, filterNames)
  const { after } = givenIn(c, ['after'])
  const { asker, base } = visit
  const here = `${base}/events`
  const [found, sources, campaigns, rules] = await Promise.all([
    listEvents(ledger, asker, { ...wantedOf(given, visit), after, limit: limits.consoleRowsShown }),
    namesOf(ledger, asker, 'sources'),
    namesOf(ledger, asker, 'campaigns'),
    rulesOf(ledger, asker),
  ])
  const isNarrowed = Object.keys(given).length > 0
  const [newest] = itemsOf(found)
  const aside = visit.may('rejections:read') && (
    <a class="button quiet" href={`${base}/rejections`}>
      {say.rejected}
    </a>
  )
  const isNow = after === undefined && given.to === undefined
  const since = newest?.id ?? uuidv7()
  const live = isNow && (
    <Live href={hrefWith(`${here}/live`, { ...given, since })} isEmpty={newest === undefined} />
  )
  return answerIn(
    c,
    visit,
    { title: say.title, place: 'events', aside },
    <>
      <Filters visit={visit} action={here} isNarrowed={isNarrowed}>
        <Fields {...{ visit, given, sources, campaigns, rules }} />
      </Filters>
      <Listing
        {...{ visit, here, given, after, found }}
        empty={'items' in found && <NoEvents visit={visit} isNarrowed={isNarrowed} />}
        above={live}
        file={hrefWith(`${here}/export`, given)}
      >
        {(items) => (
          <ol class="feed" id="feed">
            {items.map((event) => (
              <EventLine event={event} visit={visit} />
            ))}
          </ol>
        )}
      </Listing>
    </>,
  )
}

type Names = Awaited<ReturnType<typeof namesOf>>

interface FieldsProps {
  visit: Visit
  given: Given
  sources: Names
  campaigns: Names
  rules: Names
}

function Fields({ visit, given, sources, campaigns, rules }: FieldsProps) {
  const say = words[visit.language].events
  const states = eventStates.map((each) => [each, say.states[each]] as const)
  return (
    <>
      <Choice
        name="source"
        label={say.source}
        value={given.source}
        options={sources}
        none={say.any}
      />
      <TextFilter name="type" label={say.type} value={given.type} />
      <Choice name="state" label={say.state} value={given.state} options={states} none={say.any} />
      <Choice
        name="campaign"
        label={say.campaign}
        value={given.campaign}
        options={campaigns}
        none={say.any}
      />
      <PeriodFilter visit={visit} given={given} />
      <RareFilters of="events" visit={visit} given={given} rules={rules} />
    </>
  )
}

/** Where new lines are put, above the others; on an empty page in a list of their own. */
function Live({ href, isEmpty }: { href: string; isEmpty: boolean }) {
  const live = { 'hx-sse:connect': href, 'hx-swap': 'afterbegin' }
  return isEmpty ? (
    <ol class="feed" {...live} hx-target="this" aria-live="polite"></ol>
  ) : (
    <div {...live} hx-target="#feed" aria-live="polite"></div>
  )
}

function NoEvents({ visit, isNarrowed }: { visit: Visit; isNarrowed: boolean }) {
  const say = words[visit.language].events
  if (isNarrowed) return <NothingFits visit={visit} />
  return (
    <Nothing title={say.none} help={say.noneHelp}>
      {visit.may('config:write') && (
        <p>
          <a class="button" href={`${visit.base}/connect`}>
            {say.connect}
          </a>
        </p>
      )}
    </Nothing>
  )
}

function eventsLive(c: Page, visit: Visit, { ledger }: ConsoleParts) {
  let since = givenIn(c, ['since']).since ?? uuidv7()
  const wanted = wantedOf(givenIn(c, filterNames), visit)
  // What is told here is always masked: looking is a choice, and noted once.
  const asker = { ...visit.asker, reveal: false }
  return told(c, async () => {
    const found = await listEvents(ledger, asker, { ...wanted, limit: limits.consoleRowsShown })
    if (!('items' in found)) return over
    const fresh = found.items.filter(({ id }) => id > since)
    if (fresh[0] === undefined) return undefined
    since = fresh[0].id
    return pieceOf(
      <>
        {fresh.map((event) => (
          <EventLine event={event} visit={visit} fresh />
        ))}
      </>,
    )
  })
}
