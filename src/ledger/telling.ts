// A person's story in plain words, line by line, oldest first; at the end how each grant stands.
import type { TracedEventRow } from '../db/ledger/events.ts'
import type { ReplayRow, RetryRow } from '../db/ledger/again.ts'
import type { AttemptRow, GrantRow } from '../db/ledger/grants.ts'
import { answers } from '../moab/answer.ts'
import { providerName } from '../providers/index.ts'
import { maskEmail } from '../rules/email.ts'
import type { Language } from '../rules/trace.ts'
import { fateOf, type Matched } from './fate.ts'
import { moneyWords } from './money.ts'
import type { Paid } from './paid.ts'
import { sayRejection } from './rejection-words.ts'
import { fateWords, sayFailure, sayFate } from './words.ts'

interface Telling {
  timeZone?: string
}

export interface Story {
  /** The normal form of what was asked for. */
  address: string
  /** Oldest first, as is all of it. */
  events: { event: TracedEventRow; matched: Matched[] }[]
  /** Rules applied again later, each with its event. */
  replays: { replay: ReplayRow; event: TracedEventRow; matched: Matched[] }[]
  /** Requests that were refused, in which the address stands. */
  refused: { at: Date; reason: string; source: string; provider: string }[]
  /** What people put back into the queue. */
  retries: RetryRow[]
  /** By event, where its sum is known. */
  paid: ReadonlyMap<string, Paid>
  grants: GrantRow[]
  attempts: AttemptRow[]
  /** When the person was erased; by several partners perhaps. */
  erased: Date[]
  /** There is more than is told. */
  cut: boolean
}

export function tellStory(story: Story, language: Language, { timeZone }: Telling = {}): string[] {
  const say = words[language]
  const when = clock(language, timeZone)
  const came = cameWords(story, language)
  const quick = quickEnds(story)
  const moments = [
    ...story.events.map(({ event, matched }) => ({
      at: event.receivedAt,
      line: `${came(event)}${say.times(event.copies)}: ${tellEvent(event, matched, quick, story, language)}`,
    })),
    ...story.replays.map(({ replay, event, matched }) => ({
      at: replay.at,
      line: `${say.again(event.type)}: ${tellReplay(replay, matched, quick, story, language)}`,
    })),
    ...story.refused.map(({ at, reason, source, provider }) => ({
      at,
      line: say.refused(source, providerName(provider, language), sayRejection(reason, language)),
    })),
    ...story.grants.flatMap((grant) =>
      grant.importId === null
        ? []
        : [{ at: grant.createdAt, line: say.imported(campaignOf(grant, language)) }],
    ),
    ...story.retries.flatMap(({ grantId, at }) => {
      const grant = story.grants.find(({ id }) => id === grantId)
      return grant === undefined ? [] : [{ at, line: say.retried(campaignOf(grant, language)) }]
    }),
    ...story.erased.map((at) => ({ at, line: say.erased })),
    ...story.attempts.flatMap((attempt) => {
      const grant = story.grants.find(({ id }) => id === attempt.grantId)
      if (grant === undefined || quick.has(grant.id)) return []
      return {
        at: attempt.at,
        line: `${campaignOf(grant, language)}: ${tellAttempt(attempt, language)}`,
      }
    }),
  ]
  return [
    ...(story.cut ? [say.cut] : []),
    ...moments
      .sort((a, b) => a.at.getTime() - b.at.getTime())
      .map(({ at, line }) => `${when(at)} · ${line}`),
    ...story.grants
      .filter(({ id }) => !quick.has(id))
      .map((grant) => `${say.now} · ${tellState(grant, story, language, when)}`),
  ]
}

function cameWords({ paid }: Story, language: Language): (event: TracedEventRow) => string {
  const say = words[language]
  const money = moneyWords(language)
  return ({ id, type, source }) => {
    const provider = providerName(source.provider, language)
    const sum = paid.get(id)
    if (sum === undefined) return say.came(type, source.name, provider)
    const proof = sum.covered ? '' : ` (${say.unproven})`
    return say.paid(`${money(sum)}${proof}`, source.name, `${provider}, ${type}`)
  }
}

/** Grants that one call settled: told in the line of their event. */
function quickEnds({ events, grants, attempts }: Story): ReadonlyMap<string, AttemptRow> {
  const caused = new Set(
    events.flatMap(({ matched }) => matched.filter((each) => each.caused).map((m) => m.grant?.id)),
  )
  return new Map(
    grants.flatMap((grant) => {
      const own = attempts.filter(({ grantId }) => grantId === grant.id)
      const [only] = own
      const told = caused.has(grant.id) && grant.settledAt !== null && grant.state !== 'suppressed'
      return told && only && own.length === 1 ? [[grant.id, only] as const] : []
    }),
  )
}

/** An event that has no grant yet, or none any more, says so itself. */
function tellEvent(
  event: TracedEventRow,
  matched: readonly Matched[],
  quick: ReadonlyMap<string, AttemptRow>,
  story: Story,
  language: Language,
): string {
  if (event.state === 'parked' || matched.length === 0) {
    const { word, reason } = fateOf(event, matched)
    return sayFate(word, reason, language)
  }
  return matched.map((each) => tellMatch(each, quick, story, language)).join('; ')
}

function tellReplay(
  { state, reason }: ReplayRow,
  matched: readonly Matched[],
  quick: ReadonlyMap<string, AttemptRow>,
  story: Story,
  language: Language,
): string {
  if (state === 'unmatched') return sayFate(state, reason, language)
  return matched.map((each) => tellMatch(each, quick, story, language)).join('; ')
}

function tellMatch(
  { match, grant, caused }: Matched,
  quick: ReadonlyMap<string, AttemptRow>,
  story: Story,
  language: Language,
): string {
  const say = words[language]
  if (grant === undefined) return fateWords.unmatched[language]
  const rule = ruleName(match.rule, story) ?? grant.rule?.name ?? match.rule
  const bonus = caused ? say.grant : say.sameGrant
  const head = `${say.matched(rule)}; ${bonus(campaignOf(grant, language))}${spelling(grant, story, language)}`
  const end = quick.get(grant.id)
  if (match.test) return `${head}; ${fateWords.test[language]}`
  if (end === undefined || !caused) return head
  const state = sayFate(grant.state, null, language)
  return `${head}; ${tellAttempt(end, language)} → ${state}`
}

/** In the sandbox nobody gets anything: that must not read like a bonus. */
const campaignOf = ({ campaign, mode }: GrantRow, language: Language) =>
  mode === 'sandbox' ? `${campaign.name} (${words[language].sandbox})` : campaign.name

/** As it was called when the event came. */
function ruleName(id: string, { events }: Story): string | undefined {
  for (const { event } of events) {
    const rule = event.trace.find((each) => each.rule === id)
    if (rule !== undefined) return rule.name
  }
  return undefined
}

/** Said only where the address was capitalised differently: it may be another person. */
function spelling(grant: GrantRow, { address }: Story, language: Language): string {
  if (grant.email === null || grant.email === address) return ''
  return ` (${words[language].writtenAs(maskEmail(grant.email))})`
}

function tellAttempt(attempt: AttemptRow, language: Language): string {
  const say = words[language]
  const late = attempt.fenced ? ` (${say.late})` : ''
  if (attempt.answer !== 'no_answer') {
    return `${say.answered(answers[attempt.answer].says[language])}${late}`
  }
  const why = attempt.failure === null ? '' : sayFailure(attempt.failure, language)
  const maybe = attempt.ambiguous ? `; ${say.maybeReached}` : ''
  return `${say.noAnswer(why)}${maybe}${late}`
}

function tellState(
  grant: GrantRow,
  story: Story,
  language: Language,
  when: (at: Date) => string,
): string {
  const state = sayFate(grant.state, grant.reason, language)
  const next = grant.dueAt === null ? '' : `, ${words[language].due(when(grant.dueAt))}`
  return `${campaignOf(grant, language)}${spelling(grant, story, language)}: ${state}${next}`
}

function clock(language: Language, timeZone: string | undefined): (at: Date) => string {
  const format = new Intl.DateTimeFormat(language === 'ru' ? 'ru-RU' : 'en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(timeZone !== undefined && { timeZone }),
  })
  return (at) => format.format(at)
}

const ruPlural = new Intl.PluralRules('ru')

const words = {
  en: {
    came: (type: string, source: string, provider: string) =>
      `${type === '' ? 'an event' : type} at ${source} (${provider})`,
    paid: (money: string, source: string, by: string) => `paid ${money} at ${source} (${by})`,
    unproven: 'the sum is not signed',
    times: (copies: number) => (copies > 1 ? `, delivered ${copies} times` : ''),
    matched: (rule: string) => `matched rule “${rule}”`,
    grant: (campaign: string) => `grant for ${campaign}`,
    sameGrant: (campaign: string) => `the grant for ${campaign} was there already`,
    writtenAs: (email: string) => `written as ${email}`,
    answered: (answer: string) => `MOAB answered: ${answer}`,
    noAnswer: (why: string) => `no answer from MOAB${why === '' ? '' : `: ${why}`}`,
    maybeReached: 'the call may have reached it',
    late: 'too late to count',
    due: (at: string) => `next try ${at}`,
    again: (type: string) => `rules of now applied to ${type === '' ? 'the event' : type}`,
    refused: (source: string, provider: string, why: string) =>
      `a request at ${source} (${provider}) was refused: ${why}`,
    imported: (campaign: string) => `${campaign}: brought in from a list`,
    retried: (campaign: string) => `${campaign}: put back into the queue by a person`,
    erased: 'the person was erased; nothing is sent for this address any more',
    sandbox: 'sandbox',
    now: 'Now',
    cut: 'Only the newest part of a long story:',
  },
  ru: {
    came: (type: string, source: string, provider: string) =>
      `${type === '' ? 'событие' : type} из ${source} (${provider})`,
    paid: (money: string, source: string, by: string) => `оплата ${money}, ${source} (${by})`,
    unproven: 'сумма не подписана',
    times: (copies: number) =>
      copies > 1
        ? `, доставлено ${copies} ${ruPlural.select(copies) === 'few' ? 'раза' : 'раз'}`
        : '',
    matched: (rule: string) => `подошло правило «${rule}»`,
    grant: (campaign: string) => `бонус по кампании ${campaign}`,
    sameGrant: (campaign: string) => `бонус по кампании ${campaign} уже был назначен раньше`,
    writtenAs: (email: string) => `адрес записан как ${email}`,
    answered: (answer: string) => `MOAB ответил: ${answer}`,
    noAnswer: (why: string) => `MOAB не ответил${why === '' ? '' : `: ${why}`}`,
    maybeReached: 'запрос мог дойти',
    late: 'слишком поздно, не учтено',
    due: (at: string) => `следующая попытка ${at}`,
    again: (type: string) => `новые правила применены к ${type === '' ? 'событию' : type}`,
    refused: (source: string, provider: string, why: string) =>
      `запрос в ${source} (${provider}) отклонён: ${why}`,
    imported: (campaign: string) => `${campaign}: адрес загружен из списка`,
    retried: (campaign: string) => `${campaign}: возвращён в очередь человеком`,
    erased: 'данные этого человека удалены; для этого адреса больше ничего не отправляется',
    sandbox: 'песочница',
    now: 'Сейчас',
    cut: 'История длинная, показана только её последняя часть:',
  },
} as const
