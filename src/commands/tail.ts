// `tail`: what comes in, a line each, as it comes.
import { setTimeout as sleep } from 'node:timers/promises'
import { sqlState } from '../db/open.ts'
import { openInstallation } from '../installation.ts'
import { sayRejection } from '../ledger/rejection-words.ts'
import { createTail, type News, type Tail } from '../ledger/tail.ts'
import { sayFate, type FateWord } from '../ledger/words.ts'
import { limits } from '../limits.ts'
import type { BadCall, Command, Io, Language } from './command.ts'
import { wholeNumber } from './numbers.ts'
import { paint, type Paint } from './paint.ts'
import { nextSignal } from './signal.ts'
import { noSuchSource, splitSourceName } from './source-named.ts'

export const tailCommand: Command = {
  usage: 'tail [[PARTNER/]SOURCE] [--partner NAME] [--lines N] [--once] [--json]',
  help: {
    en: `  SOURCE          what one source sends (all)
  --partner NAME  what is sent to one partner (all)
  --lines N       begin with the newest N lines (10)
  --once          end with them
  --json          one JSON object a line, as the API has it; \`kind\` is event or rejection

Tells every event and what became of it, and tells it again (→) when its bonus went on. Of refused
requests the relay keeps samples: those are told, with the reason. Emails are masked.

Exit: 0 ended by Ctrl-C or by its reader, 2 no such source or partner.`,
    ru: `  ИСТОЧНИК       только то, что шлёт этот источник (без него все)
  --partner ИМЯ  только то, что шлют этому партнёру (без него всем)
  --lines N      начать с последних N строк (10)
  --once         на них и закончить
  --json         каждая строка — объект JSON, как в API; \`kind\` — event или rejection

Показывает каждое событие и что с ним стало, а когда бонус продвинулся — ещё раз, со стрелкой (→).
Отклонённые запросы показывает с причиной: из них релей хранит образцы. Адреса частично скрыты.

Код выхода: 0 — прервано по Ctrl-C или больше никто не читает, 2 — нет такого источника или
партнёра.`,
  },
  options: {
    partner: { type: 'string' },
    lines: { type: 'string' },
    once: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  arguments: { needs: [], max: 1 },
  async run({ positionals, value, flag, config, language, io }) {
    const [name] = positionals
    const named = name === undefined ? undefined : splitSourceName(name)
    const about = { source: named?.source, partner: named?.partner ?? value('partner') }
    const lines = wholeNumber({ value }, 'lines', { min: 0, max: limits.tailRows }) ?? 10
    const asked = nextSignal()
    const installation = await openInstallation(config(), {
      owner: false,
      migrate: false,
      log: io.note,
    })
    try {
      const { db, pepper } = installation
      const ledger = { orm: db.questions, changes: db.orm, pepper }
      const asker = { owner: null, actor: 'command line', reveal: false }
      const tail = createTail(ledger, asker, about, lines)
      const say = flag('json') ? asJson : lineIn(language, paint(io.colour))
      const unknown = () => noSuchSource(installation, { ...about, source: about.source ?? '' })
      await follow(tail, { io, say, notes: words[language], asked, once: flag('once'), unknown })
      return 0
    } finally {
      await installation.close()
    }
  },
}

interface Following {
  io: Io
  say(news: News): string
  notes: typeof en
  /** Resolves when it is to end. */
  asked: Promise<unknown>
  once: boolean
  /** There is no such partner or source. */
  unknown(): Promise<BadCall>
}

async function tellFound(
  { news, missed }: { news: News[]; missed: boolean },
  { io, say, notes, once }: Pick<Following, 'io' | 'say' | 'notes' | 'once'>,
): Promise<void> {
  if (missed) io.note(notes.missed)
  if (once && news.length === 0) io.note(notes.nothing)
  for (const each of news) await io.write(`${say(each)}\n`)
}

/** A database that is away for a while is waited for, once it has answered. */
async function follow(tail: Tail, following: Following): Promise<void> {
  const { io, notes, asked, once, unknown } = following
  let ended = false
  void asked.then(() => (ended = true))
  let database: 'unasked' | 'there' | 'away' = 'unasked'
  while (!ended && !io.closed()) {
    try {
      const found = await tail.next()
      if ('unknown' in found) throw await unknown()
      if (database === 'away') io.note(notes.back)
      database = 'there'
      await tellFound(found, following)
    } catch (error) {
      const state = sqlState(error)
      if (database === 'unasked' || state === undefined) throw error
      if (database === 'there') io.note(notes.away(state))
      database = 'away'
    }
    if (once) return
    await Promise.race([sleep(limits.livePollMs), asked])
  }
}

const asJson = (news: News): string =>
  JSON.stringify(
    news.kind === 'event'
      ? { kind: news.kind, ...news.event }
      : { kind: news.kind, ...news.rejection },
  )

const lineIn = (language: Language, colours: Paint) => (news: News) => {
  const when = colours.dim(localTime(news.at))
  if (news.kind === 'rejection') {
    const { partner, source, reason, ip, hint } = news.rejection
    const why = language === 'en' ? hint : sayRejection(reason, language)
    const refused = colours.red(`${words[language].refused}: ${why}`)
    return columns(when, nameOf(partner, source), refused, colours.dim(ip ?? ''))
  }
  const { partner, source, type, email, fate, fate_reason: reason } = news.event
  const became = `${news.again ? '→ ' : ''}${sayFate(fate, reason, language)}`
  const toned = toneOf[fate] === undefined ? became : colours[toneOf[fate]](became)
  return columns(when, nameOf(partner, source), type, email ?? '', toned)
}

const en = {
  refused: 'refused',
  missed: 'More came than is told here.',
  nothing: 'Nothing has come in yet.',
  away: (state: string) =>
    `The database does not answer (${state}): it is asked again each second.`,
  back: 'The database answers again.',
}

const ru: typeof en = {
  refused: 'отклонено',
  missed: 'Пришло больше, чем здесь показано.',
  nothing: 'Пока ничего не пришло.',
  away: (state) => `База данных не отвечает (${state}): пробуем снова каждую секунду.`,
  back: 'База данных снова отвечает.',
}

const words: Record<Language, typeof en> = { en, ru }

/** A line stays one, whatever a sender calls its events. */
const columns = (...texts: string[]): string =>
  texts
    .map((text) => text.replaceAll(/\s/gu, ' '))
    .filter((text) => text !== '')
    .join('  ')

const nameOf = (partner: { name: string }, source: { name: string }) =>
  `${partner.name}/${source.name}`

const toneOf: Partial<Record<FateWord, keyof Paint>> = {
  granted: 'green',
  already_known: 'green',
  held: 'yellow',
  parked: 'yellow',
  attention: 'red',
  refused: 'red',
  unreadable: 'red',
  unmatched: 'dim',
  test: 'dim',
  suppressed: 'dim',
}

/** 2026-12-01 14:02:11, on this machine's clock and in its zone. */
const localTime = (at: string) => new Date(at).toLocaleString('sv-SE')
