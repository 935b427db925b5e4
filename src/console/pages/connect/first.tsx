// The step that waits: told the moment something comes, and why, if it was refused.
import type { Child } from 'hono/jsx'
import { listEvents } from '../../../ledger/events.ts'
import { listRejections } from '../../../ledger/rejections.ts'
import { sampleTypes } from '../../../inbound/sample.ts'
import { limits } from '../../../limits.ts'
import { Problem } from '../../forms.tsx'
import { told } from '../../live.ts'
import type { ConsoleParts } from '../../parts.ts'
import { upper } from '../../ui/marks.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { sayRejection } from '../../words/reasons.ts'
import type { Standing } from './standing.ts'
import { answerStep } from './views.tsx'
import { Line } from '../events/events.tsx'
import { Findings, findingsOf } from '../sources/rejections.tsx'
import { sampleProblem } from '../sources/sample.tsx'
import type { Source } from '../sources/sources.tsx'

export async function FirstStep(c: Page, visit: Visit, parts: ConsoleParts, standing: Standing) {
  const { source, provider } = standing
  const { language, base, person } = visit
  const { connect, sources } = words[language]
  const say = connect.first
  const here = `${base}/sources/${source.id}/connect`
  const sample = c.req.query('sample')
  const types = sampleTypes(provider)
  return answerStep(
    c,
    visit,
    standing,
    { title: say.title, refreshSeconds: 4 },
    <>
      {sample !== undefined && <Problem>{sampleProblem(sample, visit)}</Problem>}
      <div
        {...{ 'hx-sse:connect': `${here}/live`, 'hx-sse:close': 'over' }}
        hx-swap="innerHTML"
        aria-live="polite"
      >
        {await lookOf(c, visit, parts, source)}
      </div>
      {types.length > 0 && (
        <section>
          <details>
            <summary>{say.sample}</summary>
            <form method="post" action={`${here}/sample`} class="form">
              <p class="help">{say.sampleHelp}</p>
              <label for="type">{sources.one.sampleType}</label>
              <select id="type" name="type">
                {provider.events.map(({ type, label }) => (
                  <option value={type}>
                    {label[language]} ({type})
                  </option>
                ))}
              </select>
              <label for="sample-email">{sources.one.sampleEmail}</label>
              <input
                id="sample-email"
                name="email"
                type="email"
                value={person.email}
                maxlength={limits.emailCharsMax}
              />
              <button type="submit" class="quiet">
                {sources.one.sampleSend}
              </button>
            </form>
          </details>
        </section>
      )}
    </>,
  )
}

/** What has come until now: the events, else the last refusal with its diagnosis, else that we wait. */
async function lookOf(c: Page, visit: Visit, parts: ConsoleParts, source: Source): Promise<Child> {
  const { language, base, asker } = visit
  const say = words[language].connect.first
  const masked = { ...asker, reveal: false }
  const wanted = { source: source.id, limit: limits.firstEventsShown }
  const events = await listEvents(parts.ledger, masked, wanted)
  const items = 'items' in events ? events.items : []
  const here = `${base}/sources/${source.id}/connect`
  if (items.length > 0)
    return (
      <>
        <p class="done" role="status">
          {say.came(items.length)}
        </p>
        <ol class="feed">
          {items.map((event) => (
            <Line event={event} visit={visit} />
          ))}
        </ol>
        <p class="after">
          <a class="button" href={`${here}?step=email`}>
            {say.next}
          </a>
        </p>
      </>
    )
  const refused = await listRejections(parts.ledger, masked, { source: source.id, limit: 1 })
  const [last] = 'items' in refused ? refused.items : []
  if (last === undefined) return <p class="waiting">{say.waiting}</p>
  return (
    <>
      <p class="waiting">{say.waiting}</p>
      <Problem>
        {say.refused} {upper(sayRejection(last.reason, language))}
      </Problem>
      <Findings findings={await findingsOf(c, visit, parts, last)} visit={visit} hint={last.hint} />
      <p class="actions">
        <a href={`${here}?step=secret`}>{say.mend}</a>
      </p>
    </>
  )
}

export function liveFirst(c: Page, visit: Visit, parts: ConsoleParts, source: Source) {
  let last = ''
  let ended = false
  return told(c, async () => {
    if (ended) return 'over'
    const masked = { ...visit.asker, reveal: false }
    const wanted = { source: source.id, limit: 1 }
    const [events, refused] = await Promise.all([
      listEvents(parts.ledger, masked, wanted),
      listRejections(parts.ledger, masked, wanted),
    ])
    const newest = [events, refused]
      .map((list) => ('items' in list ? list.items[0]?.id : undefined))
      .join(' ')
    if (newest === last) return undefined
    last = newest
    ended = 'items' in events && events.items.length > 0
    return String(await (<>{await lookOf(c, visit, parts, source)}</>)).replaceAll('\n', ' ')
  })
}
