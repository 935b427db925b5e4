// A page that is told of what comes: server-sent events, each a piece of HTML that htmx puts in its place.
// The database is asked once a second; so many streams at once, each for a bounded time.
import { streamSSE } from 'hono/streaming'
import type { HtmlEscapedString } from 'hono/utils/html'
import { limits } from '../limits.ts'
import type { Page } from './visit.ts'

/** There is no more to tell. */
export const over = Symbol('over')

let open = 0

/** `ask` gives the next piece, undefined where nothing is new, or `over`. */
export function told(c: Page, ask: () => Promise<string | undefined | typeof over>): Response {
  if (open >= limits.liveStreamsMax) return c.text('too many pages are open', 503)
  open++
  c.header('Cache-Control', 'no-store')
  c.header('X-Accel-Buffering', 'no')
  const until = Date.now() + limits.liveStreamMsMax
  return streamSSE(c, async (stream) => {
    try {
      while (!stream.aborted && Date.now() < until) {
        const piece = await ask()
        if (piece === over) {
          await stream.writeSSE({ event: 'over', data: '' })
          break
        }
        // Something is written each time: it shows whether anybody still listens.
        if (piece === undefined) await stream.write(': nothing new\n\n')
        else await stream.writeSSE({ data: piece })
        await stream.sleep(limits.livePollMs)
      }
    } finally {
      open--
    }
  })
}

/** On one line, as an event carries it. */
export const pieceOf = async (
  shown: HtmlEscapedString | Promise<HtmlEscapedString>,
): Promise<string> => String(await shown).replaceAll('\n', ' ')
