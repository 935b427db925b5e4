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
  const { language } = visit
  const { rules: say, common } = words[language]
  return (
    <section>
      <h2>{mayWrite ? say.event : say.eventSeen}</h2>
      {sight.shown.id === null ? (
        <p class="help">{say.sampleNote}</p>
      ) : (
        <OtherEvent visit={visit} sight={sight} />
      )}
      {mayWrite && !onlyEmail && <PickFor visit={visit} />}
      <Tree
        event={sight.shown.event}
        reveal={false}
        unsigned={common.unsigned}
        more={(count) => `… + ${numberIn(language, count)}`}
        pick={mayWrite ? pickIn(draft, sight) : undefined}
      />
      <p class="help">{say.hidden}</p>
      <Outcome lines={traceOf(draft, sight, language)} visit={visit} />
    </section>
  )
}

/** A place of the tree as a button that takes it. */
function pickIn(draft: Draft, { candidates }: Sight) {
  const suggested = new Set(candidates.filter(({ hits }) => hits > 0).map(({ path }) => path))
  const kindOf = (written: string, isEmail: boolean) => {
    if (draft.email.includes(written)) return 'chosen'
    return isEmail || suggested.has(written) ? 'suggested' : undefined
  }
  return (path: string, value: Child, isEmail: boolean) => {
    const written = writtenPath(path)
    const kind = kindOf(written, isEmail)
    return (
      <button type="submit" name="pick" value={path} class={kind} title={written} formnovalidate>
        {value}
      </button>
    )
  }
}

function OtherEvent({ visit, sight: { shown, events } }: { visit: Visit; sight: Sight }) {
  const { language, timeZone } = visit
  const say = words[language].rules
  return (
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
  )
}

/** What a click takes: the place of an email, or one for a condition. */
function PickFor({ visit }: { visit: Visit }) {
  const say = words[visit.language].rules
  return (
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
  )
}

/** What the rule makes of this event. */
function Outcome({ lines, visit }: { lines: readonly string[]; visit: Visit }) {
  if (lines.length === 0) return null
  return (
    <>
      <h3>{words[visit.language].rules.withThis}</h3>
      <ul class="clauses">
        {lines.map((line) => (
          <li>{line}</li>
        ))}
      </ul>
    </>
  )
}
