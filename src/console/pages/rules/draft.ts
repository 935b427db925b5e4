// A rule while somebody writes it: what stands in the form, and what the configuration makes of it. All of
// it travels in the form, so that a click in an event works without a script.
import type { Context } from 'hono'
import type { JsonValue } from '../../../json.ts'
import { isJsonObject } from '../../../json.ts'
import { limits } from '../../../limits.ts'
import { isOperatorName, type OperatorName } from '../../../rules/operators.ts'

export interface DraftClause {
  path: string
  op: OperatorName
  value: string
}

export interface Draft {
  name: string
  events: string[]
  joined: 'all' | 'any'
  clauses: DraftClause[]
  /** A condition that is more than a list of clauses; '' where there is none. */
  raw: string
  email: string[]
  campaign: string
  unsigned: boolean
  enabled: boolean
}

export const emptyDraft: Draft = {
  name: '',
  events: [],
  joined: 'all',
  clauses: [],
  raw: '',
  email: [],
  campaign: '',
  unsigned: false,
  enabled: true,
}

type Fields = { one(name: string): string; all(name: string): string[] }

export async function formOf(c: Context): Promise<Fields> {
  const body = new Map(Object.entries(await c.req.parseBody({ all: true })))
  const all = (name: string) => {
    const given = body.get(name) ?? []
    return (Array.isArray(given) ? given : [given]).filter((each) => typeof each === 'string')
  }
  return { all, one: (name) => all(name)[0] ?? '' }
}

export function draftIn({ one, all }: Fields): Draft {
  const paths = all('clause-path').slice(0, limits.conditionLeavesMax)
  const [ops, values] = [all('clause-op'), all('clause-value')]
  const clauses = paths.flatMap((path, n) => {
    const op = ops[n] ?? 'eq'
    return path.trim() === '' || !isOperatorName(op)
      ? []
      : [{ path: path.trim(), op, value: (values[n] ?? '').trim() }]
  })
  return {
    name: one('name').trim(),
    events: unique([...all('event'), ...one('events').split(/[,\n]/)]),
    joined: one('joined') === 'any' ? 'any' : 'all',
    clauses,
    raw: one('raw').trim(),
    email: unique(one('email').split('\n')),
    campaign: one('campaign'),
    unsigned: one('unsigned') === 'allow',
    // A hidden field says that the box was there; without it the rule is a new one, and on.
    enabled: one('enabled') === '' || one('enabled-now') === 'yes',
  }
}

const unique = (texts: readonly string[]) => [
  ...new Set(texts.map((text) => text.trim()).filter((text) => text !== '')),
]

/** What was clicked, added to the emails or the conditions. */
export function withPick(draft: Draft, path: string, to: string): Draft {
  return to === 'when'
    ? { ...draft, clauses: [...draft.clauses, { path, op: 'exists', value: '' }] }
    : { ...draft, email: unique([...draft.email, path]) }
}

export type Definition = Record<string, JsonValue>

/** As a rule of the configuration, without name, campaign and whether it is on; undefined: `raw` is no JSON. */
export function definitionOf(draft: Draft): Definition | undefined {
  const condition = conditionOf(draft)
  if (condition === undefined) return undefined
  return {
    events: draft.events,
    email: draft.email,
    ...condition,
    ...(draft.unsigned && { unsigned_email: 'allow' }),
  }
}

/** Without `when` where there is no condition; undefined: `raw` is no JSON. */
function conditionOf({ raw, clauses, joined }: Draft): { when?: JsonValue } | undefined {
  if (raw !== '') {
    try {
      const when: JsonValue = JSON.parse(raw)
      return { when }
    } catch {
      return undefined
    }
  }
  const leaves = clauses.map(leafOf)
  const [only] = leaves
  if (only === undefined) return {}
  return { when: leaves.length === 1 ? only : { [joined]: leaves } }
}

const leafOf = ({ path, op, value }: DraftClause): JsonValue => {
  if (op === 'exists') return { path, op, value: !/^(?:no|нет|false)$/i.test(value) }
  if (op === 'in' || op === 'nin')
    return { path, op, value: value.split(',').map((each) => scalarOf(each.trim())) }
  const isText = op === 'starts_with' || op === 'ends_with' || op === 'like'
  return { path, op, value: isText ? value : scalarOf(value) }
}

const words: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ['true', true],
  ['false', false],
  ['null', null],
])

/** `12` is a number, `"12"` a text: a number is also compared with text that is one. */
function scalarOf(text: string): JsonValue {
  const word = words.get(text)
  if (word !== undefined) return word
  if (/^-?\d{1,15}(?:[.,]\d{1,6})?$/.test(text) && !/^-?0\d/.test(text))
    return Number(text.replace(',', '.'))
  return /^".*"$/s.test(text) ? text.slice(1, -1) : text
}

interface Stored {
  name: string
  enabled: boolean
  campaign: { name: string }
  definition: Readonly<Record<string, unknown>>
}

export function draftOf({ name, enabled, campaign, definition }: Stored): Draft {
  const { events, email, when, unsigned_email: unsigned } = definition
  return {
    name,
    events: textsIn(events),
    email: textsIn(email),
    ...clausesIn(when),
    campaign: campaign.name,
    unsigned: unsigned === 'allow',
    enabled,
  }
}

const textsIn = (value: unknown) =>
  (Array.isArray(value) ? value : []).filter((each) => typeof each === 'string')

function clausesIn(when: unknown): Pick<Draft, 'joined' | 'clauses' | 'raw'> {
  const plain = { joined: 'all', clauses: [], raw: '' } as const
  if (!isJsonObject(when)) return { ...plain, clauses: [] }
  const joined = 'any' in when ? 'any' : 'all'
  const list = when[joined]
  const nodes = Array.isArray(list) ? list : [when]
  const clauses = nodes.map(clauseIn)
  const whole = clauses.every((clause) => clause !== undefined)
  return whole
    ? { joined, clauses: clauses.filter((clause) => clause !== undefined), raw: '' }
    : { ...plain, clauses: [], raw: JSON.stringify(when, null, 2) }
}

function clauseIn(node: unknown): DraftClause | undefined {
  if (!isJsonObject(node)) return undefined
  const { path, op, value = true } = node
  if (typeof path !== 'string' || typeof op !== 'string' || !isOperatorName(op)) return undefined
  return { path, op, value: textOf(value) }
}

/** So that it is read as the same value again. */
function textOf(value: JsonValue): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ')
  if (typeof value !== 'string') return JSON.stringify(value)
  return scalarOf(value) === value ? value : `"${value}"`
}
