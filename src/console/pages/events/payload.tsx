// …/events/:id/payload: what came, as a tree and as exact bytes. By POST, for each look is noted; whoever
// may not see full addresses sees the tree with addresses masked, and no bytes.
import { Hono } from 'hono'
import { writeAudit } from '../../../access/audit.ts'
import { recordedText } from '../../../inbound/recorded.ts'
import { payloadOf } from '../../../jobs/payloads.ts'
import { readEvent, readEventBody } from '../../../ledger/events.ts'
import { isUuid } from '../../../ids.ts'
import { limits } from '../../../limits.ts'
import { numberIn } from '../../moments.ts'
import { smallForm } from '../../forms.tsx'
import { forbidden, notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { CopyText } from '../../ui/marks.tsx'
import { Tree } from '../../ui/tree.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'
import type { Event } from './way.tsx'

export function payloadRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>()
  app.post(
    '/console/p/:partner/events/:id/payload',
    smallForm,
    inside(parts, ['events:read'], (c, visit) => payloadPage(c, visit, parts)),
  )
  return app
}

async function payloadPage(c: Page, visit: Visit, parts: ConsoleParts) {
  const reveal = visit.may('people:reveal')
  if (!reveal && !visit.may('config:write')) return forbidden(c, visit)
  const id = c.req.param('id') ?? ''
  const asker = { ...visit.asker, reveal: false }
  const event = isUuid(id) ? await readEvent(parts.ledger, asker, id, visit.language) : undefined
  if (event === undefined) return notThere(c)
  const payload = await payloadIn(parts, visit, event)
  // Reading the bytes notes it; without them the look at the tree is noted as such.
  const bytes = reveal ? await readEventBody(parts.ledger, asker, id) : undefined
  if (!reveal) await noteLook(parts, visit, id)
  const { one: say, title } = words[visit.language].events
  const above = { href: `${visit.base}/events/${id}`, label: title }
  return answerIn(
    c,
    visit,
    { title: say.title(event.type), place: 'events', above },
    <div id="looked" class="stack">
      <Payload payload={payload} visit={visit} reveal={reveal} />
      {!reveal && <p class="help">{say.hidden}</p>}
      {bytes !== undefined && <Bytes bytes={bytes} visit={visit} />}
      {bytes !== undefined && event.request !== null && (
        <Copies
          visit={visit}
          recorded={recordedRequest(event, bytes)}
          curl={asCurl(event, bytes)}
        />
      )}
    </div>,
  )
}

type Read = Awaited<ReturnType<typeof payloadOf>> | undefined

/** Read as its source reads what comes; undefined where the source is no longer usable. */
async function payloadIn(
  { history, ledger }: ConsoleParts,
  { partner }: Visit,
  { id, source: { id: sourceId } }: Event,
): Promise<Read> {
  const source = await history.sourceById(partner.id, sourceId)
  if (source === undefined || 'broken' in source) return undefined
  return payloadOf(ledger.orm, source, id)
}

interface PayloadProps {
  payload: Read
  visit: Visit
  reveal: boolean
}

function Payload({ payload, visit: { language }, reveal }: PayloadProps) {
  const { common, events } = words[language]
  if (payload === undefined) return <p>{events.one.gone}</p>
  if ('missing' in payload)
    return <p>{payload.missing === 'large' ? events.one.whole : events.one.gone}</p>
  return (
    <Tree
      event={payload.event}
      reveal={reveal}
      unsigned={common.unsigned}
      more={(count) => `… + ${numberIn(language, count)}`}
    />
  )
}

function Bytes({ bytes, visit }: { bytes: Buffer; visit: Visit }) {
  const say = words[visit.language].events.one
  return (
    <details>
      <summary>
        {say.bytes} · {say.kept(bytes.length)}
      </summary>
      <pre class="bytes" id="bytes" tabindex={0}>
        {bytes.subarray(0, limits.payloadShownBytesMax).toString('utf8')}
      </pre>
    </details>
  )
}

/** The door is open: that somebody looked is noted, also where no bytes were shown. */
function noteLook({ orm }: ConsoleParts, { partner, actor }: Visit, id: string): Promise<void> {
  const detail = { masked: true }
  const entry = {
    partnerId: partner.id,
    actor,
    action: 'event.body_read',
    subject: id,
    detail,
  } as const
  return writeAudit(orm, entry)
}

/** For `moab-relay verify`: everything but the secrets. */
function recordedRequest({ source, received_at, request }: Event, bytes: Buffer): string {
  const { method = 'POST', headers = {} } = request ?? {}
  const sent = { method, url: '', headers: new Map(Object.entries(headers)), body: bytes }
  return recordedText(source.provider, Date.parse(received_at), sent)
}

const leftOut = ['host', 'content-length', 'connection', 'accept-encoding', 'transfer-encoding']

/** For a shell; URL is the source's own, a secret. */
function asCurl({ request }: Event, bytes: Buffer): string {
  const { method = 'POST', headers = {} } = request ?? {}
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
  const lines = [
    `curl -X ${method} "$URL"`,
    ...Object.entries(headers)
      .filter(([name]) => !leftOut.includes(name))
      .flatMap(([name, values]) => values.map((value) => `-H ${quoted(`${name}: ${value}`)}`)),
    ...(bytes.length > 0 ? [`--data-binary ${quoted(bytes.toString('utf8'))}`] : []),
  ]
  return lines.join(' \\\n  ')
}

interface CopiesProps {
  visit: Visit
  curl: string
  recorded: string
}

function Copies({ visit, curl, recorded }: CopiesProps) {
  const say = words[visit.language].events.one
  const texts = [
    { id: 'recorded', label: say.recorded, help: say.recordedHelp, text: recorded },
    { id: 'curl', label: say.curl, help: undefined, text: curl },
  ]
  return (
    <>
      {texts.map(({ id, label, help, text }) => (
        <details>
          <summary>{label}</summary>
          {help !== undefined && <p class="help">{help}</p>}
          <CopyText id={id} text={text} visit={visit} />
        </details>
      ))}
    </>
  )
}
