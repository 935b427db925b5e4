// What each kind of channel is asked for, and what was typed as the settings that it means.
import { alarmKinds, alarmNames } from '../../../alarms/kinds.ts'
import type { ChannelView } from '../../../ledger/notices.ts'
import { limits } from '../../../limits.ts'
import type { ChannelKind } from '../../../notices/channels.ts'
import type { Mistake, Values } from '../../../notices/editing.ts'
import { isOutcome, outcomes } from '../../../notices/outcomes.ts'
import type { ticksOf } from '../../forms.tsx'
import { isLanguage, type Language } from '../../reader.ts'
import type { Standing } from '../../visit.ts'
import { words, type Words } from '../../words.ts'

type Say = Words['notices']
export type Field = keyof Say['fields']
export type Wrong = ReadonlyMap<Field | 'name' | 'alarms', string>

export interface FieldRow {
  /** `list`: several, separated by commas. */
  is: 'text' | 'number' | 'list' | 'choice'
  required?: true
  /** Never shown again: empty means as it was. */
  sealed?: true
  /** Not even as it was typed, where something else was wrong. */
  secret?: true
  /** Folded away. */
  rare?: true
}

const fieldsOfKind: Record<ChannelKind, { [Name in Field]?: FieldRow }> = {
  webhook: {
    url: { is: 'text', required: true, sealed: true },
    secret: { is: 'text', sealed: true, secret: true, rare: true },
  },
  slack: { url: { is: 'text', required: true, sealed: true } },
  telegram: {
    bot_token: { is: 'text', required: true, sealed: true, secret: true },
    chat_id: { is: 'text', required: true },
    thread_id: { is: 'number' },
    api_url: { is: 'text', sealed: true, rare: true },
  },
  email: {
    host: { is: 'text', required: true },
    port: { is: 'number' },
    security: { is: 'choice' },
    username: { is: 'text' },
    password: { is: 'text', sealed: true, secret: true },
    from: { is: 'text', required: true },
    to: { is: 'list', required: true },
  },
}

const isField = (name: string): name is Field => Object.hasOwn(words.en.notices.fields, name)
export const rowsOf = (kind: ChannelKind) =>
  Object.keys(fieldsOfKind[kind])
    .filter(isField)
    .flatMap((name) => {
      const row = fieldsOfKind[kind][name]
      return row === undefined ? [] : [{ name, ...row }]
    })

/** What a channel may be told of: a partner's of what is its own, the installation's of the relay itself. */
export const offeredTo = ({ owner }: Pick<Standing, 'owner'>) =>
  alarmNames.filter((name) => (alarmKinds[name].about === 'relay') === (owner === null))

/** As it is typed: texts, by the names of the fields. */
export interface Typed {
  name: string
  language: Language
  alarms: readonly string[]
  fields: Readonly<Record<string, string>>
}

export function typedIn(
  given: Awaited<ReturnType<typeof ticksOf>>,
  kind: ChannelKind,
  visit: Standing,
): Typed {
  const offered: readonly string[] = offeredTo(visit)
  const language = given.text('language')
  return {
    name: given.text('name').trim(),
    language: isLanguage(language) ? language : 'en',
    alarms: given.all('alarm').filter((name) => offered.includes(name)),
    fields: Object.fromEntries(rowsOf(kind).map(({ name }) => [name, given.text(name).trim()])),
  }
}

/** What may be seen of a setting, as one would type it. */
export function shownText({ settings }: ChannelView, name: string): string {
  const value = settings[name]
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** As it is, of one that is there. */
export function typedOf(channel: ChannelView, visit: Standing): Typed {
  const shown = rowsOf(channel.kind).map(({ name, sealed }) => {
    return [name, sealed === true ? '' : shownText(channel, name)]
  })
  const { name, language, alarms } = channel
  return { name, language, alarms: alarms ?? offeredTo(visit), fields: Object.fromEntries(shown) }
}

export const untyped = (name: string, visit: Standing): Typed => ({
  name,
  language: visit.language,
  alarms: offeredTo(visit),
  fields: {},
})

/** What was typed, as settings. Of one that is there, what is empty is taken away; what is sealed stays. */
export function settingsOf(kind: ChannelKind, { fields }: Typed, isThere: boolean) {
  const given = rowsOf(kind).flatMap(({ name, is, sealed }): [string, unknown][] => {
    const text = fields[name] ?? ''
    if (text !== '') return [[name, valueOf(is, text)]]
    return isThere && sealed !== true ? [[name, null]] : []
  })
  return Object.fromEntries(given)
}

function valueOf(is: FieldRow['is'], text: string): unknown {
  if (is === 'number') return /^\d{1,15}$/.test(text) ? Number(text) : text
  if (is !== 'list') return text
  return text.split(/[\s,;]+/).filter((each) => each !== '')
}

/** All ticked is all, also of kinds that are not there yet. */
export function valuesOf(
  { name, language, alarms }: Typed,
  visit: Standing,
): Omit<Values, 'enabled'> {
  const isAll = offeredTo(visit).every((each) => alarms.includes(each))
  return { name, language, alarms: isAll ? null : [...alarms] }
}

/** What can be seen to be wrong without asking further. */
export function wrongAtOnce({ name, alarms }: Typed, say: Say): Wrong {
  const isNamed = name !== '' && name.length <= limits.nameCharsMax && !/\p{Cc}/u.test(name)
  return new Map([
    ...(isNamed ? [] : [['name', say.wrong.name] as const]),
    ...(alarms.length > 0 ? [] : [['alarms', say.wrong.alarms] as const]),
  ])
}

/** What was wrong with the settings, in the reader's language, each at its field. */
export function wrongIn(
  mistakes: readonly Mistake[],
  { typed, isThere, language }: { typed: Typed; isThere: boolean; language: Language },
): Wrong {
  const say = words[language].notices
  const known = mistakes.flatMap(({ pointer, message }): [Field, string][] => {
    const name = pointer.split('/')[2] ?? ''
    if (!isField(name)) return []
    // A secret that was kept is wrong only where it would now be sent elsewhere.
    const isKept = isThere && (typed.fields[name] ?? '') === ''
    return [[name, isKept ? say.again : (inWords(message, language) ?? say.wrong[name])]]
  })
  return new Map(known)
}

const inWords = (message: string, language: Language): string | undefined =>
  Object.keys(outcomes)
    .filter(isOutcome)
    .filter((word) => outcomes[word].says.en === message)
    .map((word) => `${outcomes[word].says[language]}.`)
    .at(0)
