// `link`: signed links of a source, for a few addresses or for a whole list.
import { createReadStream } from 'node:fs'
import { writeAudit } from '../access/audit.ts'
import type { Config } from '../config.ts'
import { openInstallation } from '../installation.ts'
import { limits } from '../limits.ts'
import { csvField, csvRecords, emailColumn } from '../links/csv.ts'
import { createMinter, type Minter } from '../links/minter.ts'
import { addressOf } from './address.ts'
import { BadCall, type Call, type Command, type Io } from './command.ts'
import { wholeNumber } from './numbers.ts'
import { sourceNamed } from './source-named.ts'

export const linkCommand: Command = {
  usage: 'link [PARTNER/]SOURCE (EMAIL… | --csv FILE) [--campaign LABEL] [--days N] [--url URL]',
  help: `  --csv FILE        a list instead of addresses, - for standard input: the column named email,
                    else the first one. Prints email,link
  --campaign LABEL  for rules to ask for, at $.campaign
  --days N          how long the links work (${limits.linkDaysDefault}, at most ${limits.linkDaysMax})
  --url URL         the relay's address for visitors (PUBLIC_URL, else http://HOST:PORT)

Only for sources with a secret: with a key set its owner makes the links, with the claims email,
exp, jti, campaign. Links go to standard output, problems to standard error.

Exit: 0 all made, 1 some addresses are none, 2 no such source or file, or the source
cannot have links made here.`,
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
    if ((csv === undefined) === (emails.length === 0))
      throw new BadCall('say either addresses or --csv FILE')
    const settings = call.config()
    const options = readOptions(call, settings)
    const { io } = call
    const installation = await openInstallation(settings, {
      owner: false,
      migrate: false,
      log: io.note,
    })
    try {
      const named = await sourceNamed(installation, name)
      const minter = createMinter(named, { ...options, now: Date.now() })
      if ('problem' in minter) throw new BadCall(`source ${name} ${minter.problem}`)
      warn(call, settings, minter)
      const { made, problems } =
        csv === undefined ? await fromAddresses(emails, minter, io) : await fromCsv(csv, minter, io)
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
  if (campaign !== undefined && !isLabel(campaign))
    throw new BadCall(`--campaign takes a label of 1 to ${limits.linkCampaignCharsMax} characters`)
  return { days: days ?? limits.linkDaysDefault, campaign, base: addressOf(call, settings) }
}

const isLabel = (text: string) =>
  text !== '' && text.length <= limits.linkCampaignCharsMax && !/\p{Cc}/u.test(text)

function warn({ value, io }: Call, settings: Config, { isSecretShort }: Minter): void {
  if (value('url') === undefined && settings.publicUrl === undefined)
    io.note('PUBLIC_URL is not set: these links work on this machine only. See --url.')
  if (isSecretShort)
    io.note(
      `The secret is shorter than ${limits.linkSecretBytesMin} characters: whoever has a link can try to guess it, and make others. openssl rand -base64 32`,
    )
}

interface Tally {
  made: number
  problems: number
}

async function fromAddresses(emails: readonly string[], minter: Minter, io: Io): Promise<Tally> {
  const tally = { made: 0, problems: 0 }
  for (const email of emails) {
    const link = await minter.mint(email)
    if ('problem' in link) io.note(`“${email}” ${link.problem}`)
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

async function fromCsv(file: string, minter: Minter, io: Io): Promise<Tally> {
  const tally = { made: 0, problems: 0 }
  await io.write('email,link\n')
  for await (const rows of batches(people(chunksOf(file)))) {
    if (io.closed()) break
    const links = await Promise.all(rows.map((row) => linkOf(row, minter)))
    const made = links.flatMap((link) => ('problem' in link ? [] : [link]))
    // A long list must not gather in memory.
    await io.write(made.map(({ email, url }) => `${csvField(email)},${url}\n`).join(''))
    for (const [n, link] of links.entries())
      if ('problem' in link) io.note(`line ${rows[n]?.line}: ${link.problem}`)
    tally.made += made.length
    tally.problems += links.length - made.length
  }
  return tally
}

async function linkOf({ email }: Row, minter: Minter) {
  if (email === null) return { problem: 'a quote is not closed, or the line is too long' }
  return minter.mint(email)
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
    throw new BadCall(`${file} cannot be read: ${error instanceof Error ? error.message : ''}`)
  }
}
