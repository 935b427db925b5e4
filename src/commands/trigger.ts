// `trigger`: a sample event of a source, signed with the source's own credential, sent to the relay.
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { UsageError } from '../config.ts'
import { rejectionOfBody } from '../db/fate.ts'
import { uuidv7 } from '../ids.ts'
import { deliver } from '../inbound/deliver.ts'
import { recordedText } from '../inbound/recorded.ts'
import { sampleTypes, signedSample, type SampleOptions } from '../inbound/sample.ts'
import { openInstallation, type Installation } from '../installation.ts'
import { sayRejection } from '../ledger/rejection-words.ts'
import type { ActiveSource } from '../partners/directory.ts'
import { eventsOfType } from '../providers/event-types.ts'
import type { SentRequest } from '../schemes/scheme.ts'
import { addressOf } from './address.ts'
import { noSuch } from './no-such.ts'
import type { Command, Io } from './command.ts'
import { sourceNamed } from './source-named.ts'

export const triggerCommand: Command = {
  usage: 'trigger [PARTNER/]SOURCE EVENT [--email ADDRESS] [--url URL] [--print]',
  help: `  --email ADDRESS  whom the event is about (the sample's own invented address)
  --url URL        the relay's address (PUBLIC_URL, else http://HOST:PORT)
  --print          prints the request as a recorded request (docs/trust.md) and sends nothing

Prints the status the relay answered with and what it means. What becomes of the event is told by
\`tail\` and \`story\`.

Exit: 0 answered 2xx, 1 refused or not reached, 2 no such source or event.`,
  options: { email: { type: 'string' }, url: { type: 'string' }, print: { type: 'boolean' } },
  arguments: { needs: ['SOURCE', 'EVENT'], max: 2 },
  async run({ positionals, value, flag, config, io }) {
    const [name = '', eventType = ''] = positionals
    const settings = config()
    const base = addressOf({ value }, settings)
    const installation = await openInstallation(settings, {
      owner: false,
      migrate: false,
      log: io.note,
    })
    try {
      const { source, key } = await sourceNamed(installation, name)
      const email = value('email')
      const made = await makeSample(
        source,
        { name, eventType, email, url: `${base}/in/${key}` },
        io,
      )
      if (!flag('print')) return await sendAndTell(made.request, { name, email }, installation, io)
      io.out(recordedText(source.providerId, made.now, made.request, source.settings))
      io.note('Secrets are left out: `verify` wants the source’s among the credentials.')
      return 0
    } finally {
      await installation.close()
    }
  },
}

interface Wanted {
  /** Of the source, as it was given. */
  name: string
  eventType: string
  email: string | undefined
  url: string
}

async function makeSample(source: ActiveSource, { name, eventType, email, url }: Wanted, io: Io) {
  const { provider } = source
  const types = sampleTypes(provider)
  if (!types.includes(eventType))
    throw noSuch(`sample of ${provider.name} called`, eventType, types)
  if (email !== undefined && eventsOfType(provider, eventType)[0]?.sampleEmail === undefined)
    io.note(`Samples of ${eventType} have no place for an email: --email changes nothing.`)
  const now = Date.now()
  const sample = { provider, eventType, id: uuidv7(), now, url, ...(email && { email }) }
  return { now, request: await signed(sample, source, name) }
}

async function sendAndTell(
  request: SentRequest,
  { name, email }: Pick<Wanted, 'name' | 'email'>,
  installation: Installation,
  io: Io,
): Promise<number> {
  const { status, body } = await send(request)
  const says = await meaning(status, request, installation)
  const where = email === undefined ? `tail ${name} --once` : `story ${email}`
  const look = status < 300 ? `: moab-relay ${where} says what became of it` : ''
  io.out(`${status} ${says}${look}`)
  if (body !== '') io.out(`The sender would read: ${body.slice(0, bodyShownMax)}`)
  return status < 300 ? 0 : 1
}

const bodyShownMax = 500

async function signed(
  sample: SampleOptions,
  { credentials: [first], settings }: ActiveSource,
  name: string,
): Promise<SentRequest> {
  if (first === undefined)
    throw new UsageError(`source ${name} has no valid credential to sign with`)
  try {
    return await signedSample(sample, first.credential, settings)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new UsageError(`no sample of source ${name} can be signed here: ${why}`)
  }
}

async function meaning(status: number, request: SentRequest, { db }: Installation) {
  if (status < 300) return 'accepted'
  if (status < 400) return 'redirected: something else than the relay answers there, see --url'
  if (status === 404) return 'no such source there: does --url lead to the relay of this database?'
  const word = status === 503 ? 'not taken now' : 'refused'
  const reason = await reasonOf(db.work, request.body)
  return reason === undefined ? word : `${word}: ${sayRejection(reason, 'en')} (${reason})`
}

/** Samples of what was refused are written beside the answer. */
async function reasonOf(sql: Installation['db']['work'], body: Buffer) {
  if (body.length === 0) return undefined
  for (let tries = 0; tries < 10; tries++) {
    const found = await rejectionOfBody(sql, body)
    if (found !== undefined) return found.reason
    await sleep(100)
  }
  return undefined
}

async function send(request: SentRequest) {
  try {
    return await deliver(request)
  } catch (error) {
    const code = z.object({ code: z.string() }).safeParse(error)
    throw new UsageError(
      `no relay answers at ${new URL(request.url).origin} (${code.data?.code ?? 'failed'}): start one, or give --url`,
    )
  }
}
