// The step that waits: told the moment something comes, and why, if it was refused.
import { listEvents, type EventView } from '../../../ledger/events.ts'
import { listRejections } from '../../../ledger/rejections.ts'
import { sampleTypes } from '../../../inbound/sample.ts'
import { limits } from '../../../limits.ts'
import { fieldsOf, Problem } from '../../forms.tsx'
import { itemsOf } from '../../found.ts'
import { over, pieceOf, told } from '../../live.ts'
import type { Provider } from '../../../providers/provider.ts'
import type { Reason } from '../../../schemes/reasons.ts'
import type { ConsoleParts } from '../../parts.ts'
import { EventLine } from '../../ui/event-line.tsx'
import { Findings, findingsOf } from '../../ui/findings.tsx'
import { upper } from '../../ui/marks.tsx'
import type { Source } from '../../ui/standing.tsx'
import type { Page, Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import { sayRejection } from '../../../ledger/rejection-words.ts'
import { canSendSample, SampleForm, sampleProblem, sendSample } from '../sources/sample.tsx'
import { answerStep, on, stepHref, type Connecting } from './frame.tsx'
import type { Standing } from './standing.ts'

export async function FirstStep(c: Page, visit: Visit, parts: ConsoleParts, standing: Standing) {
  const { source, provider } = standing
  const { language, base } = visit
  const say = words[language].connect.first
  const here = `${base}/sources/${source.id}/connect`
  const sample = c.req.query('sample')
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
        {await lookOf(c, visit, parts, { source, provider })}
      </div>
      {(await canSendSample(parts, visit, source.id)) && (
        <SampleForm
          provider={provider}
          visit={visit}
          action={`${here}/sample`}
          title={say.sample}
          help={say.sampleHelp}
        />
      )}
    </>,
  )
}

interface Waiting {
  source: Source
  provider: Provider
}

/** What has come until now: the events, else the last refusal with its diagnosis, else that we wait. */
async function lookOf(c: Page, visit: Visit, parts: ConsoleParts, { source, provider }: Waiting) {
  const say = words[visit.language].connect.first
  const { ledger } = parts
  const masked = { ...visit.asker, reveal: false }
  const wanted = { source: source.id, limit: limits.firstEventsShown }
  const events = itemsOf(await listEvents(ledger, masked, wanted))
  if (events.length > 0) return <Came events={events} visit={visit} source={source} />
  const [last] = itemsOf(await listRejections(ledger, masked, { source: source.id, limit: 1 }))
  const onward = (
    <>
      <p class="waiting">{say.waiting}</p>
      {sampleTypes(provider).length > 0 && <NoWaiting visit={visit} source={source} />}
    </>
  )
  if (last === undefined) return onward
  const findings = await findingsOf(c, visit, parts, last)
  return (
    <>
      {onward}
      <Problem>
        {say.refused} {upper(sayRejection(last.reason, visit.language))}
      </Problem>
      <Findings findings={findings} visit={visit} hint={last.hint} />
      {secretMends.has(last.reason) && (
        <p class="actions">
          <a href={stepHref(visit, { source }, 'secret')}>{say.mend}</a>
        </p>
      )}
    </>
  )
}

/** For whoever cannot or will not make something happen at the provider now. */
function NoWaiting({ visit, source }: { visit: Visit; source: Source }) {
  const { first: say } = words[visit.language].connect
  return (
    <p>
      <a href={stepHref(visit, { source }, 'email')}>{say.without}</a>
      <span class="line help">{say.withoutHelp}</span>
    </p>
  )
}

/** Of the others another secret changes nothing. */
const secretMends: ReadonlySet<string> = new Set<Reason>([
  'no_credential',
  'credential_unusable',
  'signature_mismatch',
  'token_missing',
  'token_mismatch',
  'token_malformed',
  'password_mismatch',
  'key_not_found',
  'keys_unavailable',
  'keys_refused',
])

interface CameProps {
  events: readonly EventView[]
  visit: Visit
  source: Source
}

function Came({ events, visit, source }: CameProps) {
  const say = words[visit.language].connect.first
  return (
    <>
      <p class="done" role="status">
        {say.came}
      </p>
      <ol class="feed">
        {events.map((event) => (
          <EventLine event={event} visit={visit} />
        ))}
      </ol>
      <p class="after">
        <a class="button" href={stepHref(visit, { source }, 'email')}>
          {say.next}
        </a>
      </p>
    </>
  )
}

export function liveFirst(c: Page, visit: Visit, { parts, source, provider }: Connecting) {
  let last = ''
  let ended = false
  return told(c, async () => {
    if (ended) return over
    const masked = { ...visit.asker, reveal: false }
    const wanted = { source: source.id, limit: 1 }
    const [events, refused] = await Promise.all([
      listEvents(parts.ledger, masked, wanted),
      listRejections(parts.ledger, masked, wanted),
    ])
    const newest = [itemsOf(events)[0]?.id, itemsOf(refused)[0]?.id].join(' ')
    if (newest === last) return undefined
    last = newest
    ended = itemsOf(events).length > 0
    return pieceOf(lookOf(c, visit, parts, { source, provider }))
  })
}

export async function sampleSent(c: Page, visit: Visit, connecting: Connecting) {
  const { parts, source } = connecting
  const sent = await sendSample(c, parts, visit, source.id, await fieldsOf(c))
  return on(c, visit, connecting, 'first', sent === 'sent' ? {} : { sample: sent })
}
