// `trigger`: a sample event of a source, signed with the source's own credential, sent to the relay.
import { z } from 'zod'
import { UsageError } from '../config.ts'
import { uuidv7 } from '../ids.ts'
import { sampleTypes, signedSample } from '../inbound/sample.ts'
import { openInstallation } from '../installation.ts'
import { addressOf } from './address.ts'
import { BadCall, type Command } from './command.ts'
import { deliver } from '../inbound/deliver.ts'
import { sourceNamed } from './source-named.ts'

export const triggerCommand: Command = {
  usage: 'trigger [PARTNER/]SOURCE EVENT [--email ADDRESS] [--url URL] [--print]',
  help: `  --email ADDRESS  whom the event is about (the sample's own invented address)
  --url URL        the relay's address (PUBLIC_URL, else http://HOST:PORT)
  --print          prints the request as a recorded request and sends nothing

Exit: 0 answered 2xx, 1 refused or not reached, 2 no such source or event.`,
  options: { email: { type: 'string' }, url: { type: 'string' }, print: { type: 'boolean' } },
  arguments: { min: 2, max: 2 },
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
      if (!sampleTypes(source.provider).includes(eventType)) {
        throw new BadCall(
          `${source.provider.name} has samples of: ${sampleTypes(source.provider).join(', ')}`,
        )
      }
      const credential = source.credentials[0]?.credential
      if (credential === undefined)
        throw new UsageError(`source ${name} has no valid credential to sign with`)
      const email = value('email')
      const now = Date.now()
      const request = await signedSample(
        {
          provider: source.provider,
          eventType,
          id: uuidv7(),
          now,
          url: `${base}/in/${key}`,
          ...(email !== undefined && { email }),
        },
        credential,
        source.settings,
      )
      if (flag('print')) {
        io.out(
          JSON.stringify(
            {
              provider: source.providerId,
              at: Math.floor(now / 1000),
              credentials: [],
              request: {
                method: request.method,
                url: request.url,
                headers: Object.fromEntries(request.headers),
                body: request.body.toString('utf8'),
              },
            },
            null,
            2,
          ),
        )
        return 0
      }
      const answer = await send(request)
      io.out(`${answer.status} ${answer.body}`.trim())
      return answer.status < 300 ? 0 : 1
    } finally {
      await installation.close()
    }
  },
}

async function send(request: Parameters<typeof deliver>[0]) {
  try {
    return await deliver(request)
  } catch (error) {
    const code = z.object({ code: z.string() }).safeParse(error)
    throw new UsageError(
      `no relay answers at ${new URL(request.url).origin} (${code.data?.code ?? 'failed'}): start one, or give --url`,
    )
  }
}
