// An event in a list: what became of it, what it was, of whom, when.
import type { EventView } from '../../ledger/events.ts'
import type { Visit } from '../visit.ts'
import { words } from '../words.ts'
import { Fate, Moment } from './marks.tsx'
import { providerName } from './providers.tsx'

interface LineProps {
  event: EventView
  visit: Visit
  /** It came while somebody looks. */
  fresh?: boolean
}

export const EventLine = ({ event, visit, fresh = false }: LineProps) => (
  <li class={fresh ? 'fresh' : undefined}>
    <a href={`${visit.base}/events/${event.id}`}>
      <Fate word={event.fate} visit={visit} />
      <span class="what">
        {event.type === '' ? words[visit.language].events.noType : event.type}{' '}
        <small>
          {event.source.name} · {providerName(event.source.provider, visit.language)}
        </small>
      </span>
      <span class="who">{event.email ?? ''}</span>
      <Moment at={event.received_at} visit={visit} />
    </a>
  </li>
)
