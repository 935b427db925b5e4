// The harness's own MOAB, written from the contract alone: honest about what it registered, in a log
// that is only appended to. It can be told to misbehave on single calls, and to hold a campaign.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Journal } from './journal.ts'
import { pause } from './processes.ts'
import type { Random } from './random.ts'
import { apiKeys } from './world.ts'

export const moabFaults = {
  /** Registered, and the connection is reset before the answer. */
  lost: { registers: true },
  /** Registered, and half of the answer arrives. */
  half: { registers: true },
  /** Registered, and the answer comes late, or never. */
  slow: { registers: true },
  hang: { registers: true },
  drop: { registers: false },
  'status-500': { registers: false },
  html: { registers: false },
  'code-11': { registers: false },
  odd: { registers: false },
} as const
export type MoabFault = keyof typeof moabFaults

/** One line of the log: one call, written when it ended. */
export interface Call {
  call: number
  at: number
  ended: number
  node: string
  port: number
  key: string
  email: string
  mode: MoabFault | 'honest'
  /** What was said in full: ok, a code, or nothing that counts as an answer. */
  said: 'ok' | number | null
  registered: boolean
}

interface Armed {
  mode: MoabFault
  ms: number
  met(): void
}

const armedMs = 2000
const meetingShare = 0.3

const honest = { mode: 'honest', ms: 0, met: () => {} } as const

export const wrongEmail = /^wrong\./

export class Moab {
  #journal: Journal
  #random: Random
  #servers: Server[] = []
  #registered = new Map<string, Set<string>>()
  #armed: Armed[] = []
  #holds = new Map<string, number>()
  #calls = 0
  #inFlight = new Map<string, string[]>()

  constructor(journal: Journal, random: Random) {
    this.#journal = journal
    this.#random = random
    for (const key of Object.values(apiKeys)) this.#registered.set(key, new Set())
  }

  /** A port of its own for each relay, so that the log knows who called. */
  async listenFor(node: string): Promise<number> {
    const server = createServer((request, response) => void this.#serve(node, request, response))
    server.keepAliveTimeout = 65_000
    this.#servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  /** For the next call, if one comes soon: else those of an outage would all be met by its probes. */
  arm(fault: Armed): void {
    this.#armed.push(fault)
    setTimeout(() => {
      const at = this.#armed.indexOf(fault)
      if (at >= 0) this.#armed.splice(at, 1)
    }, armedMs).unref()
  }

  disarm(): number {
    return this.#armed.splice(0).length
  }

  /** Answers this code to whoever is not registered yet; null: as usual again. */
  hold(key: string, code: number | null): void {
    if (code === null) this.#holds.delete(key)
    else this.#holds.set(key, code)
  }

  /** Whom this relay is calling for now. */
  inFlight(node: string): readonly string[] {
    return [...(this.#inFlight.get(node) ?? [])]
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections()
      server.close()
    }
  }

  /** Until the returned function is called. */
  #callsFor(node: string, email: string): () => void {
    const emails = this.#inFlight.get(node) ?? []
    this.#inFlight.set(node, emails)
    emails.push(email)
    return () => void emails.splice(emails.indexOf(email), 1)
  }

  async #serve(node: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = Date.now()
    const port = request.socket.remotePort ?? 0
    const { api_key: key, email } = await bodyOf(request)
    if (key === undefined || email === undefined) return void response.destroy()
    const { mode, ms, met } = this.#next()
    met()
    const meant = this.#answer(key, email, mode)
    const ended = this.#callsFor(node, email)
    const said = await misbehaviours[mode](response, textOf(meant.said), ms)
    ended()
    const call: Call = {
      call: ++this.#calls,
      at,
      ended: Date.now(),
      node,
      port,
      key,
      email,
      mode,
      said: said ? (codeOf[mode] ?? meant.said) : null,
      registered: meant.registered,
    }
    this.#journal.write(call)
    return undefined
  }

  /** Not every call meets what is armed: else a single one, a probe in an outage, always would. */
  #next(): Armed | typeof honest {
    return this.#random.next() < meetingShare ? (this.#armed.shift() ?? honest) : honest
  }

  #answer(
    key: string,
    email: string,
    mode: Call['mode'],
  ): Pick<Call, 'registered'> & { said: 'ok' | number } {
    const list = this.#registered.get(key)
    if (list === undefined) return { said: 6, registered: false }
    if (wrongEmail.test(email)) return { said: 5, registered: false }
    if (list.has(email)) return { said: 10, registered: false }
    const held = this.#holds.get(key)
    if (held !== undefined) return { said: held, registered: false }
    if (mode !== 'honest' && !moabFaults[mode].registers) return { said: 'ok', registered: false }
    list.add(email)
    return { said: 'ok', registered: true }
  }
}

/** What these say whatever is true. */
const codeOf: Partial<Record<Call['mode'], number>> = { 'code-11': 11, odd: 99 }

const textOf = (said: 'ok' | number) =>
  said === 'ok' ? '{"status":"ok"}' : `{"status":"fail","error":${said}}`

type Misbehaviour = (response: ServerResponse, honest: string, ms: number) => Promise<boolean>

/** Each is true when a whole answer of MOAB's was handed over. */
const misbehaviours: Record<Call['mode'], Misbehaviour> = {
  honest: (response, text) => say(response, 200, text),
  lost: reset,
  drop: reset,
  async half(response, honest) {
    response.writeHead(200, { 'content-length': honest.length })
    response.write(honest.slice(0, honest.length >> 1))
    await pause(5)
    response.socket?.destroy()
    return false
  },
  slow: late,
  hang: late,
  'status-500': (response) => say(response, 500, 'Internal Server Error').then(() => false),
  html: (response) =>
    say(response, 200, '<!doctype html><title>Maintenance</title>').then(() => false),
  'code-11': (response) => say(response, 200, textOf(11)),
  odd: (response) => say(response, 200, textOf(99)),
}

function reset(response: ServerResponse): Promise<boolean> {
  response.socket?.resetAndDestroy()
  return Promise.resolve(false)
}

async function late(response: ServerResponse, honest: string, ms: number): Promise<boolean> {
  await until(response, ms)
  return say(response, 200, honest)
}

function say(response: ServerResponse, status: number, text: string): Promise<boolean> {
  if (response.destroyed || response.socket?.destroyed === true) return Promise.resolve(false)
  return new Promise((resolve) => {
    response.once('close', () => resolve(response.writableFinished))
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': text.length,
    })
    response.end(text)
  })
}

/** The time, or the caller's leaving. */
function until(response: ServerResponse, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    response.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

async function bodyOf(request: IncomingMessage): Promise<{ api_key?: string; email?: string }> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
    return JSON.parse(Buffer.concat(chunks).toString()) as { api_key?: string; email?: string }
  } catch {
    return {}
  }
}
