// …/events: everything that came in, by every filter, the newest first; and told as it comes.
import { Hono } from 'hono'
import type { Child } from 'hono/jsx'
import { eventStates, type EventState } from '../../../db/schema.ts'
import { uuidv7 } from '../../../ids.ts'
import { listEvents, type EventView, type EventsWanted } from '../../../ledger/events.ts'
import { listCampaigns, listSources } from '../../../ledger/setup.ts'
import { limits } from '../../../limits.ts'
import { told } from '../../live.ts'
import { dayStart } from '../../days.ts'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { Choice, Filters, givenIn, hrefWith, Pager, TextFilter } from '../../ui/lists.tsx'
import { Empty, Fate, Moment } from '../../ui/marks.tsx'
import { providerName } from '../../ui/providers.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'

const filters = ['source', 'type', 'state', 'campaign', 'rule', 'reason', 'from', 'to'] as const
type Given = { [Name in (typeof filters)[number]]?: string }

const isState = (text: string | undefined): text is EventState =>
  eventStates.some((state) => state === text)

export function eventsRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.get(
    '/console/p/:partner/events',
    inside(parts, ['events:read'], (c, visit) => eventsPage(c, visit, parts)),
  )
  app.get(
    '/console/p/:partner/events/live',
    inside(parts, ['events:read'], (c, visit) => eventsLive(c, visit, parts)),
  )
  return app
}

function wantedOf(given: Given, { timeZone }: Visit): Omit<EventsWanted, 'limit'> {
  const { state, from, to, ...others } = given
  return {
    ...others,
    ...(isState(state) && { state }),
    from: dayStart(from, timeZone),
    to: dayStart(to, timeZone, 1),
  }
}

async function eventsPage(c: Page, visit: Visit, { ledger }: ConsoleParts) {
  const say = words[visit.language].events
  const given = givenIn(c, filters)
  const after = givenIn(c, ['after']).after
  const { asker, base } = visit
  const here = `${base}/events`
  const wanted = { ...wantedOf(given, visit), limit: limits.consoleRowsShown, after }
  const [found, sources, campaigns] = await Promise.all([
    listEvents(ledger, asker, wanted),
    listSources(ledger, asker, { limit: limits.choicesShownMax }),
    listCampaigns(ledger, asker, { limit: limits.choicesShownMax }),
  ])
  const names = (list: typeof sources | typeof campaigns) =>
    'items' in list ? list.items.map(({ name }): [string, string] => [name, name]) : []
  const isNarrowed = Object.keys(given).length > 0
  const items = 'items' in found ? found.items : []
  const newest = items[0]?.id
  const aside = visit.may('rejections:read') && (
    <a class="button quiet" href={`${base}/rejections`}>
      {say.rejected}
    </a>
  )
  return answerIn(
    c,
    visit,
    { title: say.title, place: 'events', aside },
    <>
      <Filters visit={visit} action={here} isNarrowed={isNarrowed}>
        <Choice
          name="source"
          label={say.source}
          value={given.source}
          options={names(sources)}
          none={say.any}
        />
        <TextFilter name="type" label={say.type} value={given.type} />
        <Choice
          name="state"
          label={say.state}
          value={given.state}
          options={eventStates.map((each) => [each, say.states[each]])}
          none={say.any}
        />
        <Choice
          name="campaign"
          label={say.campaign}
          value={given.campaign}
          options={names(campaigns)}
          none={say.any}
        />
        <TextFilter name="from" label={say.from} value={given.from} type="date" />
        <TextFilter name="to" label={say.to} value={given.to} type="date" />
      </Filters>
      {'unknown' in found && (
        <p class="problem">{words[visit.language].common.unknownName(found.unknown)}</p>
      )}
      {items.length === 0 && 'items' in found && <Nothing visit={visit} isNarrowed={isNarrowed} />}
      {after === undefined && given.to === undefined && (
        <Live
          href={hrefWith(`${here}/live`, { ...given, since: newest ?? uuidv7() })}
          isEmpty={items.length === 0}
        />
      )}
      {items.length > 0 && (
        <ol class="feed" id="feed">
          {items.map((event) => (
            <Line event={event} visit={visit} />
          ))}
        </ol>
      )}
      {'items' in found && (
        <Pager visit={visit} here={here} given={given} after={after} next={found.next} />
      )}
    </>,
  )
}

/** Where new lines are put, above the others; on an empty page in a list of their own. */
function Live({ href, isEmpty }: { href: string; isEmpty: boolean }) {
  return isEmpty ? (
    <ol
      class="feed"
      {...{ 'hx-sse:connect': href }}
      hx-swap="afterbegin"
      hx-target="this"
      aria-live="polite"
    ></ol>
  ) : (
    <div
      {...{ 'hx-sse:connect': href }}
      hx-swap="afterbegin"
      hx-target="#feed"
      aria-live="polite"
    ></div>
  )
}

function Nothing({ visit, isNarrowed }: { visit: Visit; isNarrowed: boolean }) {
  const say = words[visit.language].events
  if (isNarrowed) return <Empty>{words[visit.language].common.nothing}</Empty>
  return (
    <Empty>
      <p>
        <strong>{say.none}</strong>
      </p>
      <p>{say.noneHelp}</p>
      {visit.may('config:write') && (
        <p>
          <a class="button" href={`${visit.base}/connect`}>
            {say.connect}
          </a>
        </p>
      )}
    </Empty>
  )
}

export function Line({
  event,
  visit,
  fresh = false,
}: {
  event: EventView
  visit: Visit
  fresh?: boolean
}) {
  const say = words[visit.language].events
  return (
    <li class={fresh ? 'fresh' : undefined}>
      <a href={`${visit.base}/events/${event.id}`}>
        <Fate word={event.fate} visit={visit} />
        <span class="what">
          {event.type === '' ? say.noType : event.type}{' '}
          <small>
            {event.source.name} · {providerName(event.source.provider, visit.language)}
          </small>
        </span>
        <span class="who">{event.email ?? ''}</span>
        <Moment at={event.received_at} visit={visit} />
      </a>
    </li>
  )
}

function eventsLive(c: Page, visit: Visit, { ledger }: ConsoleParts) {
  const given = givenIn(c, filters)
  let since = givenIn(c, ['since']).since ?? uuidv7()
  const wanted = { ...wantedOf(given, visit), limit: limits.consoleRowsShown }
  // What is told here is always masked: looking is a choice, and noted once.
  const asker = { ...visit.asker, reveal: false }
  return told(c, async () => {
    const found = await listEvents(ledger, asker, wanted)
    if (!('items' in found)) return 'over'
    const fresh = found.items.filter(({ id }) => id > since)
    if (fresh[0] === undefined) return undefined
    since = fresh[0].id
    const lines: Child = (
      <>
        {fresh.map((event) => (
          <Line event={event} visit={visit} fresh />
        ))}
      </>
    )
    return String(await lines).replaceAll('\n', ' ')
  })
}
