// An event in a list of a person's: what it was, with what is to be said of it there, and when.
import type { Child } from 'hono/jsx'
import type { EventView } from '../../ledger/events.ts'
import type { Visit } from '../visit.ts'
import { words } from '../words.ts'
import { Moment } from './marks.tsx'

interface RowProps {
  event: EventView
  visit: Visit
  children: Child
}

export const EventRow = ({ event, visit, children }: RowProps) => (
  <li>
    <div>
      <a href={`${visit.base}/events/${event.id}`}>
        {event.type === '' ? words[visit.language].events.noType : event.type}
      </a>{' '}
      {children}
    </div>
    <Moment at={event.received_at} visit={visit} />
  </li>
)
