// A faithful MOAB that runs here: the contract to the letter, plus magic addresses (see magic.ts).
// It remembers emails in memory only, never passes them on, and cannot be made to grow.
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { isJsonObject } from '../json.ts'
import type { JsonValue } from '../json.ts'
import { limits } from '../limits.ts'
import { behave } from './behave.ts'
import type { SandboxEnv } from './behave.ts'
import { behaviours, magicAddresses, magicOf } from './magic.ts'
import type { ForcedAnswer } from './magic.ts'

export interface SandboxOptions {
  slowMs?: number
  dripMs?: number
  registrationsMax?: number
}

export interface SandboxRegistration {
  apiKey: string
  email: string
  /** Unix milliseconds. */
  at: number
}

export interface Sandbox {
  /** POST /api/Register/Add, and GET / with the list of magic addresses. */
  app: Hono<SandboxEnv>
  /** Oldest first; the oldest are forgotten when there are too many. */
  registrations(): SandboxRegistration[]
  /** Calls so far, whatever their answer. */
  readonly calls: number
  /** The next calls for this email get these answers, one each; then it is ordinary again. */
  force(email: string, answers: readonly ForcedAnswer[]): void
}

export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const stage = {
    slowMs: options.slowMs ?? limits.sandboxSlowMs,
    dripMs: options.dripMs ?? limits.sandboxDripMs,
    held: 0,
  }
  const registered = createMemory<SandboxRegistration>(
    options.registrationsMax ?? limits.sandboxRegistrationsMax,
  )
  const forcedOnce = createMemory<true>(limits.sandboxRegistrationsMax)
  const forced = new Map<string, ForcedAnswer[]>()
  let calls = 0

  // The document does not say whether MOAB folds case, so "the same" is exactly the same.
  function register({ apiKey, email }: Submission): 'ok' | 10 {
    return registered.add(keyOf(apiKey, email), { apiKey, email, at: Date.now() }) ? 'ok' : 10
  }

  function forcedFor({ apiKey, email }: Submission): ForcedAnswer {
    const scripted = forced.get(email)?.shift()
    if (scripted !== undefined) return scripted
    const magic = magicOf(email)
    if (!magic) return 'ordinary'
    if (magic.once && !forcedOnce.add(keyOf(apiKey, email), true)) return 'ordinary'
    return magic.answer
  }

  const app = new Hono<SandboxEnv>()
  const small = bodyLimit({ maxSize: limits.sandboxBodyBytesMax, onError: (c) => answer(c, 1) })
  app.use('/api/Register/Add', (_c, next) => {
    calls += 1
    return next()
  })
  app.post('/api/Register/Add', small, async (c) => {
    const submitted = submissionIn(await c.req.text())
    if (!submitted) return answer(c, 1)
    const forcedAnswer = forcedFor(submitted)
    if (typeof forcedAnswer === 'number') return answer(c, forcedAnswer)
    if (forcedAnswer === 'ordinary') return answer(c, mistakeIn(submitted) ?? register(submitted))
    if (behaviours[forcedAnswer].registers) register(submitted)
    return behave(forcedAnswer, c, stage)
  })
  app.get('/', (c) => c.text(guide))

  return {
    app,
    registrations: () => registered.values(),
    get calls() {
      return calls
    },
    force: (email, answers) => void forced.set(email.trim(), [...answers]),
  }
}

/** A sandbox on its own port. `url` is what belongs into MOAB_URL; it also answers below /sandbox. */
export async function serveSandbox(
  options: SandboxOptions & { port: number; host: string },
): Promise<{ url: string; sandbox: Sandbox; close(): Promise<void> }> {
  const sandbox = createSandbox(options)
  const app = new Hono<SandboxEnv>().route('/', sandbox.app).route('/sandbox', sandbox.app)
  const server = createAdaptorServer({ fetch: app.fetch })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, options.host, resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : options.port
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    url: `http://${host}:${port}/api/Register/Add`,
    sandbox,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}

interface Submission {
  apiKey: string
  email: string
}

/** null where no data was given: no JSON, no object, or an object with nothing in it. */
function submissionIn(text: string): Submission | null {
  const value = parsed(text)
  if (!isJsonObject(value) || Object.keys(value).length === 0) return null
  return { apiKey: fieldOf(value['api_key']), email: fieldOf(value['email']) }
}

/** '' where it is missing; what is no string can be neither a key nor an address. */
function fieldOf(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value.trim()
  return value === undefined || value === null ? '' : '?'
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const addressForm = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/
/** The one well-formed key that belongs to no partner. */
const nobody = '00000000-0000-0000-0000-000000000000'

function mistakeIn({ apiKey, email }: Submission): number | null {
  if (apiKey === '') return 2
  if (!guid.test(apiKey)) return 3
  if (email === '') return 4
  if (email.length > limits.emailCharsMax || !addressForm.test(email)) return 5
  return apiKey === nobody ? 6 : null
}

/** HTTP status 200, also for errors: that is the contract. */
function answer(c: Context, said: 'ok' | number): Response {
  return c.json(said === 'ok' ? { status: 'ok' } : { status: 'fail', error: said })
}

const keyOf = (apiKey: string, email: string): string => `${apiKey} ${email}`

/** Remembers so many things, then forgets the oldest. */
function createMemory<T>(max: number) {
  const things = new Map<string, T>()
  return {
    /** False where it is already there. */
    add(key: string, thing: T): boolean {
      if (things.has(key)) return false
      things.set(key, thing)
      const [oldest] = things.keys()
      if (things.size > max && oldest !== undefined) things.delete(oldest)
      return true
    },
    values: () => [...things.values()],
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const guide = [
  'A MOAB that runs here: POST /api/Register/Add, as the document says.',
  'MOAB, который работает здесь: POST /api/Register/Add, как в описании.',
  '',
  `Unknown partner / неизвестный партнёр: ${nobody}`,
  '',
  ...magicAddresses.map(({ address, says }) => `${address}\n    ${says.en}\n    ${says.ru}`),
  '',
].join('\n')
