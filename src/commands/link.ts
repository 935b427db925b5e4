// `link`: signed links of a source, for a few addresses or for a whole list.
import { createReadStream } from 'node:fs'
import { writeAudit } from '../access/audit.ts'
import type { Config } from '../config.ts'
import { openInstallation } from '../installation.ts'
import { limits } from '../limits.ts'
import { csvField, csvRecords, emailColumn } from '../links/csv.ts'
import { createMinter, type Minter } from '../links/minter.ts'
import type { Text } from '../providers/provider.ts'
import { addressOf } from './address.ts'
import { BadCall, type Call, type Command, type Language } from './command.ts'
import { wholeNumber } from './numbers.ts'
import { sourceNamed } from './source-named.ts'

export const linkCommand: Command = {
  usage: 'link [PARTNER/]SOURCE (EMAIL… | --csv FILE) [--campaign LABEL] [--days N] [--url URL]',
  help: {
    en: `  --csv FILE        a list instead of addresses, - for standard input: the column named email,
                    else the first one. Prints email,link
  --campaign LABEL  for rules to ask for, at $.campaign
  --days N          how long the links work (${limits.linkDaysDefault}, at most ${limits.linkDaysMax})
  --url URL         the relay's address for visitors (PUBLIC_URL, else http://HOST:PORT)

Only for sources with a secret: with a key set its owner makes the links, with the claims email,
exp, jti, campaign. Links go to standard output, problems to standard error.

Exit: 0 all made, 1 some addresses are none, 2 no such source or file, or the source
cannot have links made here.`,
    ru: `  --csv ФАЙЛ        вместо адресов список, - читает стандартный ввод: столбец email, а если такого
                    нет — первый. Печатает email,link
  --campaign МЕТКА  метка для правил, они найдут её в $.campaign
  --days N          сколько дней действуют ссылки (${limits.linkDaysDefault}, не больше ${limits.linkDaysMax})
  --url URL         адрес релея для посетителей (PUBLIC_URL, иначе http://HOST:PORT)

Только для источников с секретом: если задан набор открытых ключей, ссылки делает его владелец, с
полями email, exp, jti и campaign. Ссылки идут в стандартный вывод, ошибки — в поток ошибок.

Код выхода: 0 — сделаны все, 1 — часть адресов не годится, 2 — нет такого источника или файла или
для источника нельзя делать ссылки здесь.`,
  },
  options: {
    csv: { type: 'string' },
    campaign: { type: 'string' },
    days: { type: 'string' },
    url: { type: 'string' },
  },
  arguments: { needs: ['SOURCE'], max: 10_000 },
  async run(call) {
    const [name = '', ...emails] = call.positionals
    const csv = call.value('csv')
    if ((csv === undefined) === (emails.length === 0)) throw new BadCall(either)
    const settings = call.config()
    const options = readOptions(call, settings)
    const installation = await openInstallation(settings, {
      owner: false,
      migrate: false,
      log: call.io.note,
    })
    try {
      const named = await sourceNamed(installation, name)
      const minter = createMinter(named, { ...options, now: Date.now() })
      if ('problem' in minter) throw unfit(name, minter.problem)
      warn(call, settings, minter)
      const { made, problems } =
        csv === undefined
          ? await fromAddresses(emails, minter, call)
          : await fromCsv(csv, minter, call)
      const { id, partnerId } = named.source
      const detail = { count: made, campaign: options.campaign ?? '' }
      const entry = { partnerId, actor: 'command line', action: 'links.made', subject: id } as const
      if (made > 0) await writeAudit(installation.db.orm, { ...entry, detail })
      return problems === 0 ? 0 : 1
    } finally {
      await installation.close()
    }
  },
}

function readOptions(call: Call, settings: Config) {
  const { value } = call
  const days = wholeNumber(call, 'days', { min: 1, max: limits.linkDaysMax })
  const campaign = value('campaign')
  if (campaign !== undefined && !isLabel(campaign)) throw new BadCall(labelForm)
  return { days: days ?? limits.linkDaysDefault, campaign, base: addressOf(call, settings) }
}

const isLabel = (text: string) =>
  text !== '' && text.length <= limits.linkCampaignCharsMax && !/\p{Cc}/u.test(text)

function warn({ value, io, language }: Call, settings: Config, { isSecretShort }: Minter): void {
  const say = words[language]
  if (value('url') === undefined && settings.publicUrl === undefined) io.note(say.local)
  if (isSecretShort) io.note(say.short(limits.linkSecretBytesMin))
}

const either = {
  en: 'say either addresses or --csv FILE',
  ru: 'укажите или адреса, или --csv ФАЙЛ',
}

const unfit = (name: string, { en, ru }: Text): BadCall =>
  new BadCall({ en: `source ${name} ${en}`, ru: `источник ${name} ${ru}` })

const labelForm = {
  en: `--campaign takes a label of 1 to ${limits.linkCampaignCharsMax} characters`,
  ru: `--campaign — это метка длиной от 1 до ${limits.linkCampaignCharsMax} символов`,
}

const en = {
  local: 'PUBLIC_URL is not set: these links work on this machine only. See --url.',
  short: (least: number) =>
    `The secret is shorter than ${least} characters: whoever has a link can try to guess it, and make others. openssl rand -base64 32`,
  line: (line: number | undefined, problem: string) => `line ${line}: ${problem}`,
  address: (email: string, problem: string) => `“${email}” ${problem}`,
}

const ru: typeof en = {
  local: 'PUBLIC_URL не задан: эти ссылки откроются только на этой машине. См. --url.',
  short: (least) =>
    `Секрет короче ${least} символов: любой, у кого есть ссылка, может подобрать его и наделать других. Новый: openssl rand -base64 32`,
  line: (line, problem) => `строка ${line}: ${problem}`,
  address: (email, problem) => `«${email}»: ${problem}`,
}

const words: Record<Language, typeof en> = { en, ru }

interface Tally {
  made: number
  problems: number
}

async function fromAddresses(
  emails: readonly string[],
  minter: Minter,
  { io, language }: Call,
): Promise<Tally> {
  const tally = { made: 0, problems: 0 }
  for (const email of emails) {
    const link = await minter.mint(email)
    if ('problem' in link) io.note(words[language].address(email, link.problem[language]))
    else io.out(link.url)
    tally['problem' in link ? 'problems' : 'made']++
  }
  return tally
}

interface Row {
  line: number
  /** null: the record is broken. */
  email: string | null
}

async function fromCsv(file: string, minter: Minter, { io, language }: Call): Promise<Tally> {
  const tally = { made: 0, problems: 0 }
  await io.write('email,link\n')
  for await (const rows of batches(people(chunksOf(file)))) {
    if (io.closed()) break
    const links = await Promise.all(rows.map((row) => linkOf(row, minter)))
    const made = links.flatMap((link) => ('problem' in link ? [] : [link]))
    // A long list must not gather in memory.
    await io.write(made.map(({ email, url }) => `${csvField(email)},${url}\n`).join(''))
    for (const [n, link] of links.entries())
      if ('problem' in link) io.note(words[language].line(rows[n]?.line, link.problem[language]))
    tally.made += made.length
    tally.problems += links.length - made.length
  }
  return tally
}

async function linkOf({ email }: Row, minter: Minter) {
  return email === null ? { problem: brokenRecord } : minter.mint(email)
}

const brokenRecord = {
  en: 'a quote is not closed, or the line is too long',
  ru: 'не закрыта кавычка, или строка слишком длинная',
}

/** The header, where there is one, says where the emails are. */
async function* people(chunks: AsyncIterable<string>): AsyncGenerator<Row> {
  let column: number | undefined
  for await (const { line, fields } of csvRecords(chunks)) {
    if (column === undefined && fields !== null) {
      const named = emailColumn(fields)
      column = named ?? 0
      if (named !== null) continue
    }
    yield { line, email: fields === null ? null : (fields[column ?? 0] ?? '') }
  }
}

async function* batches(rows: AsyncIterable<Row>): AsyncGenerator<Row[]> {
  let batch: Row[] = []
  for await (const row of rows) {
    batch.push(row)
    if (batch.length < limits.linksBatchMax) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function* chunksOf(file: string): AsyncGenerator<string> {
  try {
    yield* file === '-'
      ? process.stdin.setEncoding('utf8')
      : createReadStream(file, { encoding: 'utf8' })
  } catch (error) {
    const why = error instanceof Error ? error.message : ''
    throw new BadCall({
      en: `${file} cannot be read: ${why}`,
      ru: `не удалось прочитать ${file}: ${why}`,
    })
  }
}
