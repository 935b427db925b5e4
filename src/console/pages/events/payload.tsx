// …/events/:id/payload: what came, as a tree and as exact bytes. By POST, for each look is noted; whoever
// may not see full addresses sees the tree with addresses masked, and no bytes.
import { isUtf8 } from 'node:buffer'
import { Hono } from 'hono'
import { writeAudit } from '../../../access/audit.ts'
import { payloadOf } from '../../../jobs/payloads.ts'
import { readEvent, readEventBody } from '../../../ledger/events.ts'
import { isUuid } from '../../../ids.ts'
import { limits } from '../../../limits.ts'
import { numberIn } from '../../moments.ts'
import { smallForm } from '../../forms.tsx'
import { forbidden, notThere } from '../../nowhere.tsx'
import { answerIn } from '../../page.tsx'
import type { ConsoleEnv, ConsoleParts } from '../../parts.ts'
import { Tree } from '../../ui/tree.tsx'
import { inside, type Page, type Visit } from '../../visit.ts'
import { words } from '../../words.ts'

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
  const { ledger, history } = parts
  const asker = { ...visit.asker, reveal: false }
  const event = isUuid(id) ? await readEvent(ledger, asker, id, visit.language) : undefined
  if (event === undefined) return notThere(c)
  const { partner, base, language } = visit
  const { one: say, title } = words[language].events
  const source = await history.sourceById(partner.id, event.source.id)
  const payload =
    source === undefined || 'broken' in source ? undefined : await payloadOf(ledger.orm, source, id)
  // Reading the bytes notes it; without them the look at the tree is noted as such.
  const bytes = reveal ? await readEventBody(ledger, asker, id) : undefined
  if (!reveal) await noteLook(parts, visit, id)
  const here = `${base}/events/${id}`
  return answerIn(
    c,
    visit,
    { title: say.title(event.type), place: 'events', above: { href: here, label: title } },
    <div id="looked" class="stack">
      {payload !== undefined && !('missing' in payload) ? (
        <Tree
          event={payload.event}
          reveal={reveal}
          unsigned={words[language].common.unsigned}
          more={(count) => `… + ${numberIn(language, count)}`}
        />
      ) : (
        <p>{payload?.missing === 'large' ? say.whole : say.gone}</p>
      )}
      {!reveal && <p class="help">{say.hidden}</p>}
      {bytes !== undefined && (
        <details>
          <summary>
            {say.bytes} · {say.kept(bytes.length)}
          </summary>
          <pre class="bytes" id="bytes" tabindex={0}>
            {bytes.subarray(0, limits.payloadShownBytesMax).toString('utf8')}
          </pre>
        </details>
      )}
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

type Event = NonNullable<Awaited<ReturnType<typeof readEvent>>>

/** For `moab-relay verify`: everything but the secrets. */
function recordedRequest({ source, received_at, request }: Event, bytes: Buffer): string {
  const at = Math.floor(Date.parse(received_at) / 1000)
  const { method = 'POST', headers = {} } = request ?? {}
  const body = isUtf8(bytes)
    ? { body: bytes.toString('utf8') }
    : { bodyBase64: bytes.toString('base64') }
  const recorded = {
    provider: source.provider,
    at,
    credentials: [],
    request: { method, url: '', headers, ...body },
  }
  return JSON.stringify(recorded, null, 2)
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
  const { common, events } = words[visit.language]
  const { one: say } = events
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
          <pre class="bytes" id={id} tabindex={0}>
            {text}
          </pre>
          <button
            type="button"
            class="quiet"
            data-copy=""
            data-copy-from={id}
            data-copied={common.copied}
            hidden
          >
            {common.copy}
          </button>
        </details>
      ))}
    </>
  )
}
