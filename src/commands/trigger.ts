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
import { saySettings } from '../partners/mistakes.ts'
import { eventsOfType } from '../providers/event-types.ts'
import type { SentRequest } from '../schemes/scheme.ts'
import { addressOf } from './address.ts'
import { noSuch } from './no-such.ts'
import type { Call, Command, Language } from './command.ts'
import { sourceNamed } from './source-named.ts'

export const triggerCommand: Command = {
  usage: 'trigger [PARTNER/]SOURCE EVENT [--email ADDRESS] [--url URL] [--print]',
  help: {
    en: `  --email ADDRESS  whom the event is about (the sample's own invented address)
  --url URL        the relay's address (PUBLIC_URL, else http://HOST:PORT)
  --print          prints the request as a recorded request (docs/trust.md) and sends nothing

Prints the status the relay answered with and what it means. What becomes of the event is told by
\`tail\` and \`story\`.

Exit: 0 answered 2xx, 1 refused or not reached, 2 no such source or event.`,
    ru: `  --email АДРЕС  о ком событие (без него — выдуманный адрес из примера)
  --url URL      адрес релея (PUBLIC_URL, иначе http://HOST:PORT)
  --print        ничего не отправляет, а печатает запрос так, как его принимает verify
                 (docs/trust.md)

Печатает статус, которым ответил релей, и что он значит. Что стало с событием, расскажут \`tail\` и
\`story\`.

Код выхода: 0 — ответ 2xx, 1 — отклонено или релей не ответил, 2 — нет такого источника или события.`,
  },
  options: { email: { type: 'string' }, url: { type: 'string' }, print: { type: 'boolean' } },
  arguments: { needs: ['SOURCE', 'EVENT'], max: 2 },
  async run(call) {
    const { positionals, value, flag, config, language, io } = call
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
        call,
      )
      if (!flag('print'))
        return await sendAndTell(made.request, { name, email }, installation, call)
      io.out(recordedText(source.providerId, made.now, made.request, source.settings))
      io.note(words[language].printed)
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

async function makeSample(
  source: ActiveSource,
  { name, eventType, email, url }: Wanted,
  { io, language }: Call,
) {
  const { provider } = source
  const types = sampleTypes(provider)
  if (!types.includes(eventType))
    throw noSuch(
      { en: `sample of ${provider.name} called`, ru: `примера ${provider.name} с названием` },
      eventType,
      types,
    )
  if (email !== undefined && eventsOfType(provider, eventType)[0]?.sampleEmail === undefined)
    io.note(words[language].noPlace(eventType))
  const now = Date.now()
  const sample = { provider, eventType, id: uuidv7(), now, url, ...(email && { email }) }
  return { now, request: await signed(sample, source, name) }
}

async function sendAndTell(
  request: SentRequest,
  { name, email }: Pick<Wanted, 'name' | 'email'>,
  installation: Installation,
  { io, language }: Call,
): Promise<number> {
  const { status, body } = await send(request)
  const say = words[language]
  const says = await meaning(status, request, installation, language)
  const where = email === undefined ? `tail ${name} --once` : `story ${email}`
  const look = status < 300 ? say.look(where) : ''
  io.out(`${status} ${says}${look}`)
  if (body !== '') io.out(`${say.read}: ${body.slice(0, bodyShownMax)}`)
  return status < 300 ? 0 : 1
}

const bodyShownMax = 500

async function signed(
  sample: SampleOptions,
  { credentials: [first], settings }: ActiveSource,
  name: string,
): Promise<SentRequest> {
  if (first === undefined)
    throw new UsageError({
      en: `source ${name} has no valid credential to sign with`,
      ru: `у источника ${name} нет действующего ключа, чтобы подписать пример`,
    })
  try {
    return await signedSample(sample, first.credential, settings)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new UsageError({
      en: `no sample of source ${name} can be signed here: ${why}`,
      ru: `подписать пример для источника ${name} здесь нельзя: ${isKeyless(why) ? keyless : saySettings(why, 'ru')}`,
    })
  }
}

/** As the schemes say it: only the sender has what signs. */
const isKeyless = (why: string) => /^the credential has (?:no|nothing)|^the key does not/.test(why)
const keyless = 'тем, что задано у источника, можно только проверять; подписывает сам отправитель'

async function meaning(
  status: number,
  request: SentRequest,
  { db }: Installation,
  language: Language,
): Promise<string> {
  const say = words[language]
  if (status < 300) return say.accepted
  if (status < 400) return say.redirected
  if (status === 404) return say.notThere
  const word = status === 503 ? say.notNow : say.refused
  const reason = await reasonOf(db.work, request.body)
  return reason === undefined ? word : `${word}: ${sayRejection(reason, language)} (${reason})`
}

const en = {
  printed: 'Secrets are left out: `verify` wants the source’s among the credentials.',
  noPlace: (type: string) =>
    `Samples of ${type} have no place for an email: --email changes nothing.`,
  look: (where: string) => `: moab-relay ${where} says what became of it`,
  read: 'The sender would read',
  accepted: 'accepted',
  redirected: 'redirected: something else than the relay answers there, see --url',
  notThere: 'no such source there: does --url lead to the relay of this database?',
  notNow: 'not taken now',
  refused: 'refused',
}

const ru: typeof en = {
  printed: 'Секретов здесь нет: для `verify` впишите в credentials секрет источника.',
  noPlace: (type) => `В примере ${type} для email нет места: --email ничего не меняет.`,
  look: (where) => `: что стало с событием, покажет moab-relay ${where}`,
  read: 'Отправитель получил бы в ответ',
  accepted: 'принято',
  redirected: 'перенаправление: там отвечает не релей, см. --url',
  notThere: 'там нет такого источника: ведёт ли --url к релею с этой базой данных?',
  notNow: 'сейчас не принято',
  refused: 'отклонено',
}

const words: Record<Language, typeof en> = { en, ru }

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
    const { origin } = new URL(request.url)
    const why = code.data === undefined ? '' : ` (${code.data.code})`
    throw new UsageError({
      en: `no relay answers at ${origin}${why || ' (failed)'}: start one, or give --url`,
      ru: `по адресу ${origin} релей не отвечает${why}: запустите его или укажите --url`,
    })
  }
}
