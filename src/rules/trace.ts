// Why a rule did or did not lead to a grant, clause by clause: stored with the event, shown to
// people in their language. A trace outlives the body, so it never holds an email address (anything
// with an "@" is masked, keys of objects too) and every text in it is short and well-formed.
import type { JsonValue } from '../json.ts'
import { limits } from '../limits.ts'
import type { Trust } from '../schemes/scheme.ts'
import type { Answer, Clause, Undecided } from './condition.ts'
import { emailReasons } from './email.ts'
import type { EmailReason } from './email.ts'
import { isOperatorName, operators } from './operators.ts'
import type { OperatorName } from './operators.ts'
import type { Found } from './path.ts'
import { isContainer } from './path-run.ts'

export type Language = 'en' | 'ru'
type Text = Record<Language, string>

/** How far a rule came, from the least to the most. */
export const ruleOutcomes = {
  no_type_match: {
    en: 'the rule is not for this type of event',
    ru: 'правило не для этого типа событий',
  },
  condition_not_met: { en: 'the condition is not met', ru: 'условие не выполнено' },
  unsigned_condition: {
    en: 'the condition rests on a value that the signature does not cover, and the rule does not allow that',
    ru: 'условие опирается на значение, которое не защищено подписью, а правило этого не разрешает',
  },
  no_email: { en: 'no email was found', ru: 'email не найден' },
  unsigned_email: {
    en: 'the email is not covered by the signature, and the rule does not allow that',
    ru: 'email не защищён подписью, а правило этого не разрешает',
  },
  too_much_work: {
    en: 'the paths of the rule find too much in this event to be decided',
    ru: 'пути правила находят в этом событии слишком много, решить не удалось',
  },
  same_grant: {
    en: 'another rule already gives this person this campaign',
    ru: 'этому человеку эту кампанию уже даёт другое правило',
  },
  test_event: {
    en: 'a test event of the provider: the bonus would have been given',
    ru: 'тестовое событие провайдера: бонус был бы выдан',
  },
  matched: { en: 'the bonus is given', ru: 'бонус выдаётся' },
} as const satisfies Record<string, Text>
export type RuleOutcome = keyof typeof ruleOutcomes
export const isRuleOutcome = (text: string): text is RuleOutcome =>
  Object.hasOwn(ruleOutcomes, text)

/** What became of one place where an email was looked for. */
export const emailOutcomes = {
  ...emailReasons,
  used: { en: 'is used', ru: 'используется' },
  missing: { en: 'is missing', ru: 'нет значения' },
  unsigned: { en: 'is not covered by the signature', ru: 'не защищено подписью' },
  too_much_work: { en: 'finds too much', ru: 'находит слишком много' },
} as const satisfies Record<string, Text>
export type EmailOutcome = EmailReason | 'used' | 'missing' | 'unsigned' | 'too_much_work'

export interface ClauseTrace {
  path: string
  op: OperatorName
  value: JsonValue
  /** What the path found, as short text; null where it found nothing. */
  was: string | null
  /** null: not decided, and `undecided` says why. */
  holds: boolean | null
  undecided?: Undecided
}

export interface EmailTrace {
  path: string
  /** Where the value stands, normalized; absent where nothing was found. */
  at?: string
  reason: EmailOutcome
  trust?: Trust
}

export interface RuleTrace {
  rule: string
  name: string
  outcome: RuleOutcome
  clauses: ClauseTrace[]
  email: EmailTrace[]
}

export function traceClause(clause: Clause, answer: Answer, found: readonly Found[]): ClauseTrace {
  const traced = {
    path: shownPath(clause.path),
    op: clause.op,
    value: shownOperand(clause.value),
    was: shownValues(found),
  }
  if (typeof answer === 'boolean') return { ...traced, holds: answer }
  return { ...traced, holds: null, undecided: answer }
}

const atSign = /[@\uFF20\uFE6B]|%40|&#0*64;|&commat;/i
const masked = '…@…'

/** A path, or a place, without the addresses that may stand in its quoted names. */
export function shownPath(path: string): string {
  if (!atSign.test(path)) return cut(path, limits.pathCharsMax)
  const unnamed = path.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/gs, (name) =>
    atSign.test(name) ? `'${masked}'` : name,
  )
  return cut(unnamed, limits.pathCharsMax)
}

function shownValues(found: readonly Found[]): string | null {
  if (found.length === 0) return null
  const [first = '', second] = found.slice(0, 2).map(({ value }) => shown(value))
  const several = second === undefined ? first : `${first}, ${second}`
  return cut(found.length > 2 ? `${several}, … (${found.length})` : several)
}

function shownOperand(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.slice(0, 10).map(shownOperand)
  if (typeof value !== 'string') return value
  return atSign.test(value) ? masked : cut(value)
}

/** JSON of a scalar; only the kind and size of the rest. Never more than a part of a long text. */
function shown(value: JsonValue): string {
  if (typeof value === 'string') {
    const start = value.slice(0, limits.emailInputCharsMax)
    return atSign.test(start) ? masked : JSON.stringify(cut(start))
  }
  if (Array.isArray(value)) return `[… (${value.length})]`
  return isContainer(value) ? '{…}' : String(value)
}

function cut(text: string, charsMax: number = limits.traceValueCharsMax): string {
  const short = text.length > charsMax ? `${text.slice(0, charsMax - 1)}…` : text
  return short.toWellFormed()
}

const words = {
  was: { en: 'was', ru: 'было' },
  missing: { en: 'there is no value', ru: 'значения нет' },
  absent: { en: 'is absent', ru: 'отсутствует' },
  email: { en: 'email', ru: 'email' },
  too_much_work: { en: 'the path finds too much to decide', ru: 'путь находит слишком много' },
  unsigned_condition: {
    en: 'the value is not covered by the signature',
    ru: 'значение не защищено подписью',
  },
} as const satisfies Record<string, Text>

/** Sentences for a person: each rule's outcome, then its clauses, then where its email was sought. */
export function describeTrace(trace: readonly RuleTrace[], language: Language): string[] {
  return trace.flatMap((rule) => [
    `${rule.name}: ${ruleOutcomes[rule.outcome][language]}`,
    ...rule.clauses.map((clause) => describeClause(clause, language)),
    ...rule.email.map((email) => describeEmail(email, language)),
  ])
}

/** `amount_paid ≥ 1000: was 400`, with a ✓ at the end where it holds. */
export function describeClause(clause: ClauseTrace, language: Language): string {
  const question = `${shortName(clause.path)} ${asked(clause, language)}`
  if (clause.undecided) return `${question}: ${words[clause.undecided][language]}`
  const was = clause.was === null ? words.missing[language] : `${words.was[language]} ${clause.was}`
  return `${question}: ${was}${clause.holds === true ? ' ✓' : ''}`
}

function asked({ op, value }: ClauseTrace, language: Language): string {
  if (!isOperatorName(op)) return op
  if (op === 'exists')
    return value === false ? words.absent[language] : operators.exists.label[language]
  const operand = Array.isArray(value) ? value.map(inWords).join(', ') : inWords(value)
  return `${operators[op].label[language]} ${operand}`
}

function inWords(value: JsonValue): string {
  return JSON.stringify(value)
}

export function describeEmail(email: EmailTrace, language: Language): string {
  const where = email.at === undefined ? email.path : shortPlace(email.at)
  return `${words.email[language]}: ${where} ${emailOutcomes[email.reason][language]}`
}

/** The last name of a plain path; the whole of any other. */
function shortName(path: string): string {
  return /^\$(?:\.[\p{L}\p{N}_-]+|\[\d+\])*\.([\p{L}\p{N}_-]+)$/u.exec(path)?.[1] ?? path
}

/** `$['data']['email']` as people write it: data.email */
function shortPlace(at: string): string {
  const plain = at.replace(/\['([\p{L}\p{N}_-]+)'\]/gu, '.$1').replace(/^\$\.?/, '')
  return plain === '' ? at : plain
}
