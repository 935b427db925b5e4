// The event beside a rule: a tree in which a click takes a place, another event to look at, and what the
// rule makes of this one.
import type { Child } from 'hono/jsx'
import { momentIn, numberIn } from '../../moments.ts'
import { Tree } from '../../ui/tree.tsx'
import type { Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { writtenPath } from '../../../rules/written-path.ts'
import type { Draft } from './draft.ts'
import { traceOf, type Sight } from './sight.ts'

interface EventProps {
  visit: Visit
  sight: Sight
  draft: Draft
  mayWrite: boolean
  /** A click takes an email, and nothing else. */
  onlyEmail?: boolean
}

export function EventToClick({ visit, sight, draft, mayWrite, onlyEmail = false }: EventProps) {
  const { language, timeZone } = visit
  const { rules: say, common } = words[language]
  const { shown, events } = sight
  const trace = traceOf(draft, sight, language)
  const suggested = new Set(sight.candidates.filter(({ hits }) => hits > 0).map(({ path }) => path))
  const pick = (path: string, value: Child, isEmail: boolean) => {
    const written = writtenPath(path)
    const kind = draft.email.includes(written)
      ? 'chosen'
      : isEmail || suggested.has(written)
        ? 'suggested'
        : undefined
    return (
      <button type="submit" name="pick" value={path} class={kind} title={written} formnovalidate>
        {value}
      </button>
    )
  }
  return (
    <section>
      <h2>{say.event}</h2>
      {shown.id === null ? (
        <p class="help">{say.sampleNote}</p>
      ) : (
        <div class="actions">
          <select name="shown" aria-label={say.otherEvent}>
            {events.map(({ id, receivedAt, event }) => (
              <option value={id} selected={id === shown.id}>
                {momentIn(language, new Date(receivedAt), timeZone)} · {event.type}
              </option>
            ))}
          </select>
          <button type="submit" name="do" value="show" class="quiet" formnovalidate>
            {say.otherEvent}
          </button>
        </div>
      )}
      {mayWrite && !onlyEmail && (
        <fieldset class="inline">
          <legend>{say.pickFor}</legend>
          <label class="check">
            <input type="radio" name="pick-for" value="email" checked />
            {say.pickEmail}
          </label>
          <label class="check">
            <input type="radio" name="pick-for" value="when" />
            {say.pickWhen}
          </label>
        </fieldset>
      )}
      <Tree
        event={shown.event}
        reveal={false}
        unsigned={common.unsigned}
        more={(count) => `… + ${numberIn(language, count)}`}
        pick={mayWrite ? pick : undefined}
      />
      <p class="help">{say.hidden}</p>
      {trace.length > 0 && (
        <>
          <h3>{say.withThis}</h3>
          <ul class="clauses">
            {trace.map((line) => (
              <li>{line}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
