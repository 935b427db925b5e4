// `verify`: what the relay would say about recorded requests. Needs no database.
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { diagnose } from '../diagnosis/diagnose.ts'
import { judge, type Judgement } from '../inbound/judge.ts'
import { createKeySets } from '../inbound/key-sets.ts'
import { parseRecorded } from '../inbound/recorded.ts'
import { sayRejection } from '../ledger/rejection-words.ts'
import { createOutgoing } from '../outgoing/outgoing.ts'
import type { KeySetLookup } from '../schemes/scheme.ts'
import type { Command, Language } from './command.ts'

export const verifyCommand: Command = {
  usage: 'verify [--diagnose] FILE…',
  help: {
    en: `FILE is a recorded request (JSON, as docs/trust.md describes it), or a directory of them; \`-\` reads
standard input. \`trigger --print\` and the console's events give such requests. Needs no database.
Prints one JSON line each:
  {"authentic":true,"reason":null,"hint":null,"credential":0,
   "event":{"key":"…","type":"…","occurredAt":"…"},
   "email":{"value":"…","path":"…","trust":"signed"},"answer":{"status":200,"body":""}}
An event that waits for its provider's word, or for one that says the customer's email, has
"parked": "lookup" or "join". A request with many events has "events": [{"event":…,"email":…}]
instead; a provider's ping or challenge has "handshake":true and no event. A file that is no
recorded request gives {"file":"…","unusable":["…"]}.

  --diagnose   says of each refused request what went wrong and how to mend it: tries other
               readings of the secret, the body, the URL and the clock, and the other providers

Exit: 0 all authentic, 1 some rejected, 2 a file is unusable.`,
    ru: `ФАЙЛ — сохранённый запрос (JSON, как описано в docs/trust.md) или каталог с такими файлами; \`-\`
читает стандартный ввод. Такие запросы дают \`trigger --print\` и страницы событий в консоли. База
данных не нужна. На каждый запрос печатает одну строку JSON:
  {"authentic":true,"reason":null,"hint":null,"credential":0,
   "event":{"key":"…","type":"…","occurredAt":"…"},
   "email":{"value":"…","path":"…","trust":"signed"},"answer":{"status":200,"body":""}}
У события, которое ждёт ответа провайдера или события с email клиента, есть "parked": "lookup" или
"join". Если событий в запросе много, вместо этого стоит "events": [{"event":…,"email":…}]; у
проверочного запроса провайдера — "handshake":true без события. Если файл — не сохранённый запрос,
печатается {"file":"…","unusable":["…"]}.

  --diagnose   объясняет, почему запрос отклонён и как это исправить: пробует иначе прочитать
               секрет, тело, адрес и время, а также других отправителей

Код выхода: 0 — все подлинные, 1 — есть отклонённые, 2 — какой-то файл не годится.`,
  },
  options: { diagnose: { type: 'boolean' } },
  arguments: { needs: ['FILE'], max: 10_000 },
  async run({ positionals, flag, config, language, io }) {
    const how = { language, isDiagnosed: flag('diagnose') }
    const keySets = createKeySets({ outgoing: createOutgoing(config(), () => '') })
    let worst = 0
    try {
      for (const file of await expand(positionals)) {
        if (io.closed()) break
        const line = await judgeFile(file, keySets.keySetAt, how)
        if ('problems' in line)
          io.note(line.problems.map((problem) => `${file}: ${problem}`).join('\n'))
        io.out(
          JSON.stringify('problems' in line ? { file, unusable: line.problems } : line.judgement),
        )
        worst = Math.max(worst, 'problems' in line ? 2 : isFine(line.judgement) ? 0 : 1)
      }
    } finally {
      await keySets.close()
    }
    return worst
  },
}

/** A handshake needs no proof. */
function isFine({ authentic, handshake }: Judgement): boolean {
  return authentic || handshake === true
}

interface How {
  language: Language
  /** Of a refused request it is said what went wrong. */
  isDiagnosed: boolean
}

const words = {
  en: { unread: 'cannot be read', notJson: 'is not JSON' },
  ru: { unread: 'не удалось прочитать файл', notJson: 'это не JSON' },
}

async function judgeFile(file: string, keySetAt: KeySetLookup, { language, isDiagnosed }: How) {
  const text = await readText(file)
  if (text === undefined) return { problems: [words[language].unread] }
  let document: unknown
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    return {
      problems: [`${words[language].notJson}: ${error instanceof Error ? error.message : ''}`],
    }
  }
  const parsed = parseRecorded(document, language)
  if (!parsed.ok) return { problems: parsed.problems }
  const judgement = inLanguage(await judge(parsed.recorded, keySetAt), language)
  if (isFine(judgement) || !isDiagnosed) return { judgement }
  const findings = await diagnose(parsed.recorded, { keySetAt })
  const diagnosis = findings.map(({ cause, certain, text: words }) => ({
    cause,
    certain,
    text: words[language],
  }))
  return { judgement: { ...judgement, diagnosis } }
}

/** A hint tells in English what to do as well; in Russian the diagnosis does. */
function inLanguage<Of extends Judgement>(judgement: Of, language: Language): Of {
  const { reason, hint } = judgement
  if (language === 'en' || reason === null || hint === null) return judgement
  return { ...judgement, hint: sayRejection(reason, language) }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    if (file !== '-') return await readFile(file, 'utf8')
    const chunks: Buffer[] = []
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
    return Buffer.concat(chunks).toString('utf8')
  } catch {
    return undefined
  }
}

/** A directory stands for the .json files in it, by name. */
async function expand(paths: readonly string[]): Promise<string[]> {
  const files: string[] = []
  for (const path of paths) {
    const isDirectory =
      path !== '-' && (await stat(path).catch(() => undefined))?.isDirectory() === true
    if (!isDirectory) files.push(path)
    else
      files.push(
        ...(await readdir(path))
          .filter((name) => name.endsWith('.json'))
          .sort()
          .map((name) => join(path, name)),
      )
  }
  return files
}
