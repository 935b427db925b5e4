// Of somebody whom no rule has found: where the address stands all the same, and where to go from there.
import type { readNaming } from '../../../ledger/naming.ts'
import { sayRejection } from '../../../ledger/rejection-words.ts'
import { sayFate } from '../../../ledger/words.ts'
import { EventRow } from '../../ui/event-row.tsx'
import { Empty, Moment, upper } from '../../ui/marks.tsx'
import type { Visit } from '../../visit.ts'
import { words } from '../../words.ts'

export type Naming = Exclude<Awaited<ReturnType<typeof readNaming>>, 'unusable'>

interface NamedProps {
  /** As it may be shown. */
  email: string
  naming: Naming
  visit: Visit
}

export function Named({ email, naming, visit }: NamedProps) {
  const { people: say } = words[visit.language]
  const { events, refused } = naming
  const isNamed = events.length + refused.length > 0
  if (!isNamed) return <Nobody email={email} searched={naming.searched} visit={visit} />
  return (
    <>
      <section>
        <h2>{say.named(email)}</h2>
        <p>{say.namedHelp}</p>
      </section>
      <Events events={events} visit={visit} />
      <Refused refused={refused} visit={visit} />
      {naming.cut && <p class="help">{say.namedCut}</p>}
    </>
  )
}

function Nobody({ email, searched, visit }: { email: string; searched: boolean; visit: Visit }) {
  const { people: say, events } = words[visit.language]
  return (
    <Empty>
      <p>
        <strong>{say.unknown(email)}</strong>
      </p>
      <p>{searched ? say.unknownHelp : say.notSearched}</p>
      <p>
        <a href={`${visit.base}/events`}>{events.title}</a>
      </p>
    </Empty>
  )
}

function Events({ events, visit }: { events: Naming['events']; visit: Visit }) {
  const say = words[visit.language].people
  if (events.length === 0) return null
  return (
    <section>
      <h2>{say.namedEvents}</h2>
      <ul class="rows">
        {events.map((event) => (
          <EventRow event={event} visit={visit}>
            <span class="help">
              {upper(sayFate(event.fate, event.fate_reason, visit.language))}
            </span>
            <span class="help">
              <RulesOf source={event.source} visit={visit} />
            </span>
          </EventRow>
        ))}
      </ul>
    </section>
  )
}

function Refused({ refused, visit }: { refused: Naming['refused']; visit: Visit }) {
  const say = words[visit.language].people
  if (refused.length === 0) return null
  return (
    <section>
      <h2>{say.namedRefused}</h2>
      <ul class="rows">
        {refused.map(({ id, at, reason, source }) => (
          <li>
            <div>
              <a href={`${visit.base}/rejections/${id}`}>
                {upper(sayRejection(reason, visit.language))}
              </a>
              <span class="help">
                <a href={`${visit.base}/sources/${source.id}`}>{source.name}</a>
              </span>
            </div>
            <Moment at={at} visit={visit} />
          </li>
        ))}
      </ul>
    </section>
  )
}

const RulesOf = ({ source, visit }: { source: { id: string; name: string }; visit: Visit }) => (
  <a href={`${visit.base}/sources/${source.id}#rules`}>
    {words[visit.language].people.rulesOf(source.name)}
  </a>
)
