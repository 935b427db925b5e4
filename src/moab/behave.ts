// How the sandbox misbehaves on the wire. It holds no call longer than its client does, and no
// more calls at a time than the limit allows.
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context } from 'hono'
import { setTimeout as sleep } from 'node:timers/promises'
import { limits } from '../limits.ts'
import type { Behaviour } from './magic.ts'

/** Absent where the app is called without a server. */
export interface SandboxEnv {
  Bindings: Partial<HttpBindings>
}
type Call = Context<SandboxEnv>

/** One sandbox's pace, and how many calls it holds open just now. */
export interface Stage {
  slowMs: number
  dripMs: number
  held: number
}

const ok = '{"status":"ok"}'
const json = { 'content-type': 'application/json; charset=utf-8' }

export function behave(behaviour: Behaviour, c: Call, stage: Stage): Response | Promise<Response> {
  return behaviours[behaviour](c, stage)
}

const behaviours: Record<Behaviour, (c: Call, stage: Stage) => Response | Promise<Response>> = {
  slow,
  drip,
  truncated,
  lost: reset,
  reset,
  html: (c) => c.html('<!doctype html><title>MOAB</title><p>Back soon</p>'),
  '500': (c) => c.text('Internal Server Error', 500),
  redirect: (c) => c.redirect('/elsewhere', 302),
}

async function slow(c: Call, stage: Stage): Promise<Response> {
  const enough = endOfPatience(c, stage)
  stage.held += 1
  await sleep(stage.slowMs, undefined, { ref: false, signal: enough }).catch(() => {})
  stage.held -= 1
  return c.body(ok, 200, json)
}

function drip(c: Call, stage: Stage): Response {
  const enough = endOfPatience(c, stage)
  const bytes = Buffer.from(ok)
  let sent = 0
  stage.held += 1
  const end = () => void (stage.held -= 1)
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (sent > 0) {
        await sleep(stage.dripMs, undefined, { ref: false, signal: enough }).catch(() => {})
      }
      controller.enqueue(bytes.subarray(sent, (sent += 1)))
      if (sent < bytes.length) return
      controller.close()
      end()
    },
    cancel: end,
  })
  return c.body(stream, 200, json)
}

/** Aborted when the client has gone, and at once where too many calls are held already. */
function endOfPatience(c: Call, { held }: Stage): AbortSignal {
  const outgoing = outgoingOf(c)
  if (held >= limits.sandboxHeldMax || outgoing?.closed) return AbortSignal.abort()
  const gone = new AbortController()
  outgoing?.once('close', () => gone.abort())
  return gone.signal
}

// Called without a server, as app.request does, the app has no env at all, whatever the type says.
function outgoingOf(c: Call): HttpBindings['outgoing'] | undefined {
  const env: Partial<HttpBindings> | undefined = c.env
  return env?.outgoing
}

function reset(c: Call): Response {
  const socket = outgoingOf(c)?.socket
  if (!socket) return noSocket(c)
  socket.resetAndDestroy()
  return RESPONSE_ALREADY_SENT
}

function truncated(c: Call): Response {
  const outgoing = outgoingOf(c)
  if (!outgoing) return noSocket(c)
  outgoing.writeHead(200, { ...json, 'content-length': ok.length })
  outgoing.write(ok.slice(0, 8), () => outgoing.destroy())
  return RESPONSE_ALREADY_SENT
}

function noSocket(c: Call): Response {
  return c.text('this address works over a real connection only', 501)
}
