// …/events/:id: one event as it went, the facts about it, and the door to its payload.
import { Hono } from 'hono'
import { isSkipReason, skipReasons } from '../../../jobs/reasons.ts'
import { replayEvent } from '../../../jobs/replay.ts'
import { readIsBookmarked, removeBookmark, setBookmark } from '../../../ledger/bookmarks.ts'
import { readEvent } from '../../../ledger/events.ts'
import { readSource } from '../../../ledger/setup.ts'
import { isUuid } from '../../../ids.ts'
import { limits } from '../../../limits.ts'
import { about } from '../../about.ts'
import { smallForm } from '../../forms.tsx'
import { numberIn } from '../../moments.ts'
import { notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { Facts, Headers, type Fact } from '../../ui/facts.tsx'
import { hrefWith } from '../../ui/lists.tsx'
import { Alert, Fate, Moment, Reveal, Told } from '../../ui/marks.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { Way, type Event } from './way.tsx'

export function eventRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  const path = '/console/p/:partner/events/:id'
  app.get(
    path,
    about(
      parts,
      ['events:read'],
      ({ asker, language }, id) => readEvent(parts.ledger, asker, id, language),
      (c, visit, event) => eventPage(c, visit, parts, event),
    ),
  )
  app.post(
    `${path}/replay`,
    smallForm,
    inside(parts, ['grants:write'], async (c, visit) => {
      const id = c.req.param('id') ?? ''
      if (!isUuid(id)) return notThere(c)
      const { actor, partner, base } = visit
      const done = await replayEvent(parts.history, { partnerId: partner.id, eventId: id, actor })
      const told = 'skip' in done ? { skipped: done.skip } : { done: 'replayed' }
      return c.redirect(hrefWith(`${base}/events/${id}`, told), 303)
    }),
  )
  for (const what of ['keep', 'drop'] as const)
    app.post(
      `${path}/${what}`,
      smallForm,
      inside(parts, ['config:write'], async (c, { partner, actor, base }) => {
        const eventId = c.req.param('id') ?? ''
        if (!isUuid(eventId)) return notThere(c)
        const meant = { partnerId: partner.id, eventId, actor }
        const set = what === 'keep' ? await setBookmark(parts.ledger, meant) : undefined
        if (set === 'gone') return notThere(c)
        if (what === 'drop') await removeBookmark(parts.ledger, meant)
        const told = set === 'full' ? { samples: 'full' } : {}
        return c.redirect(hrefWith(`${base}/events/${eventId}`, told), 303)
      }),
    )
  return app
}

async function eventPage(c: Page, visit: Visit, { ledger }: ConsoleParts, event: Event) {
  const { language, base, asker } = visit
  const { one: say, title } = words[language].events
  const of = { partnerId: event.partner.id, eventId: event.id }
  const [source, isKept] = await Promise.all([
    readSource(ledger, asker, event.source.id),
    readIsBookmarked(ledger, of),
  ])
  const credential = source?.view.credentials.find(({ id }) => id === event.credential_id)?.name
  const skipped = c.req.query('skipped') ?? ''
  const here = `${base}/events/${event.id}`
  const above = { href: `${base}/events`, label: title }
  const aside = (
    <div class="actions">
      <Fate word={event.fate} visit={visit} />
      <Reveal visit={visit} here={here} email={event.email} />
    </div>
  )
  return answerIn(
    c,
    visit,
    { title: say.title(event.type), place: 'events', above, aside },
    <>
      {c.req.query('done') === 'replayed' && <Told>{say.replayDone}</Told>}
      {c.req.query('samples') === 'full' && (
        <Alert>{say.samplesFull(numberIn(language, limits.bookmarksPerSourceMax))}</Alert>
      )}
      {isSkipReason(skipped) && <Alert>{say.skipped(skipReasons[skipped][language])}</Alert>}
      <div class="two">
        <section>
          <Way event={event} visit={visit} credential={credential} />
        </section>
        <section class="stack">
          <Facts facts={factsOf(event, visit)} />
          {visit.may('grants:write') && <Replay visit={visit} here={here} />}
          {visit.may('config:write') && <Keep visit={visit} here={here} isKept={isKept} />}
        </section>
      </div>
      <section>
        <h2 id="payload">{say.payload}</h2>
        <PayloadDoor event={event} visit={visit} here={here} />
        {event.request !== null && <Headers headers={event.request.headers} label={say.headers} />}
      </section>
    </>,
  )
}

function factsOf({ id, key, source, email, occurred_at: at }: Event, visit: Visit): Fact[] {
  const { one: say, ...events } = words[visit.language].events
  return [
    [events.source, <a href={`${visit.base}/sources/${source.id}`}>{source.name}</a>],
    email !== null && [events.email, email],
    at !== null && [say.occurred, <Moment at={at} visit={visit} />],
    [say.key, <code>{key}</code>],
    [say.id, <code>{id}</code>],
  ]
}

function Replay({ visit, here }: { visit: Visit; here: string }) {
  const say = words[visit.language].events.one
  return (
    <form method="post" action={`${here}/replay`}>
      <button type="submit" class="quiet">
        {say.replay}
      </button>
      <p class="help">{say.replayHelp}</p>
    </form>
  )
}

interface KeepProps {
  visit: Visit
  here: string
  isKept: boolean
}

/** As a sample for whoever writes rules. */
function Keep({ visit, here, isKept }: KeepProps) {
  const say = words[visit.language].events.one
  return (
    <form method="post" action={`${here}/${isKept ? 'drop' : 'keep'}`}>
      <button type="submit" class="quiet">
        {isKept ? say.unbookmark : say.bookmark}
      </button>
      <p class="help">{say.bookmarkHelp}</p>
    </form>
  )
}

interface DoorProps {
  event: Event
  visit: Visit
  here: string
}

/** The payload is behind a door of its own: to open it is noted. */
function PayloadDoor({ event, visit, here }: DoorProps) {
  const say = words[visit.language].events.one
  if (event.request === null) return <p>{say.gone}</p>
  if (!visit.may('people:reveal') && !visit.may('config:write')) return <p>{say.hidden}</p>
  return (
    <div id="looked">
      <form
        method="post"
        action={`${here}/payload`}
        hx-post={`${here}/payload`}
        hx-target="#looked"
        hx-select="#looked"
        hx-swap="outerHTML"
      >
        <button type="submit" class="quiet">
          {say.look}
        </button>
        <p class="help">{say.lookHelp}</p>
      </form>
    </div>
  )
}
